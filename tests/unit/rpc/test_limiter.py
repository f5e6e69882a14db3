"""The token bucket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nilm_rpc.limiter import EmbeddedLimiter


async def test_a_minutes_calls_pass_and_the_next_waits() -> None:
    now = [0.0]
    limiter = EmbeddedLimiter(monotonic=lambda: now[0])
    waits = [await limiter.acquire("a", 60) for _ in range(61)]
    assert waits[:60] == [0.0] * 60
    assert waits[60] == pytest.approx(1.0)
    now[0] += waits[60]
    assert await limiter.acquire("a", 60) == 0.0


async def test_keys_do_not_share() -> None:
    limiter = EmbeddedLimiter(monotonic=lambda: 0.0)
    assert await limiter.acquire("a", 1) == 0.0
    assert await limiter.acquire("a", 1) > 0.0
    assert await limiter.acquire("b", 1) == 0.0


@given(st.lists(st.floats(0, 5), min_size=1, max_size=200), st.integers(1, 120))
async def test_never_more_than_a_bucket_and_its_refill(
    pauses_s: list[float], per_minute: int
) -> None:
    now = [0.0]
    limiter = EmbeddedLimiter(monotonic=lambda: now[0])
    passed = 0
    for pause_s in pauses_s:
        now[0] += pause_s
        passed += await limiter.acquire("a", per_minute) == 0.0
    assert passed <= per_minute + now[0] * per_minute / 60 + 1e-6
