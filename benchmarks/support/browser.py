"""An account with a building behind the real gateway, and a script in Chromium that looks at it."""

import asyncio
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.buildings.v1 import building_service_pb2 as building_pb
from nilm.buildings.v1 import meter_pb2
from nilm.buildings.v1 import meter_service_pb2 as meter_pb
from support.running_system import RunningSystem
from support.web_client import WebClient


@dataclass(frozen=True, slots=True)
class Home:
    """A building whose owner can sign in."""

    building_id: str
    mains_id: str
    appliance_meter_ids: tuple[str, ...]
    account: dict[str, str]
    """What to sign in with."""
    token: str


async def make_home(system: RunningSystem, appliances: tuple[str, ...] = ()) -> Home:
    """Signs up and makes a building with a mains meter, and a meter for each appliance."""
    host, _, port = system.url.removeprefix("http://").partition(":")
    account = {"email": "bench@example.org", "password": secrets.token_hex()}
    async with WebClient(host, int(port), "") as anonymous:
        sign_up = auth_pb.SignUpRequest(**account).SerializeToString()
        answer = await anonymous.call("/nilm.auth.v1.AuthService/SignUp", sign_up)
    token = auth_pb.SignUpResponse.FromString(answer).tokens.access_token
    async with WebClient(host, int(port), token) as web:
        create = building_pb.CreateBuildingRequest(display_name="Home", time_zone="Europe/London")
        answer = await web.call(
            "/nilm.buildings.v1.BuildingService/CreateBuilding", create.SerializeToString()
        )
        building_id = building_pb.CreateBuildingResponse.FromString(answer).building.building_id
        mains_id = await _make_meter(web, building_id, "")
        meter_ids = [await _make_meter(web, building_id, name) for name in appliances]
    return Home(building_id, mains_id, tuple(meter_ids), account, token)


async def run_in_chromium(script: str, *arguments: str, told: dict[str, str]) -> Any:
    """Runs a script of this folder; returns its answer, one line of JSON.

    Raises:
        RuntimeError: It failed; what it said is on stderr.
    """
    process = await asyncio.create_subprocess_exec(
        *("node", str(Path(__file__).parent / script), *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(json.dumps(told).encode())
    if process.returncode != 0:
        raise RuntimeError(f"{script} failed; see what it said above")
    return json.loads(output)


async def _make_meter(web: WebClient, building_id: str, appliance_id: str) -> str:
    kind = meter_pb2.METER_KIND_APPLIANCE if appliance_id else meter_pb2.METER_KIND_MAINS
    request = meter_pb.CreateMeterRequest(
        building_id=building_id,
        display_name=appliance_id or "Mains",
        kind=kind,
        appliance_id=appliance_id,
    )
    path = "/nilm.buildings.v1.MeterService/CreateMeter"
    answer = await web.call(path, request.SerializeToString())
    meter_id: str = meter_pb.CreateMeterResponse.FromString(answer).meter.meter_id
    return meter_id
