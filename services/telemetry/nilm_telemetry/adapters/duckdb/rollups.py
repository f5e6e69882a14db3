"""Quarter hours of closed days, kept beside the rows that they add up.

A UTC day of a series is closed once a row after its end is stored. Closed days are added up once,
by whoever needs them first, and kept; a late row forgets the days that it can matter to, in its own
transaction, so what is kept is always right. The open day is added up anew each time.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import numpy as np

from nilm_core.timegrid import Int64Array, TimeGrid, span_us
from nilm_telemetry.adapters.duckdb.committer import AfterCommit
from nilm_telemetry.adapters.duckdb.series_table import Columns, SeriesState
from nilm_telemetry.domain.quarters import DAY_US, QUARTER_US, quarter_ceil, quarter_floor

_log = logging.getLogger(__name__)

_CHUNK_DAYS = 7
"""Days that are added up at once, which bounds the memory that it takes."""
_MANY_OPEN_DAYS = 14
"""From so many days on that were not added up, reading rows is cheaper than adding them up."""

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
        self._columns = ("start_us", *spec.columns)
        self._forget_older_form(connection)
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
        self._names = ", ".join(self._columns)
        self._row_names = ", ".join(("time_us", *spec.source_columns))

    def _forget_older_form(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Drops quarters that were kept with other columns: they are added up anew."""
        held = connection.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index",
            [self._spec.table],
        ).fetchall()
        if held and [name for (name,) in held] != ["series_key", *self._columns]:
            _log.info("%s has other columns now: its days are added up anew", self._spec.table)
            connection.execute(f"DROP TABLE {self._spec.table}")
            connection.execute(f"DROP TABLE {self._days_table}")

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

    def answered(
        self, series_key: int, state: SeriesState, grid: TimeGrid, start_us: int, end_us: int
    ) -> tuple[int, int]:
        """Returns the part of an interval that quarters answer over a grid, else its empty end.

        They do where the grid's cells hold whole quarters and nearly all of them are kept.
        """
        first_us, last_us = quarter_ceil(start_us), quarter_floor(end_us)
        is_coarse = span_us(grid.period) % QUARTER_US == 0 and last_us > first_us
        if is_coarse and len(self.open_days(series_key, state)) < _MANY_OPEN_DAYS:
            return first_us, last_us
        return end_us, end_us

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
        interval: tuple[int, int],
        names: Sequence[str],
    ) -> tuple[Columns, list[ClosedDays]]:
        """Returns columns of the quarters of an interval, the start first.

        With them come the closed days that had to be added up, to be kept. All is read in one
        transaction: a late write is seen whole or not at all.
        """
        generation = self.generation(series_key)
        start_us = max(interval[0], quarter_floor(state.first_us))
        end_us = min(interval[1], quarter_ceil(state.last_us + self._spec.reach_us))
        chosen = [0, *(self._columns.index(name) for name in names)]
        parts: list[Columns] = []
        fresh: list[ClosedDays] = []
        if end_us > start_us:
            cursor.begin()
            try:
                rolled = self._rolled_days(cursor, series_key, start_us, end_us)
                if rolled:
                    parts.append(self._stored(cursor, series_key, start_us, end_us, names))
                for days in _missing_chunks(start_us, end_us, rolled):
                    quarters = self._add_up(cursor, series_key, state, days)
                    inside = _inside(quarters, start_us, end_us)
                    parts.append(tuple(inside[number] for number in chosen))
                    fresh += _closed(series_key, generation, days, quarters, state)
            finally:
                cursor.rollback()
        return self._joined(parts, chosen), fresh

    def _rolled_days(
        self, cursor: duckdb.DuckDBPyConnection, series_key: int, start_us: int, end_us: int
    ) -> set[int]:
        rows = cursor.execute(
            f"SELECT day FROM {self._days_table} WHERE series_key = ? AND day BETWEEN ? AND ?",  # noqa: S608 names of ours
            [series_key, start_us // DAY_US, (end_us - 1) // DAY_US],
        ).fetchnumpy()
        return set(rows["day"].tolist())

    def _stored(
        self,
        cursor: duckdb.DuckDBPyConnection,
        series_key: int,
        start_us: int,
        end_us: int,
        names: Sequence[str],
    ) -> Columns:
        columns = ("start_us", *names)
        rows = cursor.execute(
            f"SELECT {', '.join(columns)} FROM {self._spec.table} "  # noqa: S608 names of ours
            "WHERE series_key = ? AND start_us >= ? AND start_us < ?",
            [series_key, start_us, end_us],
        ).fetchnumpy()
        return tuple(rows[name] for name in columns)

    def _joined(self, parts: list[Columns], chosen: Sequence[int]) -> Columns:
        if not parts:
            rows = tuple(np.empty(0) for _ in ("time", *self._spec.source_columns))
            nothing = self._spec.add_up(rows, 0, 0, 0)
            return tuple(nothing[number] for number in chosen)
        return ordered(tuple(np.concatenate(column) for column in zip(*parts, strict=True)))

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


def days_span(days: Sequence[int]) -> tuple[int, int]:
    """Returns the interval of the first days, as many as are added up at once."""
    last = min(days[-1], days[0] + _CHUNK_DAYS - 1)
    return days[0] * DAY_US, (last + 1) * DAY_US
