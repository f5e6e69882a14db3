"""Processes that name the same scope share one bucket."""

import asyncio
import json
import sys
from contextlib import AsyncExitStack

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nilm_rpc.shared.limiter import RedisLimiter
from nilm_rpc.shared.link import RedisLink
from tests.support.redis_server import RedisServer

TAKE = """
import asyncio, json, sys
from nilm_rpc.shared.limiter import RedisLimiter
from nilm_rpc.shared.link import RedisLink

async def main(url, calls, per_minute):
    async with RedisLink(url, timeout_s=20.0) as link:
        limiter = RedisLimiter(link, "telemetry")
        waits = await asyncio.gather(*(limiter.acquire("usr_1", per_minute) for _ in range(calls)))
        print(json.dumps([sum(wait_s == 0.0 for wait_s in waits), link.is_away]))

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


async def _take_elsewhere(url: str, calls: int, per_minute: int) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", TAKE, url, str(calls), str(per_minute), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    passed, is_away = json.loads(output)
    assert not is_away
    return int(passed)


async def test_two_processes_share_a_limit(redis_server: RedisServer) -> None:
    passed = await asyncio.gather(*(_take_elsewhere(redis_server.url, 40, 30) for _ in range(2)))
    assert 30 <= sum(passed) <= 45  # one came back in each two seconds between them


async def test_scopes_do_not_share(redis_server: RedisServer) -> None:
    async with RedisLink(redis_server.url, timeout_s=20.0) as link:
        for scope in ("auth", "telemetry"):
            limiter = RedisLimiter(link, scope)
            assert await limiter.acquire("usr_1", 1) == 0.0
            assert await limiter.acquire("usr_1", 1) > 0.0


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    turns=st.lists(st.integers(0, 2), min_size=1, max_size=60),
    per_minute=st.integers(1, 40),
    key=st.text(max_size=20),
)
async def test_however_clients_take_turns_no_more_pass_than_one_bucket_and_its_refill(
    redis_server: RedisServer, turns: list[int], per_minute: int, key: str
) -> None:
    redis_server.flush()
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        limiters = [
            RedisLimiter(
                await stack.enter_async_context(RedisLink(redis_server.url, timeout_s=20.0)), "one"
            )
            for _ in range(3)
        ]
        began = loop.time()
        waits = [await limiters[turn].acquire(key, per_minute) for turn in turns]
        elapsed_s = loop.time() - began
    passed = sum(wait_s == 0.0 for wait_s in waits)
    assert passed >= min(len(turns), per_minute)
    assert passed <= per_minute + elapsed_s * per_minute / 60 + 1e-3


async def test_a_bucket_that_is_full_again_is_forgotten(redis_server: RedisServer) -> None:
    async with RedisLink(redis_server.url, timeout_s=20.0) as link:
        await RedisLimiter(link, "one").acquire("usr_1", 60)
        [key] = await link.client.keys("*")
        assert b"usr_1" not in key
        assert 0 < await link.client.pttl(key) <= 60_000
