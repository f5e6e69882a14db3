"""The weeks in Redis, added up over all replicas: a hash for each week."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from redis.asyncio import Redis

from nilm_core.errors import UnavailableError
from nilm_core.timegrid import from_us, to_us
from nilm_inference.adapters.drift.records import counters, lots_of
from nilm_inference.domain.drift import KEPT_WEEKS, WEEK, ModelWeek
from nilm_models.drift import ModelStatistics
from nilm_rpc.shared.link import RedisAwayError, RedisLink

_USE = "drift"
_RETENTION = KEPT_WEEKS * WEEK
_RETRY_AFTER = timedelta(seconds=5)


class RedisDriftStore:
    """Implements `nilm_inference.ports.DriftStore`."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link

    async def add(self, lots: Mapping[ModelWeek, ModelStatistics]) -> None:
        """Adds what was counted, as one transaction."""
        if not lots:
            return

        async def command(redis: Redis) -> None:
            async with redis.pipeline(transaction=True) as pipe:
                for week, lot in lots.items():
                    key = self._key(week.start)
                    for name, value in counters(week, lot).items():
                        pipe.hincrbyfloat(key, name, value)
                    pipe.pexpire(key, _RETENTION)
                await pipe.execute()

        try:
            await self._link.run(_USE, command)
        except RedisAwayError as error:
            raise _away() from error

    async def read(self, since: datetime) -> Mapping[ModelWeek, ModelStatistics]:
        """Returns the weeks from `since` on."""
        starts = [since + week * WEEK for week in range(KEPT_WEEKS)]

        async def command(redis: Redis) -> list[dict[bytes, bytes]]:
            async with redis.pipeline(transaction=False) as pipe:
                for start in starts:
                    pipe.hgetall(self._key(start))
                answers: list[dict[bytes, bytes]] = await pipe.execute()
                return answers

        try:
            answers = await self._link.run(_USE, command)
        except RedisAwayError as error:
            raise _away() from error
        found: dict[ModelWeek, ModelStatistics] = {}
        for start, answer in zip(starts, answers, strict=True):
            numbers = ((name.decode(), float(value)) for name, value in answer.items())
            found |= lots_of(from_us(to_us(start)), numbers)
        return found

    def _key(self, start: datetime) -> str:
        return f"{self._link.prefix}:drift:{to_us(start)}"


def _away() -> UnavailableError:
    return UnavailableError("Redis, which counts the drift, is away", retry_after=_RETRY_AFTER)
