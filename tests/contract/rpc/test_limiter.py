"""Every limiter counts alike."""

import asyncio

import pytest

from nilm_rpc.limiter import Limiter
from tests.support.eventually import eventually_answers


async def test_a_minutes_calls_pass_and_the_next_waits_for_the_refill(limiter: Limiter) -> None:
    waits = [await limiter.acquire("a", 120) for _ in range(120)]
    assert waits == [0.0] * 120
    # the bucket refills while it is emptied: what came back meanwhile passes too
    while (wait_s := await limiter.acquire("a", 120)) == 0.0:
        pass
    assert 0.0 < wait_s <= 0.5

    async def passes() -> bool:
        return await limiter.acquire("a", 120) == 0.0

    await eventually_answers(passes)


async def test_a_refused_call_costs_nothing(limiter: Limiter) -> None:
    assert await limiter.acquire("a", 1) == 0.0
    first = await limiter.acquire("a", 1)
    for _ in range(20):
        last = await limiter.acquire("a", 1)
    assert 30.0 < last <= first <= 60.0  # less what went by since the first


async def test_keys_do_not_share(limiter: Limiter) -> None:
    assert await limiter.acquire("a", 1) == 0.0
    assert await limiter.acquire("a", 1) > 0.0
    assert await limiter.acquire("b", 1) == 0.0


async def test_a_key_may_be_any_text(limiter: Limiter) -> None:
    for key in ("sign_in:[::1]:5000", "user with spaces\r\nDEL *", "ünï\0code", "x" * 100_000):
        assert await limiter.acquire(key, 1) == 0.0
        assert await limiter.acquire(key, 1) > 0.0


@pytest.mark.parametrize("at_once", [100])
async def test_of_many_at_once_no_more_pass_than_the_bucket_holds(
    limiter: Limiter, at_once: int
) -> None:
    waits = await asyncio.gather(*(limiter.acquire("a", 10) for _ in range(at_once)))
    passed = sum(wait_s == 0.0 for wait_s in waits)
    assert 10 <= passed <= 15  # one more for each six seconds that went by
