"""Readings and predictions, columnar."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from nilm_core.timegrid import Float64Array, Int64Array

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of one mains meter."""

    times_us: Int64Array
    """Strictly increasing, microseconds since the epoch, shape (n,)."""
    power_w: Float64Array
    """Power at each time, W, shape (n,)."""


@dataclass(frozen=True, slots=True)
class PredictionSeries:
    """What one model says about one appliance on a regular grid."""

    appliance_id: str
    model_version: str
    start: datetime
    """Start of the first cell."""
    sample_period: timedelta
    """Length of each cell."""
    power_w: Float32Array
    """Mean power of each cell, W, shape (n,); NaN where there is no prediction."""
    confidence: Float32Array
    """Probability that the state said is right, 0 to 1, shape (n,); NaN as in `power_w`."""
    training_data: str = ""
    """What the model learned from, `real` or `synthetic`; empty unless it is for a caller."""

    @property
    def predicted_count(self) -> int:
        """Number of cells that have a prediction."""
        return int(np.count_nonzero(~np.isnan(self.power_w)))


@dataclass(frozen=True, slots=True)
class WindowPrediction:
    """What a model says about the middle of one window."""

    power_w: float
    confidence: float
    model_version: str
    training_data: str
    """What the model learned from, `real` or `synthetic`."""


@dataclass(frozen=True, slots=True)
class StreamHeader:
    """What the first message of a live stream says of all."""

    building_id: str
    appliance_ids: tuple[str, ...]
    """Empty for all that have an active model."""
    start: datetime
    """Start of the first sample."""
    sample_period: timedelta
    persist: bool
    """Whether the predictions are kept."""


@dataclass(frozen=True, slots=True)
class PredictionReach:
    """How far the stored predictions of one appliance reach."""

    appliance_id: str
    predicted_until: datetime
    """End of the newest predicted cell."""


@dataclass(frozen=True, slots=True)
class BuildingActivity:
    """How far the mains readings and the predictions of one building reach."""

    building_id: str
    first_reading: datetime
    latest_reading: datetime
    reaches: tuple[PredictionReach, ...]
