"""A Redis of each test's own, which it may kill, and services that stand on it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.integration.redis.world import World, open_world
from tests.support.redis_server import RedisServer


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.close()


@pytest.fixture
async def world(own_redis: RedisServer, tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, own_redis) as opened:
        yield opened
