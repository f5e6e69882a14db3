"""Buckets for charts: a fixed ladder of periods, counted from the epoch.

Because the ladder is fixed and epoch-aligned, panning a chart keeps its buckets where they were.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from nilm_core.timegrid import Int64Array, TimeGrid
from nilm_telemetry.domain.readings import Float32Array

_DAY = timedelta(days=1)
LADDER: tuple[timedelta, ...] = (
    *(timedelta(seconds=count) for count in (1, 2, 5, 10, 15, 30)),
    *(timedelta(minutes=count) for count in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=count) for count in (1, 2, 3, 6, 12)),
    *(count * _DAY for count in (1, 2, 7, 14, 28, 91, 182, 364, 728)),
    *(count * _DAY for count in (3_640, 36_400, 3_640_000)),
)
"""The last is longer than all time that can be asked for, so any number of points can be kept."""


@dataclass(frozen=True, slots=True)
class Buckets:
    """Statistics of the readings of one meter, on a grid."""

    grid: TimeGrid
    min_w: Float32Array
    """Least power, W, shape (grid.count,); NaN where there is no reading, as in the next two."""
    max_w: Float32Array
    mean_w: Float32Array
    """Mean of the readings, whatever time each holds for, W."""
    count: Int64Array
    """Number of readings, shape (grid.count,)."""


def bucket_grid(start: datetime, end: datetime, max_points: int) -> TimeGrid:
    """Returns the grid of the shortest period of the ladder with at most `max_points` buckets."""
    grids = (TimeGrid.covering(start, end, period) for period in LADDER)
    return next(grid for grid in grids if grid.count <= max_points)


def empty_buckets(grid: TimeGrid) -> Buckets:
    """Returns buckets without a reading; their columns may be written to."""
    minimum, maximum, mean = (np.full(grid.count, np.nan, np.float32) for _ in range(3))
    return Buckets(grid, minimum, maximum, mean, np.zeros(grid.count, np.int64))
