"""Real `auth` and `telemetry` on files of their own, for the simulator to feed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import grpc
import numpy as np

from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as reading_grpc
from nilm_auth.main import assembled as assembled_auth
from nilm_auth.settings import AuthSettings
from nilm_core.clock import SystemClock
from nilm_core.timegrid import to_us
from nilm_rpc.channel import connect
from nilm_rpc.clients.user import UserTokenSource
from nilm_rpc.convert import to_timestamp
from nilm_rpc.server import RunningServer
from nilm_rpc.settings import VerifierSettings
from nilm_rpc.tokens import build_verifier
from nilm_simulator.adapters.calls import AccountCalls
from nilm_simulator.adapters.readings import TelemetryReadingStore
from nilm_simulator.adapters.sites import AuthSiteDirectory
from nilm_simulator.domain.household import Household
from nilm_simulator.domain.noise import Float64Array, Int64Array
from nilm_simulator.feed import Feed, FeedPlan
from nilm_simulator.ports import Site
from nilm_telemetry.main import assembled as assembled_telemetry
from nilm_telemetry.settings import TelemetrySettings

EMAIL = "demo@nilm.local"
HOUSEHOLD = Household(7, ZoneInfo("Europe/London"))
PATIENCE_S = 90.0


@dataclass
class World:
    """Where `auth` answers, and where `telemetry` is to answer."""

    folder: Path
    auth_port: int
    auth_ops_port: int
    telemetry_port: int = 0
    telemetry_settings: dict[str, Any] = field(default_factory=dict)
    """Further settings of telemetry."""

    @property
    def password_file(self) -> Path:
        return self.folder / "auth" / "demo-password"

    @asynccontextmanager
    async def telemetry(self) -> AsyncIterator[None]:
        """Serves telemetry on the same file and port each time."""
        settings = TelemetrySettings(
            port=self.telemetry_port,
            ops_port=0,
            database_path=self.folder / "telemetry.duckdb",
            auth_target=f"127.0.0.1:{self.auth_port}",
            tokens=VerifierSettings(
                jwks_url=f"http://127.0.0.1:{self.auth_ops_port}/.well-known/jwks.json"
            ),
            drain_grace_s=0.5,
            **self.telemetry_settings,
        )
        verifier = build_verifier(settings.tokens)
        async with (
            assembled_telemetry(settings, verifier, SystemClock()) as definition,
            RunningServer(settings, definition) as server,
        ):
            self.telemetry_port = server.port
            yield


class CountingReadings(TelemetryReadingStore):
    """Counts what is written through it."""

    written = 0

    async def write(
        self, building_id: str, meter_id: str, times_us: Int64Array, power_w: Float64Array
    ) -> None:
        await super().write(building_id, meter_id, times_us, power_w)
        self.written += times_us.size


@dataclass
class Client:
    """The simulator's own adapters, and a feed that stands on them."""

    sites: AuthSiteDirectory
    readings: CountingReadings
    calls: AccountCalls
    channel: grpc.aio.Channel

    @asynccontextmanager
    async def feeding(self, period: timedelta, history: timedelta) -> AsyncIterator[Feed]:
        feed = Feed(
            HOUSEHOLD,
            self.sites,
            self.readings,
            plan=FeedPlan(period, history),
            clock=SystemClock(),
        )
        task = asyncio.create_task(feed.run())
        try:
            yield feed
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def stored(
        self, site: Site, meter_id: str, start: datetime, end: datetime
    ) -> tuple[Int64Array, Any]:
        """Returns times and power of all readings of a meter in [start, end)."""
        stub = reading_grpc.ReadingServiceStub(self.channel)
        request = reading_pb.QueryReadingsRequest(
            building_id=site.building_id,
            meter_id=meter_id,
            start_time=to_timestamp(start),
            end_time=to_timestamp(end),
            page_size=5_000,
        )
        times, power = [], []
        while True:
            answer = await self.calls.call(stub.QueryReadings, request)
            columns = answer.readings
            first_us = columns.start_time.seconds * 1_000_000 + columns.start_time.nanos // 1_000
            times.append(first_us + np.array(columns.offset_us, dtype=np.int64))
            power.append(np.array(columns.power_w, dtype=np.float32))
            if not answer.next_page_token:
                return np.concatenate(times), np.concatenate(power)
            request.page_token = answer.next_page_token

    async def assert_complete(
        self, site: Site, start: datetime, end: datetime, period: timedelta
    ) -> None:
        """Checks that every meter has every reading of the household in [start, end), once."""
        step = period // timedelta(microseconds=1)
        expected = np.arange(-(-to_us(start) // step) * step, to_us(end), step, dtype=np.int64)
        power = HOUSEHOLD.power_at(expected)
        series = {site.mains_meter_id: power.mains_w} | {
            meter_id: power.appliances_w[name] for name, meter_id in site.truth_meter_ids.items()
        }
        for meter_id, power_w in series.items():
            times_us, stored_w = await self.stored(site, meter_id, start, end)
            np.testing.assert_array_equal(times_us, expected)
            np.testing.assert_allclose(stored_w, power_w, rtol=1e-5, atol=1e-3)


@asynccontextmanager
async def running_auth(folder: Path) -> AsyncIterator[World]:
    """Serves auth with the demo account."""
    settings = AuthSettings(
        port=0,
        ops_port=0,
        data_dir=folder / "auth",
        demo=True,
        demo_email=EMAIL,
        password_memory_kib=64,
        drain_grace_s=0.5,
    )
    async with (
        assembled_auth(settings, SystemClock()) as definition,
        RunningServer(settings, definition) as server,
    ):
        yield World(folder, server.port, server.ops_port)


@asynccontextmanager
async def client_of(world: World) -> AsyncIterator[Client]:
    """Signs in as the simulator does."""
    async with (
        connect(f"127.0.0.1:{world.auth_port}") as auth_channel,
        connect(f"127.0.0.1:{world.telemetry_port}") as channel,
    ):
        password = world.password_file.read_text().strip()
        calls = AccountCalls(UserTokenSource(auth_channel, EMAIL, password))
        sites = AuthSiteDirectory(auth_channel, calls, name="Demo home", time_zone="Europe/London")
        yield Client(sites, CountingReadings(channel, calls), calls, channel)


async def until(condition: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    """Waits until something holds; fails after `PATIENCE_S`."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            holds = condition()
            if await holds if isinstance(holds, Awaitable) else holds:
                return
            await asyncio.sleep(0.05)
