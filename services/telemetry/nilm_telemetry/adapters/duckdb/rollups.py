"""Quarter hours of closed days, kept beside the rows that they add up.

A UTC day of a series is closed once a row after its end is stored. Closed days are added up once,
by whoever needs them first, and kept; a late row forgets the days that it can matter to, in its own
transaction, so what is kept is always right. The open day is added up anew each time.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from nilm_core.timegrid import Int64Array
from nilm_telemetry.adapters.duckdb.committer import AfterCommit
from nilm_telemetry.adapters.duckdb.series_table import Columns, SeriesState
from nilm_telemetry.domain.quarters import DAY_US, quarter_ceil, quarter_floor

_CHUNK_DAYS = 7
"""Days that are added up at once, which bounds the memory that it takes."""

AddUp = Callable[[Columns, int, int, int], Columns]
"""Columns of the rows (times first), start, end and newest time to columns of the quarters."""


@dataclass(frozen=True, slots=True)
class RollUpSpec:
    """What is added up, and how."""

    source: str
    """Table of the rows."""
    source_columns: tuple[str, ...]
    """Its columns that are needed beside the time."""
    table: str
    columns: Mapping[str, str]
    """Columns of the quarters beside `start_us`, with their SQL types."""
    reach_us: int
    """How far beyond a quarter its rows can matter to it."""
    add_up: AddUp


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Days of one series that were just added up."""

    series_key: int
    generation: int
    """What the series' generation was before its rows were read."""
    days: tuple[int, ...]
    """Days since the epoch."""
    quarters: Columns
    """Their quarters, start first."""


