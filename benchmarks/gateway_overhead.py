"""p50 of one call through Envoy as gRPC-Web less its p50 straight to the service as gRPC.

The call is QueryReadings that answers 300 buckets, as a chart asks it. Both ways are measured by
turns in one run.
"""

import asyncio
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.buildings.v1 import building_service_pb2 as building_pb
from nilm.buildings.v1 import meter_pb2
from nilm.buildings.v1 import meter_service_pb2 as meter_pb
from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm_rpc.channel import connect
from support.report import milliseconds, run
from support.running_system import RunningSystem, running_system
from support.web_client import WebClient

TURNS = 15
CALLS_A_TURN = 40
_WARM_UP = 50
_READINGS = 3_000
_FIRST_S = 1_704_067_200  # 2024-01-01
_QUERY = "/nilm.telemetry.v1.ReadingService/QueryReadings"

Ask = Callable[[bytes], Awaitable[bytes]]


async def prepare(web: WebClient) -> bytes:
    """Makes a building with readings, through the gateway; returns the query."""
    building = building_pb.CreateBuildingResponse.FromString(
        await web.call(
            "/nilm.buildings.v1.BuildingService/CreateBuilding",
            building_pb.CreateBuildingRequest(
                display_name="Home", time_zone="UTC"
            ).SerializeToString(),
        )
    ).building
    meter = meter_pb.CreateMeterRequest(
        building_id=building.building_id, display_name="Mains", kind=meter_pb2.METER_KIND_MAINS
    )
    await web.call("/nilm.buildings.v1.MeterService/CreateMeter", meter.SerializeToString())
    write = reading_pb.WriteReadingsRequest(building_id=building.building_id)
    write.readings.start_time.FromSeconds(_FIRST_S)
    write.readings.offset_us.extend(index * 60_000_000 for index in range(_READINGS))
    write.readings.power_w.extend(float(index % 977) for index in range(_READINGS))
    await web.call("/nilm.telemetry.v1.ReadingService/WriteReadings", write.SerializeToString())
    query = reading_pb.QueryReadingsRequest(building_id=building.building_id, max_points=300)
    query.start_time.FromSeconds(_FIRST_S)
    query.end_time.FromSeconds(_FIRST_S + 60 * _READINGS)
    return query.SerializeToString()


async def timed(ask: Ask, query: bytes, count: int) -> list[float]:
    """Returns the seconds of each of `count` calls."""
    durations_s = []
    for _ in range(count):
        started = time.perf_counter()
        answer = await ask(query)
        durations_s.append(time.perf_counter() - started)
        assert len(answer) > 1_000
    return durations_s


async def compare(system: RunningSystem) -> dict[str, Any]:
    """Measures three ways by turns: as gRPC-Web, as gRPC through Envoy, and straight."""
    host, _, port = system.url.removeprefix("http://").partition(":")
    sign_up = auth_pb.SignUpRequest(email="bench@example.org", password=secrets.token_hex())
    async with WebClient(host, int(port), "") as anonymous:
        answer = await anonymous.call(
            "/nilm.auth.v1.AuthService/SignUp", sign_up.SerializeToString()
        )
    token = auth_pb.SignUpResponse.FromString(answer).tokens.access_token
    metadata = (("authorization", f"Bearer {token}"),)

    def as_grpc(channel: grpc.aio.Channel) -> Ask:
        call = channel.unary_unary(_QUERY)
        return lambda query: call(query, metadata=metadata)

    async with (
        WebClient(host, int(port), token) as web,
        connect(f"{host}:{port}") as gateway,
        connect(f"127.0.0.1:{system.port_of('telemetry')}") as telemetry,
    ):
        query = await prepare(web)
        ways: dict[str, Ask] = {
            "web": lambda query: web.call(_QUERY, query),
            "gateway_grpc": as_grpc(gateway),
            "direct": as_grpc(telemetry),
        }
        durations_s: dict[str, list[float]] = {name: [] for name in ways}
        for ask in ways.values():
            await timed(ask, query, _WARM_UP)
        for _ in range(TURNS):
            for name, ask in ways.items():
                durations_s[name] += await timed(ask, query, CALLS_A_TURN)
    p50_s = {name: statistics.median(each) for name, each in durations_s.items()}
    detail: dict[str, Any] = {
        f"{name}_p{percentile}_ms": milliseconds(each, percentile)
        for name, each in durations_s.items()
        for percentile in (50, 95)
    }
    return {
        "name": "gateway_overhead",
        "value": round((p50_s["web"] - p50_s["direct"]) * 1_000, 3),
        "unit": "ms",
        "goal": "at most 2 ms",
        "detail": detail,
    }


async def measure() -> dict[str, Any]:
    """Starts a whole system and measures it."""
    no_limits = {"NILM_TELEMETRY_LIMIT_DEFAULT_PER_MINUTE": "0"}
    with tempfile.TemporaryDirectory() as folder, running_system(Path(folder), no_limits) as system:
        return await asyncio.wait_for(compare(system), timeout=40)


if __name__ == "__main__":
    run(__doc__, measure)
