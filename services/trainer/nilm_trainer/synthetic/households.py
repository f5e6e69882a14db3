"""Households that are made, by part: none of a part's sources is heard in another."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from nilm_core.errors import FailedPreconditionError
from nilm_models.appliances import appliance
from nilm_trainer.config import Part, Synthetic, TrainConfig
from nilm_trainer.household import ROW_PERIOD, Household
from nilm_trainer.synthetic.background import ROWS_PER_DAY, Background
from nilm_trainer.synthetic.fridge import simulate_fridge
from nilm_trainer.synthetic.heat_pump import simulate_heat_pump
from nilm_trainer.synthetic.recordings import cycling_days

Float32Array = npt.NDArray[np.float32]

Simulation = Callable[[int, np.random.Generator], Float32Array]

SIMULATIONS: Mapping[str, Simulation] = MappingProxyType(
    {"fridge": simulate_fridge, "heat_pump": simulate_heat_pump}
)
"""What makes an appliance's power, W at 30 s, from a number of rows and a generator."""

_PARTS: tuple[Part, ...] = ("training", "validation", "test")
_START = datetime(2024, 1, 1, tzinfo=UTC)
_RECORDED_SCALE = (0.85, 1.2)


def made_households(config: TrainConfig, part: Part, data_dir: Path) -> list[Household]:
    """Makes the households of a part; the same config and seed make the same ones.

    Raises:
        FailedPreconditionError: An appliance has no simulation, or a file is missing.
        DataCorruptionError: A file is damaged.
    """
    synthetic = config.data.synthetic
    if synthetic is None:
        raise ValueError("the config makes no households")
    background = Background(config, synthetic, part, data_dir)
    sources = {name: _Source(config, synthetic, name, part, data_dir) for name in config.appliances}
    households = []
    for index in range(synthetic.count_of(part)):
        rng = np.random.default_rng((config.seed, _PARTS.index(part), index))
        mains_w = background.draw(synthetic.days, rng)
        truth_w = {}
        for name, source in sources.items():
            power_w = source.draw(mains_w.size, rng)
            mains_w = mains_w + power_w
            truth_w[name] = power_w
        truth_w = {n: np.where(np.isnan(mains_w), np.nan, p) for n, p in truth_w.items()}
        households.append(Household(_START, ROW_PERIOD, mains_w, truth_w))
    return households


def in_a_row(households: Sequence[Household]) -> Household:
    """Returns households one after the other, a day without mains after each.

    The day is longer than any window, so none sees two of them.
    """
    gap = np.full(ROWS_PER_DAY, np.nan, dtype=np.float32)

    def joined(rows: Sequence[Float32Array]) -> Float32Array:
        return np.concatenate([part for each in rows for part in (each, gap)])

    names = households[0].truth_w
    return Household(
        households[0].start,
        households[0].sample_period,
        joined([each.mains_w for each in households]),
        {name: joined([each.truth_w[name] for each in households]) for name in names},
    )


class _Source:
    """Where an appliance's power comes from in one part."""

    def __init__(
        self, config: TrainConfig, synthetic: Synthetic, name: str, part: Part, data_dir: Path
    ) -> None:
        if name not in SIMULATIONS:
            known = ", ".join(SIMULATIONS)
            raise FailedPreconditionError(f"{name} has no simulation; those that have: {known}")
        self._simulate = SIMULATIONS[name]
        self._synthetic = synthetic
        apart = synthetic.devices_apart
        threshold_w = appliance(name).on_threshold_w
        self._devices = [
            days
            for recording in synthetic.recordings.get(name, ())
            for days in cycling_days(
                data_dir / config.data.traces.folder / f"{recording}.npz", part, apart, threshold_w
            )
        ]

    def draw(self, rows: int, rng: np.random.Generator) -> Float32Array:
        """Returns the power of none, one or two of the appliance, W at 30 s, (rows,)."""
        power_w = np.zeros(rows, dtype=np.float32)
        if rng.random() < self._synthetic.absent_share:
            return power_w
        power_w += self._one(rows, rng)
        if rng.random() < self._synthetic.second_share:
            power_w += self._one(rows, rng)
        return power_w

    def _one(self, rows: int, rng: np.random.Generator) -> Float32Array:
        if not self._devices or rng.random() >= self._synthetic.recording_share:
            return self._simulate(rows, rng)
        days = self._devices[int(rng.integers(len(self._devices)))]
        # Whole days at a random hour: a compressor heeds no clock, and midnights fall anywhere.
        order = rng.integers(days.shape[0], size=-(-rows // ROWS_PER_DAY))
        scale = np.float32(rng.uniform(*_RECORDED_SCALE))
        shift = int(rng.integers(ROWS_PER_DAY))
        return np.roll(days[order].ravel()[:rows], shift) * scale
