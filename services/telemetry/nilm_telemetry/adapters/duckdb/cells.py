"""Means of predicted cells from rows, or from quarter hours where those are fine enough."""

import duckdb
import numpy as np

from nilm_core.timegrid import Float64Array, Int64Array, TimeGrid, span_us, to_us
from nilm_telemetry.adapters.duckdb.series_table import Columns
from nilm_telemetry.domain.predictions import CellColumns
from nilm_telemetry.domain.quarters import (
    QUARTER_US,
    prediction_quarters,
)
from nilm_telemetry.domain.readings import Float32Array

_SQL = """
SELECT (time_us - ?) // ? AS cell, sum(power_w) AS sum_w, sum(confidence) AS sum_confidence,
       count(*) AS count, arg_max(version_key, time_us) AS version_key
FROM prediction WHERE series_key = ? AND time_us >= ? AND time_us < ?
GROUP BY cell ORDER BY cell
"""

ENERGY_COLUMNS = {
    "energy_wh": "DOUBLE",
    "covered_us": "BIGINT",
    "on_us": "BIGINT",
    "on_confidence_us": "DOUBLE",
}
"""Columns of `PredictionQuarters` beside the start, with their SQL types."""
CELL_COLUMNS = {
    "sum_w": "DOUBLE",
    "sum_confidence": "DOUBLE",
    "count": "BIGINT",
    "version_key": "INTEGER",
}
"""What means are made of: sums over the cells that start in a quarter, and of the newest one."""


class CellSums:
    """Cells that are gathered from several parts of an interval, in time order."""

    def __init__(self, grid: TimeGrid) -> None:
        self._start_us = to_us(grid.start)
        self._step_us = span_us(grid.period)
        self._sum_w = np.zeros(grid.count)
        self._sum_confidence = np.zeros(grid.count)
        self._count = np.zeros(grid.count, np.int64)
        self.version_key: int | None = None
        """Of the newest cell."""

    def add_rows(
        self, cursor: duckdb.DuckDBPyConnection, series_key: int, start_us: int, end_us: int
    ) -> None:
        """Adds the rows of [start_us, end_us)."""
        if end_us <= start_us:
            return
        parameters = [self._start_us, self._step_us, series_key, start_us, end_us]
        rows = cursor.execute(_SQL, parameters).fetchnumpy()
        names = ("cell", "sum_w", "sum_confidence", "count", "version_key")
        self._add(*(rows[name] for name in names))

    def add_quarters(self, quarters: Columns) -> None:
        """Adds quarter hours, start and `CELL_COLUMNS`; the grid's period is a multiple of one."""
        start_us, sum_w, sum_confidence, count, version_key = quarters
        filled = np.flatnonzero(count > 0)
        index = (start_us[filled] - self._start_us) // self._step_us
        if not index.size:
            return
        firsts = np.flatnonzero(np.append(True, index[1:] != index[:-1]))
        self._add(
            index[firsts],
            np.add.reduceat(sum_w[filled], firsts),
            np.add.reduceat(sum_confidence[filled], firsts),
            np.add.reduceat(count[filled], firsts),
            version_key[filled],
        )

    def _add(
        self,
        index: Int64Array,
        sum_w: Float64Array,
        sum_confidence: Float64Array,
        count: Int64Array,
        version_keys: Int64Array,
    ) -> None:
        """Adds the sums of distinct cells of the grid, and the versions in time order."""
        self._sum_w[index] += sum_w
        self._sum_confidence[index] += sum_confidence
        self._count[index] += count
        if len(version_keys):
            self.version_key = int(version_keys[-1])

    def result(self) -> tuple[Int64Array, Float32Array, Float32Array]:
        """Returns the index of each cell of the grid that holds any, mean power and confidence."""
        filled = np.flatnonzero(self._count)
        power_w, confidence = (
            (sums[filled] / self._count[filled]).astype(np.float32)
            for sums in (self._sum_w, self._sum_confidence)
        )
        return filled, power_w, confidence


def add_up_predictions(columns: Columns, start_us: int, end_us: int, _newest_us: int) -> Columns:
    """Adds rows up by quarter hours, see `RollUpSpec.add_up`.

    Energy counts in every quarter that a cell covers, the sums of means where it starts.
    """
    times, period_us, power_w, confidence, version_key = columns
    quarters = prediction_quarters(
        CellColumns(times, period_us, power_w, confidence), start_us, end_us
    )
    inside = slice(*np.searchsorted(times, (start_us, end_us)).tolist())
    index = ((times[inside] - start_us) // QUARTER_US).astype(np.int64)
    length = (end_us - start_us) // QUARTER_US
    newest_version = np.zeros(length, np.int32)
    newest_version[index] = version_key[inside]  # of equal indexes the last one counts
    present = (quarters.start_us - start_us) // QUARTER_US
    return (
        quarters.start_us,
        quarters.energy_wh,
        quarters.covered_us,
        quarters.on_us,
        quarters.on_confidence_us,
        np.bincount(index, power_w[inside], length)[present],
        np.bincount(index, confidence[inside], length)[present],
        np.bincount(index, minlength=length)[present],
        newest_version[present],
    )
