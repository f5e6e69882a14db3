"""One database: its connections, transactions, migrations and failures."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, event, make_url, text
from sqlalchemy.exc import DatabaseError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from nilm_core.errors import DataCorruptionError, NilmError, UnavailableError

_BUSY_TIMEOUT_S = 10.0
_RETRY_AFTER = timedelta(seconds=1)
_WRITES = "nilm_writes"
_UNIQUE_ERRORS = frozenset({"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505"})
_DAMAGE_ERRORS = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB"})

Record = TypeVar("Record")


def record(kind: Callable[..., Record], row: RowMapping, **more: Any) -> Record:
    """Returns a row as a domain record whose fields are named as its columns."""
    return kind(**{str(name): value for name, value in row.items()}, **more)


@contextmanager
def constraints(*, unique: NilmError, parent: NilmError) -> Iterator[None]:
    """Raises `unique` where a row is there already and `parent` where what it belongs to is not."""
    try:
        yield
    except IntegrityError as error:
        raise (unique if _code(error) in _UNIQUE_ERRORS else parent) from error


class Database:
    """A pool of connections to SQLite or PostgreSQL.

    Args:
        url: SQLAlchemy address with an async driver, such as `sqlite+aiosqlite:////data/auth.db`.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._name = parsed.database if parsed.get_backend_name() == "sqlite" else parsed.host
        self._engine = create_async_engine(parsed, pool_pre_ping=parsed.host is not None)
        if parsed.get_backend_name() == "sqlite":
            _prepare_sqlite(self._engine.sync_engine, parsed.database)
        self._writer = self._engine.execution_options(**{_WRITES: True})

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Gives a connection whose queries see one state of the database."""
        with self._failures():
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Gives a connection in a transaction, committed unless the block raises."""
        with self._failures():
            async with self._writer.begin() as connection:
                yield connection

    async def migrate(self, upgrade: Callable[[Connection], None]) -> None:
        """Brings the tables to the newest form, after checking that the file is whole.

        Raises:
            DataCorruptionError: The file is damaged.
            UnavailableError: The database cannot be reached.
        """
        async with self.write() as connection:
            if connection.dialect.name == "sqlite":
                found = (await connection.execute(text("PRAGMA quick_check(1)"))).scalar_one()
                if found != "ok":
                    raise self._damaged(str(found))
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
        await self._engine.dispose()

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except (DatabaseError, InterfaceError, OSError) as error:
            code = _code(error)
            if code in _DAMAGE_ERRORS:
                raise self._damaged(str(getattr(error, "orig", error))) from error
            if isinstance(error, (OperationalError, InterfaceError, OSError)):
                raise UnavailableError(
                    f"the account store cannot be used now ({code or type(error).__name__})",
                    reason="STORE_UNAVAILABLE",
                    retry_after=_RETRY_AFTER,
                ) from error
            raise

    def _damaged(self, detail: str) -> DataCorruptionError:
        return DataCorruptionError(
            f"the account database {self._name} is damaged ({detail}); restore it from a backup"
        )


def _code(error: BaseException) -> str:
    """Returns the database's own name of an error: SQLite's error name or an SQLSTATE."""
    original = getattr(error, "orig", None)
    name = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return str(name or "")


def _prepare_sqlite(engine: Any, path: str | None) -> None:
    """Sets what SQLite must be told on each connection; only this account may read the file."""
    if path and path != ":memory:":
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, never by the driver's guess
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(_BUSY_TIMEOUT_S * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock at once: a lock taken later may find what it read outdated.
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
