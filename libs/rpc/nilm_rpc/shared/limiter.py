"""Rate limits that all replicas of a service share."""

from typing import cast

from redis.commands.core import AsyncScript

from nilm_rpc.limiter import EmbeddedLimiter, Limiter
from nilm_rpc.shared.link import RedisAwayError, RedisLink

_USE = "limits"

_ACQUIRE = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6
local capacity = tonumber(ARGV[1])
local refill_per_s = capacity / 60
local known = redis.call('HMGET', KEYS[1], 'calls', 'since')
local calls = tonumber(known[1]) or capacity
local since = tonumber(known[2]) or now
calls = math.min(capacity, calls + math.max(0, now - since) * refill_per_s)
local wait_s = math.max(0, (1 - calls) / refill_per_s)
if wait_s == 0 then calls = calls - 1 end
redis.call('HSET', KEYS[1], 'calls', string.format('%.17g', calls),
           'since', string.format('%.17g', now))
redis.call('PEXPIRE', KEYS[1], 60000)
return string.format('%.17g', wait_s)
"""
"""The bucket of `EmbeddedLimiter`, by the clock of Redis; one that is full again is forgotten."""


class RedisLimiter:
    """Limits over all processes that name the same `scope`; within this one while Redis is away."""

    def __init__(self, link: RedisLink, scope: str, local: Limiter | None = None) -> None:
        self._link = link
        self._kind = f"limit:{scope}"
        self._local = local or EmbeddedLimiter()
        self._acquire: AsyncScript = link.client.register_script(_ACQUIRE)

    async def acquire(self, key: str, per_minute: int) -> float:
        """Takes one call of `per_minute` for a key, see `nilm_rpc.limiter.Limiter`."""
        name = self._link.key(self._kind, key)
        try:
            wait_s = await self._link.run(
                _USE, lambda redis: self._acquire([name], [per_minute], redis)
            )
        except RedisAwayError:
            return await self._local.acquire(key, per_minute)
        return float(cast("bytes", wait_s))
