"""A table of rows by series and time, in which the last write of a time wins.

It has no key: DuckDB takes three times as many rows without one. Uniqueness is kept by the one
thread that writes. It knows the newest time of every series, so rows after it are plainly
appended; only rows at or before it are looked up, and they replace what differs. What is the same
already is not written again, so a repeat changes nothing.

Statements name columns in memory as the variable of the method that runs them, where DuckDB finds
them: to register them would cost more than to write a few rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import duckdb
import numpy as np
import numpy.typing as npt

from nilm_core.timegrid import Int64Array
from nilm_telemetry.adapters.duckdb.committer import AfterCommit

Columns = tuple[npt.NDArray[Any], ...]
Batch = dict[str, npt.NDArray[Any]]
"""Columns of rows by name: `series_key`, `time_us` and the values."""

_BEFORE_ALL = -(2**63)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one series, in the order in which they were sent."""

    series_key: int
    times_us: Int64Array
    values: Columns
    """One array for each value column, none NaN."""


@dataclass(frozen=True, slots=True)
class SeriesState:
    """What is held in memory of a series."""

    first_us: int
    last_us: int
    count: int
    last: tuple[Any, ...]
    """The values at `last_us`."""


class Invalidated(Protocol):
    """What was derived from rows that have changed."""

    def invalidate(
        self, connection: duckdb.DuckDBPyConnection, series_key: int, times_us: Int64Array
    ) -> AfterCommit:
        """Forgets what was derived from the rows at these times."""
        ...


