"""What a service stands on, by its settings: shared through Redis, or in its own memory."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from nilm_rpc.access_cache import (
    DEFAULT_TTL_S,
    AccessCache,
    AccessChanges,
    EmbeddedAccessCache,
)
from nilm_rpc.idempotency import EmbeddedIdempotencyStore, IdempotencyStore
from nilm_rpc.limiter import EmbeddedLimiter, Limiter
from nilm_rpc.settings import ServerSettings
from nilm_rpc.shared.access_cache import RedisAccessCache, RedisAccessChanges
from nilm_rpc.shared.idempotency import RedisIdempotencyStore
from nilm_rpc.shared.limiter import RedisLimiter
from nilm_rpc.shared.link import RedisLink


@dataclass(frozen=True, slots=True)
class SharedStores:
    """What is shared between the processes of a service, where Redis is configured."""

    limiter: Limiter
    idempotency: IdempotencyStore
    link: RedisLink | None = None
    """None without Redis."""

    @property
    def access_changes(self) -> AccessChanges | None:
        """Tells other processes of changes; None where none could hear of them."""
        return None if self.link is None else RedisAccessChanges(self.link)


@asynccontextmanager
async def open_stores(settings: ServerSettings, service: str) -> AsyncIterator[SharedStores]:
    """Gives the stores of a service, and closes them at the end.

    Args:
        settings: Whether there is a Redis, and where.
        service: The service's name; its replicas share their limits.

    Raises:
        FailedPreconditionError: The address of Redis is none.
        OSError: The file of the address cannot be read.
    """
    address = settings.redis_address()
    if not address:
        yield SharedStores(EmbeddedLimiter(), EmbeddedIdempotencyStore())
        return
    link = RedisLink(
        address,
        prefix=settings.redis_prefix,
        timeout_s=settings.redis_timeout_ms / 1_000,
        retry_s=settings.redis_retry_s,
    )
    idempotency = RedisIdempotencyStore(link)
    async with link, _running(idempotency.renew):
        yield SharedStores(RedisLimiter(link, service), idempotency, link)


@asynccontextmanager
async def open_access_cache(
    stores: SharedStores, ttl_s: float = DEFAULT_TTL_S
) -> AsyncIterator[AccessCache]:
    """Gives the cache of access decisions for a service that asks `auth` for them."""
    if stores.link is None:
        yield EmbeddedAccessCache(ttl_s)
        return
    cache = RedisAccessCache(stores.link, ttl_s)
    async with _running(cache.listen):
        yield cache


@asynccontextmanager
async def _running(work: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Runs work beside what is inside, and cancels it at the end."""
    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
