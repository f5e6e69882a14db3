"""The disk under the embedded stores fills up while the services write to it."""

import signal
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import grpc
import numpy as np
import pytest
from google.rpc import error_details_pb2

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import auth_service_pb2_grpc as auth_grpc
from nilm.buildings.v1 import building_service_pb2 as building_pb
from nilm.buildings.v1 import building_service_pb2_grpc as building_grpc
from nilm.buildings.v1 import meter_pb2
from nilm.telemetry.v1 import reading_pb2
from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm_core.timegrid import to_us
from nilm_rpc.convert import to_timestamp
from tests.contract.telemetry.stand_in_auth import WARDEN, Building, StandInAuth
from tests.integration.faults.small_disk import SmallDisk, file_limit, file_system, may_mount
from tests.integration.telemetry.process import Household, Running, make_secret
from tests.support.auth_process import AuthProcess
from tests.support.rpc_errors import detail, failure
from tests.support.tokens import bearer

START = datetime(2024, 1, 1, tzinfo=UTC)
END = START + timedelta(days=365)
BATCH = 10_000
MIB = 1 << 20
needs_mount = pytest.mark.skipif(not may_mount(), reason="mounting a file system needs root")


@pytest.fixture(
    params=[
        pytest.param(file_system, marks=needs_mount, id="ENOSPC"),
        pytest.param(file_limit, id="EFBIG"),
    ]
)
def account_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk]:
    with request.param(tmp_path / "disk", MIB) as disk:
        yield disk


@pytest.fixture(
    params=[
        pytest.param((file_system, 6 * MIB), marks=needs_mount, id="in_the_log"),
        pytest.param((file_system, 18 * MIB), marks=needs_mount, id="in_a_checkpoint"),
        pytest.param((file_limit, 6 * MIB), id="EFBIG"),
    ]
)
def reading_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk]:
    make, size_bytes = request.param
    with make(tmp_path / "disk", size_bytes) as disk:
        yield disk


@pytest.fixture
async def household(tmp_path: Path, reading_disk: SmallDisk) -> AsyncIterator[Household]:
    secret_file, verifier = make_secret(tmp_path)
    auth = StandInAuth()
    home = auth.add(Building("bld_home", {"warden": WARDEN}))
    home.add_meter("mtr_0", meter_pb2.METER_KIND_APPLIANCE, "mtr_0")
    async with auth.served(verifier) as auth_target:
        yield Household(reading_disk.folder, auth_target, secret_file, reading_disk.launcher)


async def test_readings_are_refused_with_a_reason_and_what_was_stored_stays(
    household: Household, reading_disk: SmallDisk
) -> None:
    expected: dict[int, float] = {}
    async with household.running() as running:
        refused = await failure(
            _write_until_refused(running, household, expected), grpc.StatusCode.RESOURCE_EXHAUSTED
        )
        assert "the disk of data file telemetry.duckdb is full" in str(refused.details())
        assert detail(refused, error_details_pb2.ErrorInfo).reason == "STORE_FULL"
        assert detail(refused, error_details_pb2.RetryInfo).retry_delay.seconds > 0
        assert await _stored(running, household) == expected
        reading_disk.make_room()
        if reading_disk.is_mounted:
            await _write(running, household, expected)
            assert await _stored(running, household) == expected
        await running.end(signal.SIGKILL)
    unlimited = Household(household.folder, household.auth_target, household.secret_file)
    async with unlimited.running() as running:
        assert await _stored(running, household) == expected
        await _write(running, household, expected)
        assert await _stored(running, household) == expected


async def _write_until_refused(
    running: Running, household: Household, expected: dict[int, float]
) -> NoReturn:
    while True:
        await _write(running, household, expected)


async def _write(running: Running, household: Household, expected: dict[int, float]) -> None:
    """Writes the next batch, and notes it once it is acknowledged."""
    offsets = np.arange(len(expected), len(expected) + BATCH) * 1_000_000
    power_w = np.random.default_rng(len(expected)).uniform(0, 4_000, BATCH).astype(np.float32)
    columns = reading_pb2.ReadingColumns(
        start_time=to_timestamp(START), offset_us=offsets.tolist(), power_w=power_w.tolist()
    )
    await running.readings.WriteReadings(
        reading_pb.WriteReadingsRequest(building_id="bld_home", meter_id="mtr_0", readings=columns),
        **household.caller(),
    )
    times = (to_us(START) + offsets).tolist()
    expected.update(zip(times, power_w.tolist(), strict=True))


async def _stored(running: Running, household: Household) -> dict[int, float]:
    return await running.stored(household.caller(), "bld_home", "mtr_0", START, END)


def test_accounts_are_refused_with_a_reason_and_what_was_stored_stays(
    account_disk: SmallDisk, tmp_path: Path
) -> None:
    data_dir = account_disk.folder / "data"
    limits = {"limit_default_per_minute": "0"}
    server = AuthProcess(data_dir, launcher=account_disk.launcher, log=tmp_path / "log", **limits)
    try:
        with grpc.insecure_channel(f"127.0.0.1:{server.wait_ready().port}") as channel:
            token = _sign_up(channel)
            made: set[str] = set()
            with pytest.raises(grpc.RpcError) as refused:
                _make_buildings(channel, token, made)
            assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
            assert "the disk of the account store is full" in refused.value.details()
            assert detail(refused.value, error_details_pb2.RetryInfo).retry_delay.seconds > 0
            assert made
            assert _names(channel, token) == made
            account_disk.make_room()
            if account_disk.is_mounted:
                made.add(_make_building(channel, token, len(made)))
                assert _names(channel, token) == made
    finally:
        server.stop(signal.SIGKILL)
    server = AuthProcess(data_dir, log=tmp_path / "log", **limits)
    try:
        with grpc.insecure_channel(f"127.0.0.1:{server.wait_ready().port}") as channel:
            assert _names(channel, token) == made
            made.add(_make_building(channel, token, len(made)))
            assert _names(channel, token) == made
    finally:
        server.stop()


def _sign_up(channel: grpc.Channel) -> str:
    request = auth_pb.SignUpRequest(email="ada@home.local", password="correct horse battery")
    answer = auth_grpc.AuthServiceStub(channel).SignUp(request, wait_for_ready=True, timeout=120)
    token: str = answer.tokens.access_token
    return token


def _make_building(channel: grpc.Channel, token: str, number: int) -> str:
    request = building_pb.CreateBuildingRequest(
        display_name=f"Building {number}", time_zone="UTC", address="a" * 500
    )
    made = building_grpc.BuildingServiceStub(channel).CreateBuilding(
        request, metadata=bearer(token), timeout=120
    )
    name: str = made.building.display_name
    return name


def _make_buildings(channel: grpc.Channel, token: str, made: set[str]) -> NoReturn:
    """Makes buildings, and notes each once it is acknowledged, until one is refused."""
    while True:
        made.add(_make_building(channel, token, len(made)))


def _names(channel: grpc.Channel, token: str) -> set[str]:
    request = building_pb.ListBuildingsRequest(page_size=100)
    found: set[str] = set()
    while True:
        page = building_grpc.BuildingServiceStub(channel).ListBuildings(
            request, metadata=bearer(token)
        )
        found.update(each.display_name for each in page.buildings)
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token
