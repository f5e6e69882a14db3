"""Two telemetry services that share a Redis, and an auth that both ask."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
from pydantic import SecretStr

from nilm.buildings.v1 import meter_pb2
from nilm.telemetry.v1 import cache_service_pb2 as cache_pb
from nilm.telemetry.v1 import cache_service_pb2_grpc as cache_grpc
from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as reading_grpc
from nilm_core.clock import SystemClock
from nilm_rpc.channel import connect
from nilm_rpc.convert import to_timestamp
from nilm_rpc.server import RunningServer
from nilm_telemetry.main import assembled
from nilm_telemetry.settings import TelemetrySettings
from tests.contract.telemetry.stand_in_auth import VIEWER, WARDEN, Building, StandInAuth
from tests.support.redis_server import RedisServer
from tests.support.tokens import TokenAuthority, bearer

HOME = "bld_home"
PER_MINUTE = 10_000
PATIENCE_MS = 5_000
"""Longer than a machine stands still: who says nothing for so long is taken to be away."""


@dataclass
class Telemetry:
    """One replica, as its callers see it."""

    channel: grpc.aio.Channel
    ops_port: int

    def __post_init__(self) -> None:
        self.readings = reading_grpc.ReadingServiceStub(self.channel)
        self.caches = cache_grpc.CacheServiceStub(self.channel)

    async def read(self, caller: dict[str, Any]) -> float:
        """Reads the mains of the building; returns how long it took, in seconds."""
        request = reading_pb.QueryReadingsRequest(
            building_id=HOME,
            start_time=to_timestamp(datetime(2024, 6, 1, tzinfo=UTC)),
            end_time=to_timestamp(datetime(2024, 6, 2, tzinfo=UTC)),
        )
        started = time.perf_counter()
        await self.readings.QueryReadings(request, **caller)
        return time.perf_counter() - started

    async def entry_count(self, admin: dict[str, Any]) -> int:
        """Returns how many decisions it holds."""
        stats = await self.caches.GetCacheStats(cache_pb.GetCacheStatsRequest(), **admin)
        count: int = stats.entry_count
        return count


@dataclass
class World:
    authority: TokenAuthority
    auth: StandInAuth
    home: Building
    redis: RedisServer
    first: Telemetry
    second: Telemetry

    def caller(self, subject: str, **claims: Any) -> dict[str, Any]:
        return {"metadata": bearer(self.authority.token(subject, **claims)), "timeout": 120}


@asynccontextmanager
async def open_world(folder: Path, redis: RedisServer, **settings: Any) -> AsyncIterator[World]:
    """Serves two replicas of telemetry, each on a store of its own."""
    authority = TokenAuthority()
    auth = StandInAuth()
    home = auth.add(Building(HOME, {"warden": WARDEN, "viewer": VIEWER}))
    home.add_meter("mtr_mains", meter_pb2.METER_KIND_MAINS)
    async with AsyncExitStack() as stack:
        auth_target = await stack.enter_async_context(auth.served(authority.verifier()))
        replicas = []
        for name in ("first", "second"):
            chosen = TelemetrySettings(
                **{
                    "port": 0,
                    "ops_port": 0,
                    "drain_grace_s": 0.2,
                    "database_path": folder / name / "telemetry.duckdb",
                    "auth_target": auth_target,
                    "redis_url": SecretStr(redis.url),
                    "redis_timeout_ms": PATIENCE_MS,
                    "redis_retry_s": 0.1,
                    "limit_default_per_minute": PER_MINUTE,
                    **settings,
                }
            )
            definition = await stack.enter_async_context(
                assembled(chosen, authority.verifier(), SystemClock())
            )
            server = await stack.enter_async_context(RunningServer(chosen, definition))
            channel = await stack.enter_async_context(connect(f"127.0.0.1:{server.port}"))
            replicas.append(Telemetry(channel, server.ops_port))
        yield World(authority, auth, home, redis, *replicas)


def messages(records: list[logging.LogRecord]) -> list[str]:
    """Returns what was logged of Redis."""
    return [record.message for record in records if record.name.startswith("nilm_rpc.shared")]
