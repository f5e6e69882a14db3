"""Predictions of appliances, columnar."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import Self

import numpy as np

from nilm_core.timegrid import Int64Array
from nilm_telemetry.domain.readings import Float32Array

_MAX_HOLE_CELLS = 16

MAX_CELL = timedelta(hours=1)
"""Longest cell that is stored."""


@dataclass(frozen=True, slots=True)
class PredictedCells:
    """Cells that one version of one model predicted, all of one length, in time order."""

    appliance_id: str
    model_version: str
    period_us: int
    """Length of each cell."""
    times_us: Int64Array
    """Start of each cell, shape (n,)."""
    power_w: Float32Array
    """Mean power, W, shape (n,); never NaN: what was not predicted is not there."""
    confidence: Float32Array
    """Calibrated probability that the state said is right, 0 to 1, shape (n,)."""

    def __len__(self) -> int:
        return len(self.times_us)

    def part(self, first: int, last: int) -> Self:
        """Returns the cells [first, last), by index."""
        inside = slice(first, last)
        return replace(
            self,
            times_us=self.times_us[inside],
            power_w=self.power_w[inside],
            confidence=self.confidence[inside],
        )


@dataclass(frozen=True, slots=True)
class CellColumns:
    """Cells of one appliance in time order, whatever model predicted them; each of shape (n,)."""

    times_us: Int64Array
    """Start of each cell."""
    period_us: Int64Array
    """Length of each cell."""
    power_w: Float32Array
    confidence: Float32Array


@dataclass(frozen=True, slots=True)
class PredictionReach:
    """How far the predictions of one appliance of a building reach."""

    building_id: str
    appliance_id: str
    model_version: str
    """Version of the model that predicted the newest cell."""
    until_us: int
    """End of the newest cell."""


@dataclass(frozen=True, slots=True)
class MergedCells:
    """Means over a regular grid, sparse: only cells with a prediction."""

    appliance_id: str
    model_version: str
    """Version that predicted the newest cell that was merged."""
    index: Int64Array
    """Index of each cell in the grid, increasing, shape (n,)."""
    power_w: Float32Array
    confidence: Float32Array


def regular_runs(cells: PredictedCells) -> list[PredictedCells]:
    """Cuts cells where one is missing long enough that NaN would cost more than a new run.

    Each run starts a whole number of periods apart from its neighbour cells, so that it can be
    sent as a dense column with NaN in small holes.
    """
    if not len(cells):
        return []
    steps = np.diff(cells.times_us)
    is_break = (steps % cells.period_us != 0) | (steps > _MAX_HOLE_CELLS * cells.period_us)
    edges = [0, *(np.flatnonzero(is_break) + 1).tolist(), len(cells)]
    return [cells.part(first, last) for first, last in pairwise(edges)]
