"""Buckets from rows, or from quarter hours where those are fine enough."""

from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from nilm_core.timegrid import Int64Array, TimeGrid, span_us, to_us
from nilm_telemetry.domain.buckets import Buckets, empty_buckets
from nilm_telemetry.domain.quarters import ReadingQuarters
from nilm_telemetry.domain.readings import Float64Array

_SQL = """
SELECT (time_us - ?) // ? AS bucket, min(power_w) AS min_w, max(power_w) AS max_w,
       sum(power_w) AS sum_w, count(*) AS count
FROM reading WHERE series_key = ? AND time_us >= ? AND time_us < ?
GROUP BY bucket
"""


class BucketSums:
    """Statistics that are gathered from several parts of an interval."""

    def __init__(self, grid: TimeGrid) -> None:
        self._grid = grid
        self._start_us = to_us(grid.start)
        self._step_us = span_us(grid.period)
        self._min = np.full(grid.count, np.inf, np.float32)
        self._max = np.full(grid.count, -np.inf, np.float32)
        self._sum = np.zeros(grid.count)
        self._count = np.zeros(grid.count, np.int64)

    def add_rows(
        self, cursor: duckdb.DuckDBPyConnection, series_key: int, start_us: int, end_us: int
    ) -> None:
        """Adds the rows of [start_us, end_us)."""
        if end_us <= start_us:
            return
        parameters = [self._start_us, self._step_us, series_key, start_us, end_us]
        rows = cursor.execute(_SQL, parameters).fetchnumpy()
        self._add(rows["bucket"], rows["min_w"], rows["max_w"], rows["sum_w"], rows["count"])

    def add_quarters(self, quarters: ReadingQuarters) -> None:
        """Adds quarter hours; the grid's period is a multiple of theirs."""
        filled = np.flatnonzero(quarters.count > 0)
        index = (quarters.start_us[filled] - self._start_us) // self._step_us
        if not index.size:
            return
        firsts = np.flatnonzero(np.append(True, index[1:] != index[:-1]))
        self._add(
            index[firsts],
            np.minimum.reduceat(quarters.min_w[filled], firsts),
            np.maximum.reduceat(quarters.max_w[filled], firsts),
            np.add.reduceat(quarters.sum_w[filled], firsts),
            np.add.reduceat(quarters.count[filled], firsts),
        )

    def _add(
        self,
        index: Int64Array,
        minimum: npt.NDArray[Any],
        maximum: npt.NDArray[Any],
        total: Float64Array,
        count: Int64Array,
    ) -> None:
        """Adds statistics of distinct buckets."""
        self._min[index] = np.minimum(self._min[index], minimum)
        self._max[index] = np.maximum(self._max[index], maximum)
        self._sum[index] += total
        self._count[index] += count

    def result(self) -> Buckets:
        """Returns what was gathered."""
        out = empty_buckets(self._grid)
        filled = self._count > 0
        out.min_w[filled] = self._min[filled]
        out.max_w[filled] = self._max[filled]
        out.mean_w[filled] = self._sum[filled] / self._count[filled]
        out.count[:] = self._count
        return out
