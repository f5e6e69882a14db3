"""The cache of access decisions that all processes of all services share."""

import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

import orjson
from redis.commands.core import AsyncScript

from nilm_core.access import BuildingAccess, MeterKind, MeterRef, Permission
from nilm_core.errors import UnavailableError
from nilm_core.ids import new_id
from nilm_rpc.access_cache import (
    DEFAULT_CAPACITY,
    DEFAULT_TTL_S,
    AccessChange,
    AccessKey,
    CacheStats,
    Decision,
    LocalDecisions,
)
from nilm_rpc.shared.link import RedisAwayError, RedisLink
from nilm_rpc.shared.listener import listen

_log = logging.getLogger(__name__)

_USE = "access"
_KIND = "access"
_GENERATION_S = 86_400
"""Far longer than any decision is kept."""

_FIND = """
return {redis.call('GET', KEYS[1]) or '', redis.call('GET', KEYS[2]) or '',
        redis.call('PTTL', KEYS[2])}
"""


class RedisAccessChanges:
    """Tells all processes of a change.

    Each change begins a new generation. A decision in Redis names the one in which `auth` was asked
    for it, and counts in that one alone: who was asking meanwhile brings no old decision back.
    """

    def __init__(self, link: RedisLink) -> None:
        self._link = link
        self.generation_key = f"{link.prefix}:access:generation"
        self.channel = f"{link.prefix}:access:changes"

    async def announce(self, change: AccessChange) -> None:
        """Tells of a change; while Redis is away, decisions end with their time."""
        try:
            await self.tell(change)
        except RedisAwayError:
            _log.warning(
                "a change of access rights was not told",
                extra={"building_id": change.building_id, "user_id": change.user_id},
            )

    async def tell(self, change: AccessChange) -> None:
        """Tells of a change.

        Raises:
            RedisAwayError: Nobody was told.
        """
        message = orjson.dumps(change)

        async def send(redis: Any) -> None:
            async with redis.pipeline(transaction=True) as steps:
                steps.set(self.generation_key, new_id("gen"), ex=_GENERATION_S)
                steps.publish(self.channel, message)
                await steps.execute()

        await self._link.run(_USE, send)


class RedisAccessCache:
    """Decisions in two levels: those of this process, and those in Redis.

    A decision ends `ttl_s` after `auth` made it, on whichever level it is. Changes reach this
    process through `listen`; when it begins to hear, and whenever it does again after a loss, it
    forgets its decisions. While Redis is away this is the embedded cache.
    """

    def __init__(
        self,
        link: RedisLink,
        ttl_s: float = DEFAULT_TTL_S,
        capacity: int = DEFAULT_CAPACITY,
    ) -> None:
        self._link = link
        self._ttl_s = ttl_s
        self._local = LocalDecisions(capacity)
        self._changes = RedisAccessChanges(link)
        self._shared_hits = 0
        self._find: AsyncScript = link.client.register_script(_FIND)

    async def get(
        self, key: AccessKey, ask: Callable[[], Awaitable[BuildingAccess]], *, fresh: bool = False
    ) -> BuildingAccess:
        """Returns a decision, see `nilm_rpc.access_cache.AccessCache`."""
        return await self._local.get(key, lambda: self._decide(key, ask, fresh), fresh=fresh)

    async def invalidate(self, change: AccessChange) -> int:
        """Forgets the decisions that a change concerns, in all processes.

        Returns:
            How many this process held.

        Raises:
            UnavailableError: Other processes could not be told; this one has forgotten.
        """
        count = self._local.forget(change)
        try:
            await self._changes.tell(change)
        except RedisAwayError:
            raise UnavailableError(
                "Redis is away: this process has forgotten, the others could not be told and use "
                f"what they know for up to {self._ttl_s:.0f} s; try again",
                retry_after=timedelta(seconds=self._link.retry_s),
            ) from None
        return count + self._local.forget(change)  # what Redis still knew meanwhile

    def stats(self) -> CacheStats:
        """Returns how well it does; a decision found in Redis counts as a hit."""
        local = self._local.stats()
        return CacheStats(
            local.entry_count,
            local.hit_count + self._shared_hits,
            local.miss_count - self._shared_hits,
            local.evicted_count,
        )

    async def listen(self) -> None:
        """Hears of changes until it is cancelled."""

        def on_begin() -> None:
            self._local.forget(AccessChange())

        def on_message(message: bytes) -> None:
            self._local.forget(_change(message))

        await listen(self._link, self._changes.channel, on_begin=on_begin, on_message=on_message)

    async def _decide(
        self, key: AccessKey, ask: Callable[[], Awaitable[BuildingAccess]], fresh: bool
    ) -> Decision:
        name = self._link.key(_KIND, f"{key.subject}\n{key.building_id}\n{key.meter_id}")
        names = [self._changes.generation_key, name]
        try:
            generation, packed, left_ms = cast(
                "tuple[bytes, bytes, int]",
                await self._link.run(_USE, lambda redis: self._find(names, (), redis)),
            )
        except RedisAwayError:
            return Decision(await ask(), self._ttl_s)
        if not fresh and (shared := _unpack(packed, generation)) is not None:
            self._shared_hits += 1
            return Decision(shared, min(left_ms / 1_000, self._ttl_s))
        access = await ask()
        fresh_packed = _pack(access, generation)
        ttl_ms = round(self._ttl_s * 1_000)
        with contextlib.suppress(RedisAwayError):
            await self._link.run(_USE, lambda redis: redis.set(name, fresh_packed, px=ttl_ms))
        return Decision(access, self._ttl_s)


def _change(message: bytes) -> AccessChange:
    """Returns the change of a message; one that cannot be read is a change of everything."""
    try:
        return AccessChange(**orjson.loads(message))
    except (TypeError, orjson.JSONDecodeError):
        return AccessChange()


def _pack(access: BuildingAccess, generation: bytes) -> bytes:
    document = {
        "building_id": access.building_id,
        "role": access.role,
        "permissions": sorted(access.permissions),
        "time_zone": access.time_zone,
        "meters": [
            [meter.meter_id, meter.kind, meter.appliance_id, meter.display_name]
            for meter in access.meters
        ],
    }
    return generation + b"\n" + orjson.dumps(document)


def _unpack(packed: bytes, generation: bytes) -> BuildingAccess | None:
    """Returns a decision of the present generation; None for another, or one not understood."""
    kept_generation, separator, document = packed.partition(b"\n")
    if not separator or kept_generation != generation:
        return None
    try:
        fields = orjson.loads(document)
        return BuildingAccess(
            building_id=fields["building_id"],
            role=fields["role"],
            permissions=frozenset(map(Permission, fields["permissions"])),
            time_zone=fields["time_zone"],
            meters=tuple(
                MeterRef(meter_id, MeterKind(kind), appliance_id, display_name)
                for meter_id, kind, appliance_id, display_name in fields["meters"]
            ),
        )
    except (KeyError, TypeError, ValueError):  # written by another version of the services
        return None