class SeriesTable:
    """One table; see the module. `value_types` maps each value column to its SQL type."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: str,
        value_types: Mapping[str, str],
        derived: Invalidated,
    ) -> None:
        self.table = table
        self.columns = tuple(value_types)
        self._derived = derived
        declared = ", ".join(f"{name} {kind} NOT NULL" for name, kind in value_types.items())
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {table} "
            f"(series_key INTEGER NOT NULL, time_us BIGINT NOT NULL, {declared})"
        )
        values = ", ".join(self.columns)
        newest = ", ".join(f"arg_max({name}, time_us)" for name in self.columns)
        self.states: dict[int, SeriesState] = {
            key: SeriesState(first, last, count, tuple(row))
            for key, first, last, count, *row in connection.execute(
                "SELECT series_key, min(time_us), max(time_us), count(*), "  # noqa: S608 names of ours
                f"{newest} FROM {table} GROUP BY series_key"
            ).fetchall()
        }
        stored = ", ".join(f"r.{name}" for name in self.columns)
        self._insert = f"INSERT INTO {table} SELECT series_key, time_us, {values} FROM batch"  # noqa: S608 names of ours
        self._probe = (
            f"SELECT b.position, r.rowid AS row_id, {stored} FROM {table} r "  # noqa: S608 names of ours
            "JOIN late b ON r.series_key = b.series_key AND r.time_us = b.time_us "
            "WHERE r.time_us BETWEEN ? AND ?"
        )
        self._delete = (
            f"DELETE FROM {table} WHERE rowid IN (SELECT row_id FROM doomed) "  # noqa: S608 names of ours
            "AND time_us BETWEEN ? AND ?"
        )

    def apply(
        self, connection: duckdb.DuckDBPyConnection, requests: list[Sequence[Rows]]
    ) -> AfterCommit:
        """Writes the rows of many requests; among them, too, the last of a time wins."""
        batch = self._merged([rows for request in requests for rows in request])
        series = _Series.of(batch["series_key"])
        newest_us = np.array([self._newest_us(key) for key in series.keys], np.int64)
        late = np.flatnonzero(batch["time_us"] <= np.repeat(newest_us, series.counts))
        is_new = np.ones(len(batch["time_us"]), np.bool_)
        hooks: list[AfterCommit] = []
        if late.size:
            is_new[late] = ~self._replace(connection, _take(batch, late))
            hooks = self._invalidate(connection, _take(batch, late[is_new[late]]))
        self._append(connection, batch if is_new.all() else _take(batch, is_new))
        states = self._states_after(batch, series)

        def remember() -> None:
            self.states.update(states)
            for hook in hooks:
                hook()

        return remember

    def _merged(self, parts: list[Rows]) -> Batch:
        """Returns all rows by series and time, of each time the last."""
        lengths = [len(rows.times_us) for rows in parts]
        keys = np.repeat(np.array([rows.series_key for rows in parts], np.int32), lengths)
        times = np.concatenate([rows.times_us for rows in parts])
        columns = zip(*(rows.values for rows in parts), strict=True)
        values = {
            name: np.concatenate(column) for name, column in zip(self.columns, columns, strict=True)
        }
        batch = {"series_key": keys, "time_us": times, **values}
        if np.all(keys == keys[0]) and _increases(times):
            return batch
        order = np.lexsort((times, keys))
        keys, times = keys[order], times[order]
        is_last = np.append((keys[1:] != keys[:-1]) | (times[1:] != times[:-1]), True)
        return _take(batch, order[is_last])

    def _newest_us(self, series_key: int) -> int:
        state = self.states.get(series_key)
        return _BEFORE_ALL if state is None else state.last_us

    def _replace(self, connection: duckdb.DuckDBPyConnection, late: Batch) -> npt.NDArray[np.bool_]:
        """Deletes the stored rows that late ones replace; returns which are stored just so."""
        times = late["time_us"]
        span = [int(times.min()), int(times.max())]
        late = {"position": np.arange(len(times)), **late}
        found = connection.execute(self._probe, span).fetchnumpy()
        position = found["position"]
        same = np.ones(len(position), np.bool_)
        for name in self.columns:
            same &= found[name] == late[name][position]
        changed = found["row_id"][~same]
        if len(changed):
            doomed = {"row_id": changed}  # noqa: F841 the statement names it
            connection.execute(self._delete, span)
        is_stored = np.zeros(len(times), np.bool_)
        is_stored[position[same]] = True
        return is_stored

    def _invalidate(self, connection: duckdb.DuckDBPyConnection, late: Batch) -> list[AfterCommit]:
        series = _Series.of(late["series_key"])
        ends = np.cumsum(series.counts).tolist()
        spans = zip(series.keys, [0, *ends], ends, strict=False)  # the last end begins nothing
        return [
            self._derived.invalidate(connection, key, late["time_us"][first:last])
            for key, first, last in spans
        ]

    def _append(self, connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
        if len(batch["time_us"]):
            connection.execute(self._insert)

    def _states_after(self, batch: Batch, series: "_Series") -> dict[int, SeriesState]:
        ends = np.cumsum(series.counts)
        firsts = batch["time_us"][ends - series.counts].tolist()
        lasts = batch["time_us"][ends - 1].tolist()
        values = zip(*(batch[name][ends - 1].tolist() for name in self.columns), strict=True)
        written = zip(series.keys, firsts, lasts, series.counts.tolist(), values, strict=True)
        return {key: self._state_after(key, SeriesState(*state)) for key, *state in written}

    def _state_after(self, series_key: int, written: SeriesState) -> SeriesState:
        before = self.states.get(series_key)
        if before is None:
            return written
        newest = written if written.last_us >= before.last_us else before
        return SeriesState(
            min(before.first_us, written.first_us),
            newest.last_us,
            before.count + written.count,
            newest.last,
        )


@dataclass(frozen=True, slots=True)
class _Series:
    """The runs of equal keys in a column that is in order."""

    keys: list[int]
    counts: Int64Array
    """Length of each run."""

    @classmethod
    def of(cls, series_key: npt.NDArray[np.int32]) -> "_Series":
        edges = np.flatnonzero(np.diff(series_key, prepend=-1, append=-1))
        return cls(series_key[edges[:-1]].tolist(), np.diff(edges))


def _increases(times_us: Int64Array) -> bool:
    return bool(np.all(times_us[1:] > times_us[:-1]))


def _take(batch: Batch, index: npt.NDArray[Any]) -> Batch:
    return {name: column[index] for name, column in batch.items()}
