"""What only a server can do to its callers: refuse them, hang, restart, run out of connections."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import text

from nilm_auth.adapters.sql.database import Database
from nilm_auth.adapters.sql.engines import PoolConfig, parse_url
from nilm_auth.adapters.sql.migrate import upgrade
from nilm_core.errors import AbortedError, FailedPreconditionError, UnavailableError
from tests.support.eventually import eventually_answers
from tests.support.postgres import PostgresServer

_ALONE = PoolConfig(size=1, wait_timeout_s=0.2, connect_timeout_s=30, statement_timeout_s=30)
_HASTY = PoolConfig(size=1, wait_timeout_s=0.2, connect_timeout_s=0.5, statement_timeout_s=0.5)


@pytest.fixture
async def opened(postgresql_url: str) -> AsyncIterator[Database]:
    database = Database(postgresql_url, _ALONE)
    await database.check()
    yield database
    await database.close()


@pytest.fixture
async def hasty(postgresql_url: str) -> AsyncIterator[Database]:
    database = Database(postgresql_url, _HASTY)
    await eventually_answers(lambda: _answers(database))
    yield database
    await database.close()


@pytest.fixture
def paused(postgres: PostgresServer, hasty: Database) -> Iterator[None]:
    postgres.process.pause()
    yield
    postgres.process.resume()


@pytest.mark.parametrize(
    "url",
    [
        "postgres://user:pass@host:5432/db?sslmode=require",
        "postgresql://user:pass@host:5432/db?ssl=require",
        "postgresql+asyncpg://user:pass@host:5432/db?ssl=require",
    ],
)
def test_an_address_is_understood_in_the_ways_it_is_written(url: str) -> None:
    parsed = parse_url(url)
    assert parsed.render_as_string(hide_password=False) == (
        "postgresql+asyncpg://user:pass@host:5432/db?ssl=require"
    )


@pytest.mark.parametrize(
    "url", ["s3cret", "mysql://root:s3cret@host/db", "postgres://a:s3cret@h:x/d"]
)
def test_a_wrong_address_is_refused_without_telling_its_password(url: str) -> None:
    with pytest.raises(FailedPreconditionError, match="NILM_AUTH_DATABASE_URL") as refused:
        Database(url)
    assert "s3cret" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(("user", "name"), [("nobody_here", "postgres"), ("postgres", "no_such")])
async def test_a_database_that_refuses_the_service_says_what_to_check(
    postgres: PostgresServer, user: str, name: str
) -> None:
    database = Database(postgres.url(name, user=user))
    with pytest.raises(FailedPreconditionError, match="check the role, the password"):
        await database.check()
    await database.close()


async def test_without_the_right_to_make_tables_migration_says_what_is_missing(
    postgres: PostgresServer, database: str
) -> None:
    url = postgres.url_of_owner(database)
    postgres.sql(f'ALTER DATABASE "{database}" OWNER TO postgres')
    stranger = Database(url)
    with pytest.raises(FailedPreconditionError, match="the role's rights"):
        await stranger.migrate(upgrade)
    await stranger.close()


async def test_where_nobody_listens_the_caller_is_told_to_retry() -> None:
    database = Database("postgresql://user@127.0.0.1:1/db", _ALONE)
    with pytest.raises(UnavailableError) as refused:
        await database.check()
    assert refused.value.retry_after is not None
    await database.close()


async def test_a_server_that_hangs_is_given_up_in_time(
    postgres: PostgresServer, hasty: Database, paused: None
) -> None:
    with pytest.raises(UnavailableError):
        await hasty.check()
    postgres.process.resume()
    await eventually_answers(lambda: _answers(hasty))


async def test_a_call_waits_for_a_connection_only_so_long(opened: Database) -> None:
    async with opened.read() as held:
        await held.execute(text("SELECT 1"))
        with pytest.raises(UnavailableError):
            await opened.check()
    await opened.check()


async def test_a_restart_is_not_noticed_by_the_next_call(
    postgres: PostgresServer, opened: Database
) -> None:
    postgres.process.restart()
    await opened.check()


async def test_a_query_that_a_restart_ends_is_told_to_retry(
    postgres: PostgresServer, opened: Database
) -> None:
    async def write() -> None:
        async with opened.write() as connection:
            await connection.execute(text("CREATE TABLE t (i int)"))
            postgres.process.restart()
            await connection.execute(text("INSERT INTO t VALUES (1)"))

    with pytest.raises(UnavailableError) as ended:
        await write()
    assert ended.value.retry_after is not None
    await opened.check()


async def test_two_transactions_that_wait_for_each_other_end_with_one_told_to_retry(
    postgresql_url: str,
) -> None:
    database = Database(postgresql_url)
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE t AS SELECT i FROM generate_series(1, 2) i"))
    locked = asyncio.Barrier(2)

    async def lock_both(first: int, second: int) -> None:
        async with database.write() as connection:
            statement = text("SELECT i FROM t WHERE i = :i FOR UPDATE")
            await connection.execute(statement, {"i": first})
            await locked.wait()
            await connection.execute(statement, {"i": second})

    outcomes = await asyncio.gather(lock_both(1, 2), lock_both(2, 1), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {type(None), AbortedError}
    await database.close()


async def _answers(database: Database) -> bool:
    try:
        await database.check()
    except UnavailableError:
        return False
    return True
