"""Single cells into dense series: what many callers predicted, told once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np

from nilm_inference.domain.series import PredictionSeries

_MAX_HOLE_CELLS = 16
"""Where more cells are missing, a new series costs less than telling them as NaN."""

_Column = tuple[str, str, timedelta]


def merge_cells(cells: Iterable[PredictionSeries]) -> list[PredictionSeries]:
    """Merges series of one cell into as few dense ones as pays; longer ones stay as they are.

    Where two speak of the same cell, the last one holds.
    """
    longer: list[PredictionSeries] = []
    columns: defaultdict[_Column, dict[datetime, PredictionSeries]] = defaultdict(dict)
    for cell in cells:
        if len(cell.power_w) != 1:
            longer.append(cell)
            continue
        column = (cell.appliance_id, cell.model_version, cell.sample_period)
        columns[column][cell.start] = cell
    return longer + [
        _dense(run, period)
        for (_, _, period), by_start in columns.items()
        for run in _runs(sorted(by_start.items()), period)
    ]


def _runs(
    cells: list[tuple[datetime, PredictionSeries]], period: timedelta
) -> Iterable[list[tuple[datetime, PredictionSeries]]]:
    first = 0
    for index in range(1, len(cells)):
        step = cells[index][0] - cells[index - 1][0]
        if step > _MAX_HOLE_CELLS * period or step % period:
            yield cells[first:index]
            first = index
    yield cells[first:]


def _dense(run: list[tuple[datetime, PredictionSeries]], period: timedelta) -> PredictionSeries:
    start, one = run[0]
    if len(run) == 1:
        return one
    count = (run[-1][0] - start) // period + 1
    power_w, confidence = (np.full(count, np.nan, dtype=np.float32) for _ in range(2))
    for time, cell in run:
        index = (time - start) // period
        power_w[index], confidence[index] = cell.power_w[0], cell.confidence[0]
    return PredictionSeries(one.appliance_id, one.model_version, start, period, power_w, confidence)
