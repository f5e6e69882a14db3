"""The servers that the tests stand on do what the tests take for granted."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.postgres import PostgresServer
from tests.support.postgrest import PostgrestServer
from tests.support.redis_server import RedisServer

SECRET = "s" * 40
ROLES = """
CREATE ROLE anon NOLOGIN;
CREATE ROLE authenticator NOINHERIT LOGIN;
GRANT anon TO authenticator;
"""
TABLE = "CREATE TABLE lamps (name text); GRANT SELECT ON lamps TO anon;"


@pytest.fixture
def postgrest(postgres: PostgresServer, database: str) -> Iterator[PostgrestServer]:
    if not postgres.sql("SELECT 1 FROM pg_roles WHERE rolname = 'anon'"):
        postgres.sql(ROLES)
    postgres.sql(TABLE, database)
    server = PostgrestServer(postgres.url(database, user="authenticator"), SECRET)
    yield server
    server.close()


def test_each_database_is_its_own_and_survives_a_restart(postgres: PostgresServer) -> None:
    template = postgres.fresh_database()
    postgres.sql("CREATE TABLE lamps AS SELECT 7 AS watts", template)
    copy = postgres.fresh_database(template)
    postgres.sql("UPDATE lamps SET watts = 8", copy)
    postgres.process.restart()
    assert postgres.sql("SELECT watts FROM lamps", template) == "7"
    assert postgres.sql("SELECT watts FROM lamps", copy) == "8"
    for name in (copy, template):
        postgres.drop_database(name)


def test_postgrest_answers_from_its_database_again_after_a_restart(
    postgres: PostgresServer, database: str, postgrest: PostgrestServer
) -> None:
    postgres.sql("INSERT INTO lamps VALUES ('desk')", database)
    assert httpx.get(f"{postgrest.url}/lamps", timeout=60).json() == [{"name": "desk"}]
    postgrest.process.restart()
    assert httpx.get(f"{postgrest.url}/lamps", timeout=60).json() == [{"name": "desk"}]


def test_redis_keeps_its_data_over_a_kill_and_forgets_it_when_told(
    redis_server: RedisServer,
) -> None:
    assert redis_server._ask(b"SET lamp 7") == b"+OK"
    redis_server.process.kill()
    redis_server.process.start()
    assert redis_server._ask(b"GET lamp") == b"$1\r\n7"
    redis_server.flush()
    assert redis_server._ask(b"GET lamp") == b"$-1"
