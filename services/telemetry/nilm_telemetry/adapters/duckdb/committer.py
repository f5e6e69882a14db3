"""Group commit: one thread owns all writing, and commits what waits in one transaction.

While one transaction reaches the disk the next one gathers, so the cost of a durable commit is
shared by all callers that wait. A caller is answered after the commit of its rows.
"""

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import duckdb

from nilm_core.errors import NilmError, ResourceExhaustedError, UnavailableError
from nilm_telemetry import metrics
from nilm_telemetry.adapters.duckdb.database import Database, translated

_log = logging.getLogger(__name__)

_MAX_GROUP_ROWS = 200_000
_MAX_QUEUED_ROWS = 2_000_000
_RETRY_AFTER = timedelta(seconds=1)

AfterCommit = Callable[[], None]


class Writable(Protocol):
    """A table that the owner thread writes."""

    def apply(self, connection: duckdb.DuckDBPyConnection, requests: list[Any]) -> AfterCommit:
        """Writes inside the transaction; returns what to do once it is durable.

        Runs on the owner thread alone.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Pending:
    table: Writable
    request: Any
    rows: int
    done: asyncio.Future[None]


class GroupCommitter:
    """The owner thread.

    Args:
        database: The file to write.
        tables: All tables that are written, in the order in which one transaction writes them.
    """

    def __init__(self, database: Database, tables: Sequence[Writable]) -> None:
        self._database = database
        self._tables = tuple(tables)
        self._queue: queue.SimpleQueue[_Pending | None] = queue.SimpleQueue()
        self._queued_rows = 0
        self._closing = False
        metrics.QUEUED_ROWS.set_function(lambda: self._queued_rows)
        self._thread = threading.Thread(target=self._run, name="duckdb-owner", daemon=True)
        self._thread.start()

    async def write(self, table: Writable, request: Any, rows: int) -> None:
        """Hands a request to the owner; returns when it is durable.

        Raises:
            ResourceExhaustedError: Too many rows wait to be written.
            UnavailableError: The commit failed, or the store is closing.
        """
        if self._closing:
            raise UnavailableError("the store is closing", retry_after=_RETRY_AFTER)
        if self._queued_rows + rows > _MAX_QUEUED_ROWS:
            raise ResourceExhaustedError(
                "too many readings wait to be written; try again in a moment",
                reason="WRITE_QUEUE_FULL",
                retry_after=_RETRY_AFTER,
            )
        done = asyncio.get_running_loop().create_future()
        self._queued_rows += rows
        self._queue.put(_Pending(table, request, rows, done))
        await done

    async def close(self) -> None:
        """Commits what waits, and ends the owner thread."""
        self._closing = True
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        is_open = True
        while is_open:
            first = self._queue.get()
            if first is None:
                return
            group, rows = [first], first.rows
            while rows < _MAX_GROUP_ROWS and not self._queue.empty():
                pending = self._queue.get()
                if pending is None:
                    is_open = False
                    break
                group.append(pending)
                rows += pending.rows
            self._commit(group, rows)
            self._checkpoint()

    def _commit(self, group: list[_Pending], rows: int) -> None:
        error: NilmError | None = None
        try:
            with translated(self._database.path):
                self._transact(group)
        except NilmError as failure:
            error = failure
        except Exception:  # noqa: BLE001 those who wait are answered and the thread goes on
            _log.exception("a commit failed")
            error = UnavailableError(
                "the store failed; try again", reason="STORE_FAILED", retry_after=_RETRY_AFTER
            )
        else:
            metrics.COMMITTED_ROWS.observe(rows)
        loop = group[0].done.get_loop()
        loop.call_soon_threadsafe(self._answer, group, rows, error)

    def _transact(self, group: list[_Pending]) -> None:
        self._database.ensure_open()
        connection = self._database.owner
        connection.begin()
        try:
            after = [
                table.apply(connection, requests)
                for table in self._tables
                if (requests := [item.request for item in group if item.table is table])
            ]
            connection.commit()
        except BaseException:
            with contextlib.suppress(duckdb.Error):  # a commit that failed has rolled back already
                connection.rollback()
            raise
        for hook in after:
            hook()

    def _checkpoint(self) -> None:
        try:
            self._database.checkpoint()
        except NilmError:
            _log.exception("the data file could not be opened again")

    def _answer(self, group: list[_Pending], rows: int, error: NilmError | None) -> None:
        self._queued_rows -= rows
        for pending in group:
            if pending.done.done():
                continue
            if error is None:
                pending.done.set_result(None)
            else:
                pending.done.set_exception(error)
