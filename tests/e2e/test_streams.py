"""Streams outlive the time that a call may take; a service that is away comes back."""

import asyncio
import contextlib
import time
from datetime import UTC, datetime

import grpc
import httpx
import psutil
import pytest

from nilm.telemetry.v1 import reading_pb2, reading_service_pb2, reading_service_pb2_grpc
from nilm_rpc.convert import to_timestamp
from tests.e2e.conftest import Home, System
from tests.support import grpc_web
from tests.support.eventually import eventually, eventually_answers

WATCH = "/nilm.telemetry.v1.ReadingService/WatchReadings"
ENVOYS_DEFAULT_TIMEOUT_S = 15
LATEST = "/nilm.telemetry.v1.ReadingService/GetLatest"


def _watch(home: Home) -> reading_service_pb2.WatchReadingsRequest:
    request = reading_service_pb2.WatchReadingsRequest(building_id=home.building_id)
    request.heartbeat_period.FromSeconds(1)
    return request


async def _write(stub: reading_service_pb2_grpc.ReadingServiceStub, home: Home) -> None:
    columns = reading_pb2.ReadingColumns(
        start_time=to_timestamp(datetime.now(UTC)), offset_us=[0], power_w=[777.0]
    )
    request = reading_service_pb2.WriteReadingsRequest(
        building_id=home.building_id, readings=columns
    )
    await stub.WriteReadings(request, metadata=home.owner.metadata)


async def test_a_watch_outlives_the_timeout_of_calls_as_grpc_and_grpc_web(
    http: httpx.AsyncClient, channel: grpc.aio.Channel, home: Home
) -> None:
    stub = reading_service_pb2_grpc.ReadingServiceStub(channel)
    until = time.monotonic() + ENVOYS_DEFAULT_TIMEOUT_S + 1

    async def watch_grpc() -> list[reading_service_pb2.WatchReadingsResponse]:
        seen = []
        call = stub.WatchReadings(_watch(home), metadata=home.owner.metadata)
        async for event in call:
            seen.append(event)
            if time.monotonic() > until and event.WhichOneof("event") == "readings":
                return seen
        raise AssertionError("the stream ended")

    async def watch_web() -> list[reading_service_pb2.WatchReadingsResponse]:
        seen = []
        async with grpc_web.stream(http, WATCH, _watch(home), token=home.owner.token) as messages:
            async for message in messages:
                seen.append(reading_service_pb2.WatchReadingsResponse.FromString(message))
                if time.monotonic() > until and seen[-1].WhichOneof("event") == "readings":
                    return seen
        raise AssertionError("the stream ended")

    async def write_late() -> None:
        await asyncio.sleep(until - time.monotonic() + 0.5)
        await _write(stub, home)

    as_grpc, as_web, _ = await asyncio.gather(watch_grpc(), watch_web(), write_late())
    for seen in (as_grpc, as_web):
        beats = [event for event in seen if event.WhichOneof("event") == "heartbeat"]
        assert len(beats) >= ENVOYS_DEFAULT_TIMEOUT_S / 3
        assert list(seen[-1].readings.readings.power_w) == [777.0]


async def test_a_service_that_was_killed_is_14_and_503_and_then_recovers(
    http: httpx.AsyncClient, channel: grpc.aio.Channel, system: System, home: Home
) -> None:
    request = reading_service_pb2.GetLatestRequest(building_id=home.building_id)
    stub = reading_service_pb2_grpc.ReadingServiceStub(channel)
    rest = f"/api/v1/buildings/{home.building_id}/latest"
    await _write(stub, home)
    before = await stub.GetLatest(request, metadata=home.owner.metadata)
    telemetry, supervisor = system.up.child("nilm_telemetry"), psutil.Process(system.up.process.pid)
    supervisor.suspend()  # so that it starts nothing again before this has looked
    try:
        telemetry.kill()
        away = await grpc_web.call(http, LATEST, request, token=home.owner.token)
        response = await http.get(rest, headers=home.owner.headers)
    finally:
        supervisor.resume()
    assert (away.code, away.message) == (
        14,
        "the service cannot be reached now; try again soon",
    )
    assert response.status_code == 503
    assert response.json()["code"] == 14

    await _until_answered(http, rest, home)
    after = await stub.GetLatest(request, metadata=home.owner.metadata)
    assert after == before
    assert "telemetry ended (signal SIGKILL)" in system.up.stderr()


@pytest.mark.parametrize("name", ["bootstrap.yaml", "nilm_auth"])
async def test_whatever_is_killed_is_started_again_and_accounts_are_kept(
    http: httpx.AsyncClient, system: System, home: Home, name: str
) -> None:
    killed = system.up.child(name)
    killed.kill()
    await eventually(lambda: system.up.child_pid(name) not in (None, killed.pid))
    await _until_answered(http, "/api/v1/auth/me", home)
    me = await http.get("/api/v1/auth/me", headers=home.owner.headers)
    assert me.json()["user"]["email"] == home.owner.email


async def _until_answered(http: httpx.AsyncClient, path: str, home: Home) -> None:
    async def is_answered() -> bool:
        with contextlib.suppress(httpx.TransportError):  # the gateway itself may be away
            return (await http.get(path, headers=home.owner.headers)).status_code == 200
        return False

    await eventually_answers(is_answered, within_s=120)
