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
from nilm_trainer.programmes import MAKERS
from nilm_trainer.segments import RowStore
from nilm_trainer.split import HouseParts
from nilm_trainer.variation import ActivationPool

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
    power_scales_w: tuple[float, ...]
    """Mean power of each appliance in the minutes in which it is on, W."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What the optimiser draws from."""

    stores: list[RowStore]
    """The training part of each house."""
    pools: list[ActivationPool]
    """Activations of each appliance to paste."""
    background_days: Float32Array
    """Days of other appliances, W at 30 s, shape (days, 2880)."""
    scaling: Scaling
    """Scaling of input and outputs."""


def prepare(
    config: TrainConfig, houses: Sequence[HouseParts], data_dir: Path, run_dir: Path
) -> TrainingData:
    """Prepares the training parts of the houses; nothing else of them is touched.

    Raises:
        FailedPreconditionError: An appliance is never on in the training parts, or a recording
            is missing.
    """
    return TrainingData(
        [_row_store(config, index, house, run_dir) for index, house in enumerate(houses)],
        [_pool(config, name, houses, data_dir) for name in config.appliances],
        _background_days(config, data_dir),
        fit_scaling(houses, config.appliances),
    )


def fit_scaling(houses: Sequence[HouseParts], appliances: Sequence[str]) -> Scaling:
    """Fits input and output scaling on the training parts.

    Raises:
        FailedPreconditionError: An appliance is never on there, or the mains never change.
    """
    minutes = [house.train.minutes() for house in houses]
    mains = np.concatenate([each.mains_w for each in minutes])
    mains = mains[~np.isnan(mains)].astype(np.float64)
    if not mains.std():
        raise FailedPreconditionError("the mains of the training parts never change")
    scales = []
    for name in appliances:
        power = np.concatenate([each.truth_w[name] for each in minutes])
        on = power[power > appliance(name).on_threshold_w].astype(np.float64)
        if not on.size:
            raise FailedPreconditionError(f"{name} is never on in the training parts")
        scales.append(float(on.mean()))
    return Scaling(float(mains.mean()), float(mains.std()), tuple(scales))


def _row_store(config: TrainConfig, index: int, house: HouseParts, run_dir: Path) -> RowStore:
    power_w = np.stack([house.train.truth_w[name] for name in config.appliances])
    thresholds_w = (appliance(name).on_threshold_w for name in config.appliances)
    return RowStore(
        _mapped(house.train.mains_w, run_dir / f"mains_{index}.npy"),
        _mapped(power_w, run_dir / f"power_{index}.npy"),
        tuple(
            np.flatnonzero(rows > threshold_w)
            for rows, threshold_w in zip(power_w, thresholds_w, strict=True)
        ),
    )


def _pool(
    config: TrainConfig, name: str, houses: Sequence[HouseParts], data_dir: Path
) -> ActivationPool:
    threshold_w = appliance(name).on_threshold_w
    own = [
        activation
        for house in houses
        for activation in _thinned(find_activations(house.train.truth_w[name], threshold_w))
    ]
    recorded: list[Float32Array] = []
    for recording in config.data.traces.activations.get(name, ()):
        days = read_recording(data_dir / config.data.traces.folder / f"{recording}.npz")
        recorded += _thinned([each for day in days for each in find_activations(day, threshold_w)])
    how = config.augmentation
    return ActivationPool(
        own,
        recorded,
        paste_share=how.paste_shares.get(name, how.paste_share),
        made_share=how.made_shares.get(name, 0.0),
        make=MAKERS.get(name),
    )


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
