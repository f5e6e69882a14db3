"""Each call of the account stores and of what replicas share, one after the other.

PostgreSQL and PostgREST beside SQLite, Redis beside what one process keeps, all durable as an
operator runs them. Through PostgREST a person calls, so that row-level security is paid for too.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from nilm_auth.adapters.sql.database import Database
from nilm_auth.adapters.sql.migrate import upgrade
from nilm_auth.adapters.sql.stores import sql_stores
from nilm_auth.ports.stores import Stores
from nilm_core.access import BuildingAccess, MeterKind, MeterRef, Permission, Principal
from nilm_rpc.access_cache import AccessKey, EmbeddedAccessCache
from nilm_rpc.call import Call, enter_call
from nilm_rpc.idempotency import EmbeddedIdempotencyStore, StoredAnswer
from nilm_rpc.limiter import EmbeddedLimiter
from nilm_rpc.shared.access_cache import RedisAccessCache
from nilm_rpc.shared.idempotency import RedisIdempotencyStore
from nilm_rpc.shared.limiter import RedisLimiter
from nilm_rpc.shared.link import RedisLink
from support.account_calls import MANAGER, calls_of, populate
from support.report import milliseconds, run
from support.servers import Servers, running_servers

TIMES = 100
WARM_UP = 5
MAX_P95_MS = 10.0
MAX_DECISION_MS = 0.2
KEPT_S = 600.0
ACCESS = BuildingAccess(
    building_id="bld_0",
    role="manager",
    permissions=frozenset(Permission),
    time_zone="Europe/London",
    meters=tuple(
        MeterRef(f"mtr_{number}", MeterKind.APPLIANCE, "kettle", "Kettle") for number in range(6)
    ),
)
ANSWER = StoredAnswer(fingerprint=b"f" * 32, response=b"r" * 500)

Timings = dict[str, list[float]]


async def timed(call: Callable[[int], Awaitable[object]]) -> list[float]:
    """Makes a call again and again; returns how long each took after the warm-up, s."""
    taken = []
    for number in range(TIMES + WARM_UP):
        started = time.perf_counter()
        await call(number)
        taken.append(time.perf_counter() - started)
    return taken[WARM_UP:]


@asynccontextmanager
async def sql(url: str) -> AsyncIterator[Stores]:
    """Opens an empty account store."""
    database = Database(url)
    await database.migrate(upgrade)
    yield sql_stores(database)
    await database.close()


async def account_calls(
    stores: AbstractAsyncContextManager[Stores], token: str | None = None
) -> Timings:
    """Measures the account stores, called by a person where there is a token."""
    async with stores as opened:
        await populate(opened)
        if token is not None:
            principal = Principal(MANAGER)
            enter_call(Call("benchmark", "request", "", principal=principal, token=token))
        return {name: await timed(partial(call, opened)) for name, call in calls_of(opened).items()}


async def shared_calls(link: RedisLink | None) -> Timings:
    """Measures limits, repeats and access decisions, in Redis or in this process."""
    limiter = EmbeddedLimiter() if link is None else RedisLimiter(link, "benchmark")
    repeats = (
        EmbeddedIdempotencyStore() if link is None else RedisIdempotencyStore(link, ttl_s=KEPT_S)
    )
    decisions = EmbeddedAccessCache(KEPT_S) if link is None else RedisAccessCache(link, KEPT_S)

    async def decide() -> BuildingAccess:
        return ACCESS

    known = AccessKey(MANAGER, "bld_0")
    await decisions.get(known, decide)
    return {
        "limiter.acquire": await timed(lambda _: limiter.acquire(MANAGER, 1_000_000)),
        "idempotency.begin": await timed(lambda n: repeats.begin(f"key {n}")),
        "idempotency.finish": await timed(lambda n: repeats.finish(f"key {n}", ANSWER)),
        "idempotency.repeat": await timed(lambda n: repeats.begin(f"key {n}")),
        "access.first": await timed(lambda n: decisions.get(AccessKey(f"user {n}"), decide)),
        "access.known": await timed(lambda _: decisions.get(known, decide)),
    }


def table(measured: Timings, beside: Timings) -> Mapping[str, Mapping[str, float]]:
    """Returns the percentiles of each call, and its median over that of the embedded one."""
    return {
        name: {
            "p50_ms": milliseconds(taken, 50),
            "p95_ms": milliseconds(taken, 95),
            "embedded_p50_ms": milliseconds(beside[name], 50),
            "ratio": round(
                sum(sorted(taken)[: TIMES // 2]) / sum(sorted(beside[name])[: TIMES // 2]), 1
            ),
        }
        for name, taken in measured.items()
    }


async def measure_on(servers: Servers, folder: Path) -> dict[str, Any]:
    """Measures everything on running servers."""
    postgres, project = servers.postgres, servers.supabase
    sqlite = await account_calls(sql(f"sqlite:///{folder / 'auth.db'}"))
    postgresql = await account_calls(sql(postgres.url_of_owner(postgres.fresh_database())))
    # A task of its own, as what it calls for is kept in its context.
    postgrest = await asyncio.create_task(account_calls(project.stores(), project.token(MANAGER)))
    embedded = await shared_calls(None)
    async with RedisLink(servers.redis.url, timeout_s=1.0) as link:
        redis = await shared_calls(link)
    remote = {"postgresql": postgresql, "postgrest": postgrest, "redis": redis}
    p95_ms = {
        f"{store} {name}": milliseconds(taken, 95)
        for store, timings in remote.items()
        for name, taken in timings.items()
    }
    slowest = max(p95_ms, key=p95_ms.__getitem__)
    decision_ms = float(np.percentile(redis["access.known"], 95)) * 1e3
    return {
        "name": "stores",
        "value": p95_ms[slowest],
        "unit": "ms",
        "goal": f"p95 of every call under {MAX_P95_MS:g} ms, of a known access decision under "
        f"{MAX_DECISION_MS} ms",
        "met": p95_ms[slowest] < MAX_P95_MS and decision_ms < MAX_DECISION_MS,
        "detail": {
            "slowest_call": slowest,
            "known_access_p95_us": round(decision_ms * 1e3, 1),
            "over_goal": [name for name, value in p95_ms.items() if value >= MAX_P95_MS],
            "postgresql": table(postgresql, sqlite),
            "postgrest": table(postgrest, sqlite),
            "redis": table(redis, embedded),
        },
    }


async def measure() -> dict[str, Any]:
    """Measures on servers of its own."""
    with tempfile.TemporaryDirectory() as folder, running_servers() as servers:
        return await measure_on(servers, Path(folder))


if __name__ == "__main__":
    run(__doc__, measure)
