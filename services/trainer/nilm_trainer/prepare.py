"""Puts the training rows into memory-mapped files and gathers what augmentation draws from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nilm_core.errors import FailedPreconditionError
from nilm_models.appliances import appliance
from nilm_trainer.activations import find_activations, read_recording
from nilm_trainer.config import TrainConfig
from nilm_trainer.segments import RowStore
from nilm_trainer.split import HouseParts

Float32Array = npt.NDArray[np.float32]

_MOST_ACTIVATIONS = 400
"""Taken from each source, evenly in time, so that no house outweighs the others."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """Fitted on the training parts alone."""

    mean_w: float
    """Mean of the mains, W."""
    std_w: float
    """Standard deviation of the mains, W."""
    power_scale_w: float
    """Mean power of the appliance in the minutes in which it is on, W."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What the optimiser draws from."""

    stores: list[RowStore]
    """The training part of each house."""
    activations: list[Float32Array]
    """Activations to paste, W at 30 s."""
    background_days: Float32Array
    """Days of other appliances, W at 30 s, shape (days, 2880)."""
    scaling: Scaling
    """Scaling of input and output."""


def prepare(
    config: TrainConfig, houses: Sequence[HouseParts], data_dir: Path, run_dir: Path
) -> TrainingData:
    """Prepares the training parts of the houses; nothing else of them is touched.

    Raises:
        FailedPreconditionError: The appliance is never on in the training parts, or a recording
            is missing.
    """
    threshold_w = appliance(config.appliance).on_threshold_w
    stores = []
    activations: list[Float32Array] = []
    for index, house in enumerate(houses):
        power_w = house.train.truth_w[config.appliance]
        stores.append(
            RowStore(
                _mapped(house.train.mains_w, run_dir / f"mains_{index}.npy"),
                _mapped(power_w, run_dir / f"power_{index}.npy"),
                np.flatnonzero(power_w > threshold_w),
            )
        )
        activations += _thinned(find_activations(power_w, threshold_w))
    for name in config.data.traces.activations:
        days = read_recording(data_dir / config.data.traces.folder / f"{name}.npz")
        found = [each for day in days for each in find_activations(day, threshold_w)]
        activations += _thinned(found)
    return TrainingData(
        stores,
        activations,
        _background_days(config, data_dir),
        fit_scaling(houses, config.appliance, threshold_w),
    )


def fit_scaling(houses: Sequence[HouseParts], name: str, threshold_w: float) -> Scaling:
    """Fits input and output scaling on the training parts.

    Raises:
        FailedPreconditionError: The appliance is never on there, or the mains never change.
    """
    minutes = [house.train.minutes() for house in houses]
    mains = np.concatenate([each.mains_w for each in minutes])
    mains = mains[~np.isnan(mains)].astype(np.float64)
    power = np.concatenate([each.truth_w[name] for each in minutes])
    on = power[power > threshold_w].astype(np.float64)
    if not on.size:
        raise FailedPreconditionError(f"{name} is never on in the training parts")
    if not mains.std():
        raise FailedPreconditionError("the mains of the training parts never change")
    return Scaling(float(mains.mean()), float(mains.std()), float(on.mean()))


def _mapped(values: Float32Array, path: Path) -> Float32Array:
    """Writes rows to a file and returns them memory-mapped, read-only."""
    np.save(path, np.asarray(values, dtype=np.float32))
    mapped: Float32Array = np.load(path, mmap_mode="r", allow_pickle=False)
    return mapped


def _thinned(found: list[Float32Array]) -> list[Float32Array]:
    step = max(1, -(-len(found) // _MOST_ACTIVATIONS))
    return found[::step]


def _background_days(config: TrainConfig, data_dir: Path) -> Float32Array:
    folder = data_dir / config.data.traces.folder
    names = config.data.traces.background
    days = [np.nan_to_num(read_recording(folder / f"{name}.npz")) for name in names]
    return np.concatenate(days) if days else np.empty((0, 0), dtype=np.float32)
