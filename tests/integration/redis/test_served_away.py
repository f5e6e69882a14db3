"""Redis goes away under calls to a served service: no call fails, none waits long."""

import asyncio
import logging
import time
from collections.abc import Awaitable
from pathlib import Path

import grpc
import httpx
import pytest

from tests.integration.redis.world import Telemetry, World, messages, open_world
from tests.support.eventually import eventually, eventually_answers
from tests.support.redis_server import RedisServer

CALLERS = 5
AWAY = "redis is away"
BACK = "redis is back"


async def read_until(stop: asyncio.Event, world: World, seconds: list[float]) -> None:
    """Reads from both replicas over and over; any failure comes out."""
    viewer = world.caller("viewer")
    while not stop.is_set():
        seconds += [await replica.read(viewer) for replica in (world.first, world.second)]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "nilm_rpc.shared")
    return caplog


async def metric(replica: Telemetry, name: str) -> float:
    async with httpx.AsyncClient(timeout=60) as client:
        text = (await client.get(f"http://127.0.0.1:{replica.ops_port}/metrics")).text
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(name))


async def test_a_killed_redis_fails_no_read_and_is_told_once(
    world: World, logged: pytest.LogCaptureFixture
) -> None:
    stop, seconds = asyncio.Event(), list[float]()
    reading = [asyncio.create_task(read_until(stop, world, seconds)) for _ in range(CALLERS)]
    await eventually(lambda: len(seconds) > 20)
    world.redis.process.kill()
    await eventually(lambda: messages(logged.records).count(AWAY) == 2)  # one for each replica
    assert await metric(world.first, "nilm_redis_away") == 1.0
    before = len(seconds)
    await eventually(lambda: len(seconds) > before + 100)
    world.redis.process.start()
    await eventually(lambda: messages(logged.records).count(BACK) == 2)
    before = len(seconds)
    await eventually(lambda: len(seconds) > before + 50)
    stop.set()
    await asyncio.gather(*reading)  # no read failed
    assert sorted(messages(logged.records)) == [AWAY, AWAY, BACK, BACK]
    assert await metric(world.first, "nilm_redis_away") == 0.0
    async with httpx.AsyncClient(timeout=60) as client:
        ready = await client.get(f"http://127.0.0.1:{world.first.ops_port}/ready")
    assert ready.status_code == 200


async def test_a_hanging_redis_holds_up_one_round_of_calls_at_most(
    own_redis: RedisServer, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    timeout_s = 1.0
    async with open_world(tmp_path, own_redis, redis_timeout_ms=1_000) as world:
        viewer = world.caller("viewer")
        await asyncio.gather(world.first.read(viewer), world.second.read(viewer))
        await eventually(lambda: messages(logged.records).count(AWAY) == _count_back(logged))
        logged.clear()
        own_redis.process.pause()
        try:
            # the limit is the one question of such a read to Redis: who may read is known here
            first_round = await asyncio.gather(*(world.first.read(viewer) for _ in range(20)))
            assert max(first_round) < 20 * timeout_s / 2  # they do not wait one after the other
            await eventually(lambda: AWAY in messages(logged.records))
            later = [await world.first.read(viewer) for _ in range(50)]
            assert sorted(later)[25] < timeout_s / 2
        finally:
            own_redis.process.resume()
        await eventually(lambda: BACK in messages(logged.records))
        assert messages(logged.records).count(AWAY) <= 2  # once for each replica
        await world.first.read(viewer)


async def test_limits_are_shared_and_kept_by_each_process_while_redis_is_away(
    own_redis: RedisServer, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    async with open_world(tmp_path, own_redis, limit_default_per_minute=6) as world:
        viewer = world.caller("viewer")

        async def passed(*replicas: Telemetry) -> int:
            """Returns how many calls pass, less those that come back in the time that it takes."""
            begun = time.monotonic()
            codes = [await _code(each.read(viewer)) for each in replicas for _ in range(12)]
            assert set(codes) <= {grpc.StatusCode.OK, grpc.StatusCode.RESOURCE_EXHAUSTED}
            come_back = int((time.monotonic() - begun) / 10)
            return codes.count(grpc.StatusCode.OK) - come_back

        assert await passed(world.first, world.second) in (6, 7)
        own_redis.process.kill()
        await eventually(lambda: messages(logged.records).count(AWAY) == 2)
        assert await passed(world.first) in (6, 7)
        assert await passed(world.second) in (6, 7)
        own_redis.process.start()
        await eventually(lambda: messages(logged.records).count(BACK) == 2)

        async def is_refused() -> bool:
            return await passed(world.first) == 0

        await eventually_answers(is_refused)


async def test_a_service_starts_without_redis_and_takes_it_when_it_comes(
    own_redis: RedisServer, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    own_redis.process.kill()
    async with open_world(tmp_path, own_redis) as world:
        viewer = world.caller("viewer")
        await world.first.read(viewer)
        await eventually(lambda: messages(logged.records).count(AWAY) == 2)
        own_redis.process.start()
        await eventually(lambda: messages(logged.records).count(BACK) == 2)
        await world.second.read(viewer)
        assert await metric(world.first, "nilm_redis_away") == 0.0


def _count_back(logged: pytest.LogCaptureFixture) -> int:
    return messages(logged.records).count(BACK)


async def _code(call: Awaitable[object]) -> grpc.StatusCode:
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK
