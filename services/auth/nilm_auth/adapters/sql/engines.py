"""Connections to SQLite and PostgreSQL, set up as the stores need them."""

import asyncio
import os
import sqlite3
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from nilm_core.errors import FailedPreconditionError

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_SQLITE_BUSY_TIMEOUT_S = 10.0
_SQLITE_RETRY_S = 0.01
_RECYCLE_S = 1_800
_WRITES = "nilm_writes"


@dataclass(frozen=True, slots=True)
class PoolConfig:
    """How PostgreSQL is connected to; SQLite, a file, needs none of it."""

    size: int = 10
    """Most connections that are kept and used at once."""
    wait_timeout_s: float = 5.0
    """How long a call waits for one of them."""
    connect_timeout_s: float = 5.0
    """How long the server may take to let a connection in."""
    statement_timeout_s: float = 10.0
    """How long one statement may take."""


@dataclass(frozen=True, slots=True)
class Engines:
    """Two views of one pool of connections."""

    reader: AsyncEngine
    """All queries of its transactions see one state of the database."""
    writer: AsyncEngine
    """Its transactions may write."""


def parse_url(url: str) -> URL:
    """Returns a database's address with the driver that the stores need.

    `postgres://` and `sslmode=`, as other programs write them, are understood.

    Raises:
        FailedPreconditionError: It is no address, or one of another database. What it holds is
            not told: it may be a password.
    """
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError):
        raise _not_an_address() from None
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise _not_an_address()
    query = {("ssl" if name == "sslmode" else name): value for name, value in parsed.query.items()}
    return parsed.set(drivername=driver, query=query)


def open_engines(url: URL, pool: PoolConfig) -> Engines:
    """Returns the engines of a database; no connection is made before the first use."""
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(url)
        _prepare_sqlite(engine.sync_engine, url.database)
        return Engines(reader=engine, writer=engine.execution_options(**{_WRITES: True}))
    engine = create_async_engine(
        url,
        pool_size=pool.size,
        max_overflow=0,
        pool_timeout=pool.wait_timeout_s,
        pool_pre_ping=True,  # a connection that a restart of the server has ended is replaced
        pool_recycle=_RECYCLE_S,
        connect_args={
            "timeout": pool.connect_timeout_s,
            "command_timeout": pool.statement_timeout_s,
            "server_settings": {
                "application_name": "nilm-auth",
                "lock_timeout": f"{int(pool.statement_timeout_s * 1_000)}ms",
                "idle_in_transaction_session_timeout": "60s",
            },
        },
    )
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(reader=reader, writer=engine)


def _not_an_address() -> FailedPreconditionError:
    return FailedPreconditionError(
        "NILM_AUTH_DATABASE_URL: must be like postgresql://user:password@host:5432/database, or "
        "empty for a SQLite file"
    )


def _prepare_sqlite(engine: Any, path: str | None) -> None:
    """Sets what SQLite must be told on each connection; only this account may read the file."""
    if path and path != ":memory:":
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, never by the driver's guess
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(_SQLITE_BUSY_TIMEOUT_S * 1000)}")
        _journal_ahead(connection, cursor)
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock at once: a lock taken later may find what it read outdated.
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _journal_ahead(connection: Any, cursor: Any) -> None:
    """Turns on the write-ahead log, which the file then keeps.

    The first switch turns a read lock into a write lock, for which SQLite never waits: of several
    processes that start at once on a new file, all but one are told "locked" whatever the timeout.
    """
    deadline = time.monotonic() + _SQLITE_BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            connection.run_async(lambda _driver: asyncio.sleep(_SQLITE_RETRY_S))
        else:
            return