class RollUps:
    """The quarter hours of one table of rows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, spec: RollUpSpec) -> None:
        self._spec = spec
        self._days_table = f"{spec.table}_day"
        declared = ", ".join(f"{name} {kind} NOT NULL" for name, kind in spec.columns.items())
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {spec.table} "
            f"(series_key INTEGER NOT NULL, start_us BIGINT NOT NULL, {declared})"
        )
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {self._days_table} "
            "(series_key INTEGER NOT NULL, day INTEGER NOT NULL)"
        )
        self._rolled: defaultdict[int, set[int]] = defaultdict(set)
        rows = connection.execute(f"SELECT series_key, day FROM {self._days_table}").fetchall()  # noqa: S608 names of ours
        for key, day in rows:
            self._rolled[key].add(day)
        self._generations: defaultdict[int, int] = defaultdict(int)
        self._columns = ("start_us", *spec.columns)
        self._names = ", ".join(self._columns)
        self._row_names = ", ".join(("time_us", *spec.source_columns))

    def generation(self, series_key: int) -> int:
        """Returns a number that changes when days of the series are forgotten."""
        return self._generations[series_key]

    def open_days(self, series_key: int, state: SeriesState) -> list[int]:
        """Returns the closed days of a series that were not added up yet."""
        closed = range(state.first_us // DAY_US, state.last_us // DAY_US)
        rolled = self._rolled.get(series_key, set())
        if len(rolled) == len(closed):
            return []
        return [day for day in closed if day not in rolled]

    def open_day_count(self, states: Mapping[int, SeriesState]) -> int:
        """Returns how many closed days of all series were not added up yet."""
        closed = sum(
            state.last_us // DAY_US - state.first_us // DAY_US for state in tuple(states.values())
        )
        return closed - sum(map(len, tuple(self._rolled.values())))

    def read(
        self,
        cursor: duckdb.DuckDBPyConnection,
        series_key: int,
        state: SeriesState,
        start_us: int,
        end_us: int,
    ) -> tuple[Columns, list[ClosedDays]]:
        """Returns the quarters of an interval, and the closed days that had to be added up.

        All is read in one transaction: a late write is seen whole or not at all.
        """
        generation = self.generation(series_key)
        start_us = max(start_us, quarter_floor(state.first_us))
        end_us = min(end_us, quarter_ceil(state.last_us + self._spec.reach_us))
        parts: list[Columns] = []
        fresh: list[ClosedDays] = []
        if end_us > start_us:
            cursor.begin()
            try:
                rolled = self._rolled_days(cursor, series_key, start_us, end_us)
                if rolled:
                    parts.append(self._stored(cursor, series_key, start_us, end_us))
                for days in _missing_chunks(start_us, end_us, rolled):
                    quarters = self._add_up(cursor, series_key, state, days)
                    parts.append(_inside(quarters, start_us, end_us))
                    fresh += _closed(series_key, generation, days, quarters, state)
            finally:
                cursor.rollback()
        return _joined(parts, self._spec, self._columns), fresh

    def _rolled_days(
        self, cursor: duckdb.DuckDBPyConnection, series_key: int, start_us: int, end_us: int
    ) -> set[int]:
        rows = cursor.execute(
            f"SELECT day FROM {self._days_table} WHERE series_key = ? AND day BETWEEN ? AND ?",  # noqa: S608 names of ours
            [series_key, start_us // DAY_US, (end_us - 1) // DAY_US],
        ).fetchnumpy()
        return set(rows["day"].tolist())

    def _stored(
        self, cursor: duckdb.DuckDBPyConnection, series_key: int, start_us: int, end_us: int
    ) -> Columns:
        rows = cursor.execute(
            f"SELECT {self._names} FROM {self._spec.table} "  # noqa: S608 names of ours
            "WHERE series_key = ? AND start_us >= ? AND start_us < ?",
            [series_key, start_us, end_us],
        ).fetchnumpy()
        return tuple(rows[name] for name in self._columns)

    def _add_up(
        self,
        cursor: duckdb.DuckDBPyConnection,
        series_key: int,
        state: SeriesState,
        days: Sequence[int],
    ) -> Columns:
        start_us, end_us = days[0] * DAY_US, (days[-1] + 1) * DAY_US
        reach_us = self._spec.reach_us
        rows = cursor.execute(
            f"SELECT {self._row_names} FROM {self._spec.source} "  # noqa: S608 names of ours
            "WHERE series_key = ? AND time_us >= ? AND time_us <= ?",
            [series_key, start_us - reach_us, end_us + reach_us],
        ).fetchnumpy()
        columns = ordered(tuple(rows[name] for name in ("time_us", *self._spec.source_columns)))
        return self._spec.add_up(columns, start_us, end_us, state.last_us)

    def invalidate(
        self, connection: duckdb.DuckDBPyConnection, series_key: int, times_us: Int64Array
    ) -> AfterCommit:
        """Forgets the days that rows at these times can matter to."""
        reach_us = self._spec.reach_us
        touched = {
            *((times_us - reach_us) // DAY_US).tolist(),
            *(times_us // DAY_US).tolist(),
            *((times_us + reach_us) // DAY_US).tolist(),
        }
        stale = sorted(touched & self._rolled[series_key])
        self._generations[series_key] += 1  # for what this transaction writes after
        for day in stale:
            connection.execute(
                f"DELETE FROM {self._spec.table} "  # noqa: S608 names of ours
                "WHERE series_key = ? AND start_us >= ? AND start_us < ?",
                [series_key, day * DAY_US, (day + 1) * DAY_US],
            )
            connection.execute(
                f"DELETE FROM {self._days_table} WHERE series_key = ? AND day = ?",  # noqa: S608 names of ours
                [series_key, day],
            )

        def forget() -> None:
            self._rolled[series_key].difference_update(stale)
            self._generations[series_key] += 1  # for who read before the commit

        return forget

    def apply(
        self, connection: duckdb.DuckDBPyConnection, requests: list[ClosedDays]
    ) -> AfterCommit:
        """Keeps days that were added up, unless they were kept or forgotten meanwhile."""
        added: defaultdict[int, set[int]] = defaultdict(set)
        for request in requests:
            key = request.series_key
            days = set(request.days) - self._rolled[key] - added[key]
            if request.generation != self._generations[key] or not days:
                continue
            wanted = np.isin(request.quarters[0] // DAY_US, sorted(days))
            if wanted.any():
                self._insert(connection, key, tuple(column[wanted] for column in request.quarters))
            connection.executemany(
                f"INSERT INTO {self._days_table} VALUES (?, ?)",  # noqa: S608 names of ours
                [[key, day] for day in sorted(days)],
            )
            added[key] |= days

        def remember() -> None:
            for key, days in added.items():
                self._rolled[key] |= days

        return remember

    def _insert(
        self, connection: duckdb.DuckDBPyConnection, series_key: int, quarters: Columns
    ) -> None:
        keys = np.full(len(quarters[0]), series_key, np.int32)
        batch = {"series_key": keys, **dict(zip(self._columns, quarters, strict=True))}
        connection.register("quarters", batch)
        connection.execute(
            f"INSERT INTO {self._spec.table} SELECT series_key, {self._names} FROM quarters"  # noqa: S608 names of ours
        )
        connection.unregister("quarters")


def ordered(columns: Columns) -> Columns:
    """Returns columns in the order of the first, which has no value twice."""
    first = columns[0]
    if np.all(first[1:] > first[:-1]):
        return columns
    order = np.argsort(first)
    return tuple(column[order] for column in columns)


def _missing_chunks(start_us: int, end_us: int, rolled: set[int]) -> list[list[int]]:
    """Returns the days of an interval that are not rolled, in short runs of neighbours."""
    missing = [day for day in range(start_us // DAY_US, -(-end_us // DAY_US)) if day not in rolled]
    breaks = [
        index
        for index, (day, following) in enumerate(pairwise(missing), start=1)
        if following != day + 1
    ]
    chunks: list[list[int]] = []
    for first, last in pairwise([0, *breaks, len(missing)]):
        chunks += [
            missing[index : min(index + _CHUNK_DAYS, last)]
            for index in range(first, last, _CHUNK_DAYS)
        ]
    return chunks


def _inside(quarters: Columns, start_us: int, end_us: int) -> Columns:
    inside = (quarters[0] >= start_us) & (quarters[0] < end_us)
    return tuple(column[inside] for column in quarters)


def _closed(
    series_key: int, generation: int, days: Sequence[int], quarters: Columns, state: SeriesState
) -> list[ClosedDays]:
    closed = tuple(day for day in days if (day + 1) * DAY_US <= state.last_us)
    if not closed:
        return []
    return [ClosedDays(series_key, generation, closed, _inside(quarters, 0, state.last_us))]


def _joined(parts: list[Columns], spec: RollUpSpec, names: Sequence[str]) -> Columns:
    if not parts:
        return spec.add_up(tuple(np.empty(0) for _ in ("time", *spec.source_columns)), 0, 0, 0)
    columns: list[npt.NDArray[Any]] = [
        np.concatenate([part[number] for part in parts]) for number in range(len(names))
    ]
    return ordered(tuple(columns))


def days_span(days: Sequence[int]) -> tuple[int, int]:
    """Returns the interval of the first days, as many as are added up at once."""
    last = min(days[-1], days[0] + _CHUNK_DAYS - 1)
    return days[0] * DAY_US, (last + 1) * DAY_US
