"""Pages of rows in time order, without sorting more than a page needs."""

import duckdb
import numpy as np

from nilm_telemetry.adapters.duckdb.series_table import Columns, SeriesTable

_LEAST_SPAN_US = 60_000_000
_MARGIN = 1.25
_GROWTH = 4


def fetch_page(
    cursor: duckdb.DuckDBPyConnection,
    table: SeriesTable,
    series_key: int,
    interval: tuple[int, int],
    limit: int,
) -> Columns:
    """Returns the first `limit` rows of an interval: the times, then each value column.

    It reads a span that should hold a page by the series' mean period, then longer ones until the
    page is full, so that the first page of a year costs no more than that of a day.
    """
    names = ("time_us", *table.columns)
    sql = (
        f"SELECT {', '.join(names)} FROM {table.table} "  # noqa: S608 names of ours
        "WHERE series_key = ? AND time_us >= ? AND time_us < ? ORDER BY time_us LIMIT ?"
    )
    state = table.states[series_key]
    start_us, end_us = max(interval[0], state.first_us), min(interval[1], state.last_us + 1)
    mean_period_us = (state.last_us - state.first_us) / max(1, state.count - 1)
    span_us = max(_LEAST_SPAN_US, int(limit * mean_period_us * _MARGIN))
    parts: list[Columns] = []
    missing = limit
    while True:
        stop_us = min(end_us, start_us + span_us)
        rows = cursor.execute(sql, [series_key, start_us, stop_us, missing]).fetchnumpy()
        parts.append(tuple(rows[name] for name in names))
        missing -= len(rows["time_us"])
        if missing <= 0 or stop_us >= end_us:
            break
        start_us, span_us = stop_us, span_us * _GROWTH
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))
