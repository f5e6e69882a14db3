"""One database: its transactions, its migrations, its end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from nilm_auth.adapters.sql.engines import PoolConfig, open_engines, parse_url
from nilm_auth.adapters.sql.failures import damaged, failures

_MIGRATION_LOCK = 0x6E696C6D
"""Key of the advisory lock under which one process at a time migrates."""
_MIGRATION_TIMEOUT_S = 120.0
_MIGRATION_POLL_S = 0.1

Record = TypeVar("Record")


def record(kind: Callable[..., Record], row: RowMapping, **more: Any) -> Record:
    """Returns a row as a domain record whose fields are named as its columns."""
    return kind(**{str(name): value for name, value in row.items()}, **more)


class Database:
    """A pool of connections to SQLite or PostgreSQL.

    Args:
        url: Address, such as `postgresql://user@host/database` or `sqlite:////data/auth.db`.
        pool: How PostgreSQL is connected to.

    Raises:
        FailedPreconditionError: The address will not do.
    """

    def __init__(self, url: str, pool: PoolConfig | None = None) -> None:
        parsed = parse_url(url)
        self._name = str(parsed.host or parsed.database)
        self._engines = open_engines(parsed, pool or PoolConfig())

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Gives a connection whose queries see one state of the database."""
        with failures(self._name):
            async with self._engines.reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Gives a connection in a transaction, committed unless the block raises."""
        with failures(self._name):
            async with self._engines.writer.begin() as connection:
                yield connection

    async def migrate(self, upgrade: Callable[[Connection], None]) -> None:
        """Brings the tables to the newest form; of several processes at once, one after another.

        Raises:
            DataCorruptionError: The file is damaged.
            UnavailableError: The database cannot be reached, or another process goes on migrating.
        """
        async with self.write() as connection:
            if connection.dialect.name == "sqlite":
                found = (await connection.execute(text("PRAGMA quick_check(1)"))).scalar_one()
                if found != "ok":
                    raise damaged(self._name, str(found))
            else:
                await _lock_migrations(connection)
            await connection.run_sync(upgrade)

    async def check(self) -> None:
        """Asks the database for an answer.

        Raises:
            UnavailableError: It gives none.
        """
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Closes all connections."""
        await self._engines.writer.dispose()


async def _lock_migrations(connection: AsyncConnection) -> None:
    """Waits for the lock by asking, as a statement that waits would run into its timeout."""
    lock = text("SELECT pg_try_advisory_xact_lock(:key)")
    async with asyncio.timeout(_MIGRATION_TIMEOUT_S):
        while not await connection.scalar(lock, {"key": _MIGRATION_LOCK}):  # noqa: ASYNC110 another process holds it
            await asyncio.sleep(_MIGRATION_POLL_S)
