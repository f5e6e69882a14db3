"""The servers that tests of several folders use; each is started where the first test asks for it.

Under pytest-xdist each worker has its own.
"""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.postgres import PostgresServer
from tests.support.redis_server import RedisServer

settings.register_profile(
    "a machine that stands still at times",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("a machine that stands still at times")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL; a test makes its own database in it by `fresh_database`."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[str]:
    """The name of a new, empty database of that PostgreSQL."""
    name = postgres.fresh_database()
    yield name
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def shared_redis() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.close()


@pytest.fixture
def redis_server(shared_redis: RedisServer) -> RedisServer:
    """A running Redis that holds nothing."""
    shared_redis.flush()
    return shared_redis
