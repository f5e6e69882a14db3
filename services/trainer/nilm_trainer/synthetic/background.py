"""What the mains carries beside the appliance: measured mains, or a sum of other appliances."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nilm_core.errors import FailedPreconditionError
from nilm_models.appliances import APPLIANCES
from nilm_trainer.config import House, Part, Synthetic, TrainConfig
from nilm_trainer.draws import between, even_in_ratio
from nilm_trainer.household import Household
from nilm_trainer.readers.registry import open_recording, read_house
from nilm_trainer.synthetic.fridge import simulate_fridge
from nilm_trainer.synthetic.recordings import days_of_part

Float32Array = npt.NDArray[np.float32]

ROWS_PER_DAY = 2_880
_BASE_W = (25.0, 300.0)
_METER_NOISE_W = (0.3, 4.0)
_SCALE = (0.8, 1.25)
_RECORDINGS = (5, 16)
_LEAST_KNOWN = 0.9


class Background:
    """Draws what a household uses beside the appliance, from one part of the sources."""

    def __init__(
        self, config: TrainConfig, synthetic: Synthetic, part: Part, data_dir: Path
    ) -> None:
        """Reads the sources of a part; those of the test are read for the final scoring alone.

        Raises:
            FailedPreconditionError, DataCorruptionError: A file is missing or damaged.
        """
        folder = data_dir / config.data.traces.folder
        sources = (days_of_part(folder / f"{name}.npz", part) for name in synthetic.background)
        self._recordings = [devices for devices in sources if devices]
        houses = (_house_part(config, each, part, data_dir) for each in config.data.houses)
        self._houses = [house for house in houses if house is not None]
        self._mains_share = synthetic.mains_share
        self._has_fridge = "fridge" not in config.appliances
        if synthetic.mains_share and not self._houses:
            raise FailedPreconditionError(f"no house has rows for the {part} households")

    def draw(self, days: int, rng: np.random.Generator) -> Float32Array:
        """Returns power, W at 30 s from midnight on, shape (days * 2880,); NaN is missing."""
        if rng.random() < self._mains_share:
            return self._measured(days, rng)
        return self._summed(days, rng)

    def _measured(self, days: int, rng: np.random.Generator) -> Float32Array:
        """Returns a stretch of a house's mains in which most rows count."""
        rows = days * ROWS_PER_DAY
        house = self._houses[int(rng.integers(len(self._houses)))]
        known = np.concatenate([[0], np.cumsum(~np.isnan(house.mains_w))])
        firsts = np.arange(0, len(house) - rows + 1, ROWS_PER_DAY)
        shares = (known[firsts + rows] - known[firsts]) / rows
        usable = firsts[shares >= min(_LEAST_KNOWN, shares.max())]
        first = int(rng.choice(usable))
        return house.mains_w[first : first + rows] * np.float32(between(_SCALE, rng))

    def _summed(self, days: int, rng: np.random.Generator) -> Float32Array:
        """Returns the sum of a base load, devices at the plug and the metered houses."""
        total_w = _base(days, rng)
        for index in self._chosen(rng):
            devices = self._recordings[index]
            total_w += _days_of(devices[int(rng.integers(len(devices)))], days, rng)
        if self._houses:
            house = self._houses[int(rng.integers(len(self._houses)))]
            total_w += _days_of(_metered_days(house), days, rng)
        if self._has_fridge:
            total_w += simulate_fridge(total_w.size, rng)
        return total_w

    def _chosen(self, rng: np.random.Generator) -> Sequence[int]:
        count = min(int(rng.integers(*_RECORDINGS)), len(self._recordings))
        chosen = rng.choice(len(self._recordings), count, replace=False)
        return [int(each) for each in chosen]


def _house_part(config: TrainConfig, house: House, part: Part, data_dir: Path) -> Household | None:
    """Reads the rows of a house that a part may use, with the appliances that are not asked for."""
    others = [name for name in APPLIANCES if name not in config.appliances]
    names = open_recording(data_dir / house.file, house.format).recorded(others)
    if part == "test":
        if house.test_start is None:
            return None
        return _from_midnight(read_house(house, data_dir, names, since=house.test_start))
    seen = read_house(house, data_dir, names, until=house.test_start)
    boundary = int(len(seen) * (1.0 - config.data.validation_share))
    boundary -= boundary % ROWS_PER_DAY
    rows = (0, boundary) if part == "training" else (boundary, len(seen))
    return _from_midnight(seen.slice(*rows))


def _from_midnight(house: Household) -> Household:
    """Returns whole days alone, from midnight UTC on."""
    of_day = house.start.hour * 120 + house.start.minute * 2 + house.start.second // 30
    first = -of_day % ROWS_PER_DAY
    return house.slice(first, first + (len(house) - first) // ROWS_PER_DAY * ROWS_PER_DAY)


def _metered_days(house: Household) -> Float32Array:
    """Returns the sum of a house's appliances that have a meter of their own, (days, 2880)."""
    total_w = np.zeros(len(house), dtype=np.float32)
    for power_w in house.truth_w.values():
        total_w += np.nan_to_num(power_w)
    return total_w.reshape(-1, ROWS_PER_DAY)


def _days_of(of_device: Float32Array, days: int, rng: np.random.Generator) -> Float32Array:
    """Returns days of a device in random order, a little louder or quieter than it was."""
    order = rng.integers(of_device.shape[0], size=days)
    return of_device[order].ravel() * np.float32(between(_SCALE, rng))


def _base(days: int, rng: np.random.Generator) -> Float32Array:
    """Returns what never sleeps: a level that drifts and steps a little, and the meter's noise."""
    rows = days * ROWS_PER_DAY
    level_w = even_in_ratio(_BASE_W, rng)
    drift_w = 0.05 * level_w * np.cumsum(rng.standard_normal(days * 24)) / np.sqrt(24.0)
    hourly = np.interp(np.arange(rows), np.arange(days * 24) * 120.0, drift_w)
    steps_w = np.repeat(rng.choice([0.0, 0.15 * level_w], days * 8), ROWS_PER_DAY // 8)
    noise_w = between(_METER_NOISE_W, rng) * rng.standard_normal(rows)
    base_w: Float32Array = np.maximum(level_w + hourly + steps_w + noise_w, 0.0).astype(np.float32)
    return base_w
