"""The cache of access decisions: who may do what in which building, as `auth` said."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from weakref import WeakValueDictionary

from nilm_core.access import BuildingAccess

DEFAULT_TTL_S = 30.0
DEFAULT_CAPACITY = 10_000


@dataclass(frozen=True, slots=True)
class AccessKey:
    """What a decision is about."""

    subject: str
    """The caller."""
    building_id: str = ""
    meter_id: str = ""
    """Names the building by one of its meters, where `building_id` is empty."""


@dataclass(frozen=True, slots=True)
class AccessChange:
    """What changed, so that decisions about it no longer hold; with both empty, everything."""

    building_id: str = ""
    user_id: str = ""

    def concerns(self, key: AccessKey, access: BuildingAccess) -> bool:
        """Tells whether a decision no longer holds."""
        return (not self.building_id or access.building_id == self.building_id) and (
            not self.user_id or key.subject == self.user_id
        )


@dataclass(frozen=True, slots=True)
class CacheStats:
    """How well the cache of decisions does."""

    entry_count: int
    hit_count: int
    miss_count: int
    evicted_count: int


class AccessCache(Protocol):
    """Keeps decisions for a short time; refusals are never kept."""

    async def get(
        self, key: AccessKey, ask: Callable[[], Awaitable[BuildingAccess]], *, fresh: bool = False
    ) -> BuildingAccess:
        """Returns a decision that is known, or the answer of `ask`, which is kept.

        With `fresh` it is asked for whatever is known.

        Raises:
            NilmError: `ask` raised it.
        """
        ...

    async def invalidate(self, change: AccessChange) -> int:
        """Forgets the decisions that a change concerns.

        Returns:
            How many this process held.

        Raises:
            UnavailableError: Other processes could not be told; this one has forgotten.
        """
        ...

    def stats(self) -> CacheStats:
        """Returns how well the cache does in this process."""
        ...


class AccessChanges(Protocol):
    """Tells the processes that keep decisions of what changed."""

    async def announce(self, change: AccessChange) -> None:
        """Tells of a change; where nobody can be told, decisions end with their time."""
        ...


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision with the rest of its time."""

    access: BuildingAccess
    keep_s: float


class LocalDecisions:
    """Decisions within this process, the longest unused dropped beyond `capacity`.

    Of several who ask the same at once, one asks and the others take its answer. An answer that
    was asked for before something was forgotten is not kept: it may be older than the change.
    """

    def __init__(
        self,
        capacity: int = DEFAULT_CAPACITY,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._capacity = capacity
        self._monotonic = monotonic
        self._known: OrderedDict[AccessKey, tuple[BuildingAccess, float]] = OrderedDict()
        self._asking: WeakValueDictionary[AccessKey, asyncio.Lock] = WeakValueDictionary()
        self._changes = 0
        self._hits = self._misses = self._evicted = 0

    async def get(
        self, key: AccessKey, ask: Callable[[], Awaitable[Decision]], *, fresh: bool = False
    ) -> BuildingAccess:
        """Returns a decision that is known, or the answer of `ask`."""
        if not fresh and (known := self._lookup(key)) is not None:
            return known
        asking = self._asking.setdefault(key, asyncio.Lock())
        async with asking:
            if not fresh and (known := self._lookup(key)) is not None:
                return known
            self._misses += 1
            changes = self._changes
            decision = await ask()
            if changes == self._changes:
                self._keep(key, decision)
        return decision.access

    def forget(self, change: AccessChange) -> int:
        """Forgets the decisions that a change concerns; returns their number."""
        self._changes += 1
        stale = [key for key, (access, _) in self._known.items() if change.concerns(key, access)]
        for key in stale:
            del self._known[key]
        return len(stale)

    def stats(self) -> CacheStats:
        """Returns how well it does."""
        return CacheStats(len(self._known), self._hits, self._misses, self._evicted)

    def _lookup(self, key: AccessKey) -> BuildingAccess | None:
        known = self._known.get(key)
        if known is None or self._monotonic() >= known[1]:
            return None
        self._hits += 1
        self._known.move_to_end(key)
        return known[0]

    def _keep(self, key: AccessKey, decision: Decision) -> None:
        self._known[key] = (decision.access, self._monotonic() + decision.keep_s)
        self._known.move_to_end(key)
        while len(self._known) > self._capacity:
            self._known.popitem(last=False)
            self._evicted += 1


class EmbeddedAccessCache:
    """Decisions of this process alone, each for `ttl_s`."""

    def __init__(
        self,
        ttl_s: float = DEFAULT_TTL_S,
        capacity: int = DEFAULT_CAPACITY,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ttl_s = ttl_s
        self._decisions = LocalDecisions(capacity, monotonic)

    async def get(
        self, key: AccessKey, ask: Callable[[], Awaitable[BuildingAccess]], *, fresh: bool = False
    ) -> BuildingAccess:
        """Returns a decision, see `AccessCache`."""

        async def decide() -> Decision:
            return Decision(await ask(), self._ttl_s)

        return await self._decisions.get(key, decide, fresh=fresh)

    async def invalidate(self, change: AccessChange) -> int:
        """Forgets the decisions that a change concerns; returns their number."""
        return self._decisions.forget(change)

    def stats(self) -> CacheStats:
        """Returns how well it does."""
        return self._decisions.stats()
