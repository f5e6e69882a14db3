"""The DuckDB file: opened, read by a few threads, closed."""

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import duckdb

from nilm_core.errors import (
    DataCorruptionError,
    NilmError,
    ResourceExhaustedError,
    UnavailableError,
)

_log = logging.getLogger(__name__)

_DAMAGE_WORDS = (
    "corrupt",
    "checksum",
    "not a valid duckdb",
    "serialization",
    "deserialize",
    "could not read",
)
_FULL_WORDS = ("no space left", "file too large", "quota exceeded")
_RETRY_AFTER = timedelta(seconds=1)
_RETRY_AFTER_FULL = timedelta(seconds=60)
_CHECKPOINT_BYTES = 16 << 20
"""From so much in the log on, it is folded into the file."""
_CURSOR_WAIT_S = 1.0
_NEVER = "1TB"
"""Size of the log from which DuckDB would fold it by itself."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class DatabaseConfig:
    """How a database file is opened."""

    path: Path
    memory_limit_mb: int = 192
    """Most memory for DuckDB's buffers."""
    threads: int = 2
    """Threads that one query may use."""
    readers: int = 2
    """Queries that may run at once; more wait."""
    max_waiting: int = 256
    """Queries that may run or wait; more are refused."""


class Database:
    """An open database file.

    Raises:
        DataCorruptionError: The file is damaged, or no DuckDB file.
        UnavailableError: Another process holds the file.
    """

    def __init__(self, config: DatabaseConfig) -> None:
        self.path = config.path
        self._config = config
        self._max_waiting = config.max_waiting
        self._waiting = 0
        self._wal = config.path.with_name(f"{config.path.name}.wal")
        self._checkpoint_bytes = _CHECKPOINT_BYTES
        self._checkpointing = threading.Lock()
        self._cursors: queue.SimpleQueue[duckdb.DuckDBPyConnection] = queue.SimpleQueue()
        self._is_open = False
        with translated(config.path):
            self._open()
        self._executor = ThreadPoolExecutor(config.readers, thread_name_prefix="duckdb-read")

    async def read(self, query: Callable[[duckdb.DuckDBPyConnection], Result]) -> Result:
        """Runs a query on a reader thread.

        Raises:
            ResourceExhaustedError: Too many queries wait.
            DataCorruptionError: The file turned out to be damaged.
            UnavailableError: The query failed.
        """
        if self._waiting >= self._max_waiting:
            raise ResourceExhaustedError(
                "too many queries are waiting; try again in a moment",
                reason="READ_QUEUE_FULL",
                retry_after=_RETRY_AFTER,
            )
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._executor, self._run, query
            )
        finally:
            self._waiting -= 1

    def checkpoint(self) -> None:
        """Folds the log into the file where it has grown long; the owner calls it between writes.

        DuckDB gives up the whole database where this fails, as on a full disk, though all that
        was committed is safe in the log. So it is done here rather than by DuckDB within a commit,
        and the file is opened anew. The next attempt waits until the log has doubled.

        Raises:
            NilmError: The file cannot be opened again; whoever needs it next tries once more.
        """
        size = self._wal.stat().st_size if self._wal.exists() else 0
        if size < self._checkpoint_bytes:
            return
        with self._checkpointing, translated(self.path):
            try:
                self.owner.execute("CHECKPOINT")
            except duckdb.TransactionException:
                return  # a query reads what would be folded: after the next write
            except duckdb.Error:
                _log.exception("the log could not be folded into the file; opening it anew")
                self._checkpoint_bytes = 2 * size
                self._close_connections()
                self._open()
            else:
                self._checkpoint_bytes = _CHECKPOINT_BYTES

    def ensure_open(self) -> None:
        """Opens the file where it could not be opened again after a failed checkpoint.

        Raises:
            duckdb.Error: It still cannot be.
        """
        if self._is_open:
            return
        with self._checkpointing:
            if not self._is_open:
                self._open()
                _log.info("the data file is open again")

    def _run(self, query: Callable[[duckdb.DuckDBPyConnection], Result]) -> Result:
        with translated(self.path):
            try:
                return self._ask(query)
            except duckdb.FatalException:
                with self._checkpointing:
                    pass  # a failed checkpoint took the connection away: there is a new one now
                return self._ask(query)

    def _ask(self, query: Callable[[duckdb.DuckDBPyConnection], Result]) -> Result:
        cursor = self._cursor()
        try:
            return query(cursor)
        finally:
            self._cursors.put(cursor)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """Returns a connection; the file may be closed while one is waited for."""
        while True:
            self.ensure_open()
            with contextlib.suppress(queue.Empty):
                return self._cursors.get(timeout=_CURSOR_WAIT_S)

    def _open(self) -> None:
        config = self._config
        owner = duckdb.connect(
            str(config.path),
            config={
                "memory_limit": f"{config.memory_limit_mb}MB",
                "threads": config.threads,
                "checkpoint_threshold": _NEVER,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        for _ in range(config.readers):
            self._cursors.put(owner.cursor())
        self.owner = owner
        self._is_open = True

    def _close_connections(self) -> None:
        """Waits for the queries that run, and closes every connection."""
        self._is_open = False
        for _ in range(self._config.readers):
            self._cursors.get().close()
        self.owner.close()

    def close(self) -> None:
        """Ends the readers and closes the file; what was committed is folded into it."""
        self._executor.shutdown(wait=True)
        if self._is_open:
            self._close_connections()


class translated:  # noqa: N801 read as a phrase: `with translated(path):`
    """Turns DuckDB's errors inside `with` into errors of ours, and logs them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Begins."""

    def __exit__(self, exc_type: object, exc: BaseException | None, traceback: object) -> None:
        """Raises the translation of a DuckDB error."""
        if isinstance(exc, duckdb.Error):
            raise _translation(self._path, exc) from exc


def _translation(path: Path, error: duckdb.Error) -> NilmError:
    text = " ".join(str(error).split())
    lowered = text.lower()
    if "could not set lock" in lowered or "conflicting lock" in lowered:
        return UnavailableError(f"data file {path} is in use by another process; stop it first")
    if any(word in lowered for word in _FULL_WORDS):
        return ResourceExhaustedError(
            f"the disk of data file {path.name} is full: writes are refused until there is room",
            reason="STORE_FULL",
            retry_after=_RETRY_AFTER_FULL,
        )
    if any(word in lowered for word in _DAMAGE_WORDS) or isinstance(
        error, duckdb.InternalException
    ):
        return DataCorruptionError(
            f"data file {path} is damaged: restore it from a backup, or move it away to begin anew "
            f"({text})"
        )
    _log.error("DuckDB failed", exc_info=error)
    return UnavailableError(
        "the time-series store failed; try again in a moment",
        reason="STORE_FAILED",
        retry_after=_RETRY_AFTER,
    )
