"""Varies a segment: appliances and the rest of the mains apart from each other.

Two houses are few. What another house has that these lack is made: other powers and lengths of a
programme, other loads beside it, showers and heaters, and all of them on other base loads.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nilm_trainer.config import Augmentation, ForeignLoad
from nilm_trainer.draws import even_in_ratio
from nilm_trainer.household import ROWS_PER_MINUTE
from nilm_trainer.programmes import Maker

Float32Array = npt.NDArray[np.float32]

_THERMOSTAT_POWER_W = (300.0, 3_000.0)
_THERMOSTAT_ROWS = (6.0, 300.0)
_WARM_UP_ROWS = (1.0, 40.0)
_OFF_ROWS = (1.0, 30.0)
_ON_ROWS = (1.0, 15.0)
_UNEVEN = (0.7, 1.3)
_BACKGROUND_SCALE = (0.7, 1.3)


@dataclass(frozen=True, slots=True)
class ActivationPool:
    """Uses of one appliance, W at 30 s."""

    houses: Sequence[Float32Array]
    """From the training parts of the houses."""
    recordings: Sequence[Float32Array]
    """From recordings at the plug."""
    paste_share: float = 0.0
    """Chance that activations drawn from here replace the appliance's own in a segment."""
    made_share: float = 0.0
    """Share of those drawn that are made up."""
    make: Maker | None = None
    """Makes one up."""

    def draw(self, recording_share: float, rng: np.random.Generator) -> Float32Array | None:
        """Returns one of them, or None where there is none."""
        if self.make is not None and rng.random() < self.made_share:
            return self.make(rng)
        from_recordings = bool(self.recordings) and (
            not self.houses or rng.random() < recording_share
        )
        pool = self.recordings if from_recordings else self.houses
        return pool[int(rng.integers(len(pool)))] if pool else None


class Variation:
    """Makes another household's segment of one house's."""

    def __init__(
        self,
        pools: Sequence[ActivationPool],
        background_days: Float32Array,
        augmentation: Augmentation,
    ) -> None:
        """Keeps what is drawn from.

        Args:
            pools: One an appliance, in their order.
            background_days: Days of other appliances, W at 30 s, shape (days, 2880).
            augmentation: How often and how much.
        """
        self._pools = pools
        self._background_days = background_days
        self._how = augmentation

    def vary(
        self, mains_w: Float32Array, truth_w: Float32Array, rng: np.random.Generator
    ) -> tuple[Float32Array, Float32Array]:
        """Returns varied mains, (n,), and appliances, (A, n), W; what was NaN stays so."""
        known_w = np.nan_to_num(truth_w)
        background_w = self._background(np.maximum(mains_w - known_w.sum(axis=0), 0.0), rng)
        for index, pool in enumerate(self._pools):
            if rng.random() < pool.paste_share:
                self._paste(known_w[index], pool, rng)
            known_w[index] *= 1.0 + self._how.appliance_scale * rng.uniform(-1.0, 1.0)
        varied_w = background_w + known_w.sum(axis=0)
        return varied_w, np.where(np.isnan(truth_w), np.nan, known_w)

    def _background(self, background_w: Float32Array, rng: np.random.Generator) -> Float32Array:
        how = self._how
        varied_w = background_w * (1.0 + how.background_scale * rng.uniform(-1.0, 1.0))
        varied_w = varied_w + rng.uniform(0.0, how.offset_w)
        if self._background_days.size and rng.random() < how.background_trace_share:
            for _ in range(int(rng.integers(1, 4))):
                varied_w += self._other_appliance(varied_w.size, rng)
        for load in how.foreign_loads:
            if rng.random() < load.share:
                _add_steady(varied_w, load, rng)
        if rng.random() < how.thermostat_share:
            _add_thermostat(varied_w, rng)
        return varied_w

    def _paste(self, power_w: Float32Array, pool: ActivationPool, rng: np.random.Generator) -> None:
        """Replaces an appliance's rows by activations, never one on top of another."""
        power_w[:] = 0.0
        for _ in range(int(rng.integers(0, self._how.most_pasted + 1))):
            drawn_w = pool.draw(self._how.recording_share, rng)
            if drawn_w is None:
                return
            used_w = _stretched(drawn_w, np.exp(rng.uniform(-1.0, 1.0) * self._how.stretch))
            first = int(rng.integers(-used_w.size + 1, power_w.size))
            begin, end = max(first, 0), min(first + used_w.size, power_w.size)
            if not power_w[begin:end].any():
                power_w[begin:end] = used_w[begin - first : end - first]

    def _other_appliance(self, count: int, rng: np.random.Generator) -> Float32Array:
        """Returns rows of another appliance from a random moment of a random day."""
        day = self._background_days[int(rng.integers(self._background_days.shape[0]))]
        rows: Float32Array = np.resize(np.roll(day, -int(rng.integers(day.size))), count)
        return rows * np.float32(rng.uniform(*_BACKGROUND_SCALE))


def _stretched(power_w: Float32Array, factor: float) -> Float32Array:
    """Returns a use of an appliance that lasts `factor` times as long."""
    count = max(1, round(power_w.size * factor))
    places = np.linspace(0.0, power_w.size - 1.0, count)
    return np.interp(places, np.arange(power_w.size), power_w).astype(np.float32)


def _add_steady(mains_w: Float32Array, load: ForeignLoad, rng: np.random.Generator) -> None:
    """Adds one to three runs of a steady load."""
    for _ in range(int(rng.integers(1, 4))):
        count = int(even_in_ratio(load.minutes, rng) * ROWS_PER_MINUTE)
        first = int(rng.integers(-count, mains_w.size))
        mains_w[max(first, 0) : max(first + count, 0)] += even_in_ratio(load.power_w, rng)


def _add_thermostat(mains_w: Float32Array, rng: np.random.Generator) -> None:
    """Adds one to three uses of an oven or heater: it warms up, then is switched on and off."""
    for _ in range(int(rng.integers(1, 4))):
        power_w = even_in_ratio(_THERMOSTAT_POWER_W, rng)
        use_w = np.zeros(int(even_in_ratio(_THERMOSTAT_ROWS, rng)), dtype=np.float32)
        row = int(rng.uniform(*_WARM_UP_ROWS))
        use_w[:row] = power_w
        off_rows, on_rows = even_in_ratio(_OFF_ROWS, rng), even_in_ratio(_ON_ROWS, rng)
        while row < use_w.size:
            begin = row + max(1, round(off_rows * rng.uniform(*_UNEVEN)))
            row = begin + max(1, round(on_rows * rng.uniform(*_UNEVEN)))
            use_w[begin:row] = power_w
        first = int(rng.integers(-use_w.size + 1, mains_w.size))
        begin, end = max(first, 0), min(first + use_w.size, mains_w.size)
        mains_w[begin:end] += use_w[begin - first : end - first]
