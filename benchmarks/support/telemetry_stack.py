"""Real auth and telemetry, each in its own process, with an account and a building with meters."""

import secrets
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import grpc

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import auth_service_pb2_grpc as auth_grpc
from nilm.buildings.v1 import building_service_pb2 as building_pb
from nilm.buildings.v1 import building_service_pb2_grpc as building_grpc
from nilm.buildings.v1 import meter_pb2
from nilm.buildings.v1 import meter_service_pb2 as meter_pb
from nilm.buildings.v1 import meter_service_pb2_grpc as meter_grpc
from nilm_rpc.channel import connect
from support.processes import free_port, service, until_serving

WRITE = "/nilm.telemetry.v1.ReadingService/WriteReadings"
QUERY = "/nilm.telemetry.v1.ReadingService/QueryReadings"


@dataclass
class TelemetryStack:
    """What a benchmark of telemetry talks to."""

    channel: grpc.aio.Channel
    process: subprocess.Popen[bytes]
    ops_port: int
    metadata: tuple[tuple[str, str], ...]
    building_id: str
    meter_ids: list[str]
    """The first is the mains meter."""

    def raw_call(self, method: str) -> Any:
        """Returns a call that takes and gives bytes, so that the client costs little."""
        return self.channel.unary_unary(method)

    async def call(self, method: str, request: bytes) -> bytes:
        """Calls once."""
        answer: bytes = await self.raw_call(method)(request, metadata=self.metadata, timeout=30)
        return answer

    def metric(self, name: str) -> float:
        """Returns the value of a gauge of the service."""
        with urlopen(f"http://127.0.0.1:{self.ops_port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))


@asynccontextmanager
async def telemetry_stack(folder: Path, meters: int) -> AsyncIterator[TelemetryStack]:
    """Runs the services on an empty store until the end of `async with`."""
    auth_port, auth_ops_port, port, ops_port = (free_port() for _ in range(4))
    auth_log, log = folder / "auth.log", folder / "telemetry.log"
    auth_settings = {
        "PORT": str(auth_port),
        "OPS_PORT": str(auth_ops_port),
        "DATA_DIR": str(folder / "auth"),
    }
    settings = {
        "PORT": str(port),
        "OPS_PORT": str(ops_port),
        "AUTH_TARGET": f"127.0.0.1:{auth_port}",
        "TOKENS__JWKS_URL": f"http://127.0.0.1:{auth_ops_port}/.well-known/jwks.json",
        "DATABASE_PATH": str(folder / "telemetry.duckdb"),
        "LIMIT_DEFAULT_PER_MINUTE": "0",
    }
    with (
        service("auth", auth_settings, auth_log) as auth,
        service("telemetry", settings, log) as telemetry,
    ):
        async with (
            connect(f"127.0.0.1:{auth_port}") as auth_channel,
            connect(f"127.0.0.1:{port}") as channel,
        ):
            await until_serving(auth_channel, auth, auth_log)
            await until_serving(channel, telemetry, log)
            metadata = await _sign_up(auth_channel)
            building_id = await _make_building(auth_channel, metadata)
            meter_ids = [
                await _make_meter(auth_channel, metadata, building_id, number)
                for number in range(meters)
            ]
            yield TelemetryStack(channel, telemetry, ops_port, metadata, building_id, meter_ids)


async def _sign_up(channel: grpc.aio.Channel) -> tuple[tuple[str, str], ...]:
    request = auth_pb.SignUpRequest(email="bench@example.com", password=secrets.token_urlsafe(16))
    answer = await auth_grpc.AuthServiceStub(channel).SignUp(request, timeout=10)
    return (("authorization", f"Bearer {answer.tokens.access_token}"),)


async def _make_building(channel: grpc.aio.Channel, metadata: tuple[tuple[str, str], ...]) -> str:
    request = building_pb.CreateBuildingRequest(display_name="Bench", time_zone="Europe/London")
    stub = building_grpc.BuildingServiceStub(channel)
    answer = await stub.CreateBuilding(request, metadata=metadata, timeout=10)
    building_id: str = answer.building.building_id
    return building_id


async def _make_meter(
    channel: grpc.aio.Channel, metadata: tuple[tuple[str, str], ...], building_id: str, number: int
) -> str:
    request = meter_pb.CreateMeterRequest(
        building_id=building_id,
        display_name=f"Meter {number}",
        kind=meter_pb2.METER_KIND_APPLIANCE if number else meter_pb2.METER_KIND_MAINS,
        appliance_id=f"appliance_{number}" if number else "",
    )
    stub = meter_grpc.MeterServiceStub(channel)
    answer = await stub.CreateMeter(request, metadata=metadata, timeout=10)
    meter_id: str = answer.meter.meter_id
    return meter_id
