"""Rate limits: a token bucket for each key."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

_MAX_KEYS = 100_000


class Limiter(Protocol):
    """Counts calls against limits."""

    async def acquire(self, key: str, per_minute: int) -> float:
        """Takes one call of `per_minute` for a key.

        Returns:
            0 where the call may go on, otherwise the seconds until one may.
        """
        ...


class EmbeddedLimiter:
    """Limits within this process.

    A bucket holds a minute's calls and fills evenly. The longest unused keys are forgotten beyond
    100,000, which can only let more calls through.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def acquire(self, key: str, per_minute: int) -> float:
        """Takes one call of `per_minute` for a key."""
        now = self._monotonic()
        refill_per_s = per_minute / 60.0
        calls, since = self._buckets.get(key, (float(per_minute), now))
        calls = min(float(per_minute), calls + (now - since) * refill_per_s)
        wait_s = max(0.0, (1.0 - calls) / refill_per_s)
        self._buckets[key] = (calls if wait_s else calls - 1.0, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > _MAX_KEYS:
            self._buckets.popitem(last=False)
        return wait_s
