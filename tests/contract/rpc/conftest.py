"""What services stand on, in each of its forms; a further form is one more row in `FORMS`."""

from collections.abc import AsyncIterator, Callable

import pytest

from nilm_rpc.access_cache import AccessCache, EmbeddedAccessCache
from nilm_rpc.idempotency import EmbeddedIdempotencyStore, IdempotencyStore
from nilm_rpc.limiter import EmbeddedLimiter, Limiter
from nilm_rpc.shared.access_cache import RedisAccessCache
from nilm_rpc.shared.idempotency import RedisIdempotencyStore
from nilm_rpc.shared.limiter import RedisLimiter
from nilm_rpc.shared.link import RedisLink

FORMS = ("embedded", "redis")


@pytest.fixture(params=FORMS)
async def link(request: pytest.FixtureRequest) -> AsyncIterator[RedisLink | None]:
    """The connection of the form under test; None for the embedded one."""
    if request.param == "embedded":
        yield None
        return
    server = request.getfixturevalue("redis_server")
    async with RedisLink(server.url, timeout_s=20.0) as opened:
        yield opened
        assert not opened.is_away


@pytest.fixture
def limiter(link: RedisLink | None) -> Limiter:
    return EmbeddedLimiter() if link is None else RedisLimiter(link, "telemetry")


@pytest.fixture
def idempotency(link: RedisLink | None) -> Callable[[float], IdempotencyStore]:
    """Makes a store that keeps answers for some seconds."""
    if link is None:
        return EmbeddedIdempotencyStore
    return lambda ttl_s: RedisIdempotencyStore(link, ttl_s=ttl_s)


@pytest.fixture
def access_cache(link: RedisLink | None) -> Callable[[float], AccessCache]:
    """Makes a cache that keeps decisions for some seconds."""
    if link is None:
        return EmbeddedAccessCache
    return lambda ttl_s: RedisAccessCache(link, ttl_s)
