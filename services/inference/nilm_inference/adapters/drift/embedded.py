"""The weeks in a SQLite file, which processes of one machine may share."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from nilm_core.errors import UnavailableError
from nilm_core.timegrid import from_us, to_us
from nilm_inference.adapters.drift.records import counters, lots_of
from nilm_inference.domain.drift import KEPT_WEEKS, WEEK, ModelWeek
from nilm_models.drift import ModelStatistics

FILE_NAME = "drift.db"

_WAIT_S = 5.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS counter (
    week_us INTEGER NOT NULL,
    name TEXT NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (week_us, name)
) STRICT, WITHOUT ROWID
"""

_Result = TypeVar("_Result")


class EmbeddedDriftStore:
    """Implements `nilm_inference.ports.DriftStore`; the file is made on first use."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    async def add(self, lots: Mapping[ModelWeek, ModelStatistics]) -> None:
        """Adds what was counted, as one transaction."""
        if not lots:
            return
        rows = [
            (to_us(week.start), name, value)
            for week, lot in lots.items()
            for name, value in counters(week, lot).items()
        ]
        oldest_us = to_us(max(week.start for week in lots) - (KEPT_WEEKS - 1) * WEEK)

        def work(database: sqlite3.Connection) -> None:
            database.executemany(
                "INSERT INTO counter VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET value = value + excluded.value",
                rows,
            )
            database.execute("DELETE FROM counter WHERE week_us < ?", (oldest_us,))

        await asyncio.to_thread(self._run, work)

    async def read(self, since: datetime) -> Mapping[ModelWeek, ModelStatistics]:
        """Returns the weeks from `since` on."""

        def work(database: sqlite3.Connection) -> list[tuple[int, str, float]]:
            return database.execute(
                "SELECT week_us, name, value FROM counter WHERE week_us >= ? ORDER BY week_us",
                (to_us(since),),
            ).fetchall()

        rows = await asyncio.to_thread(self._run, work)
        found: dict[ModelWeek, ModelStatistics] = {}
        for week_us, group in groupby(rows, key=lambda row: row[0]):
            found |= lots_of(from_us(week_us), ((name, value) for _, name, value in group))
        return found

    def _run(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=_WAIT_S)) as database, database:
                database.execute(_SCHEMA)
                return work(database)
        except (sqlite3.Error, OSError) as error:
            raise UnavailableError(f"{self._path}: {error}", reason="STORE_FAILED") from error
