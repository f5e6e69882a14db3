"""The split by house and time; the test part is cut off before anything else sees the rows."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nilm_core.errors import FailedPreconditionError
from nilm_trainer.config import House, TrainConfig
from nilm_trainer.household import ROWS_PER_MINUTE, Household
from nilm_trainer.readers.registry import read_house
from nilm_trainer.synthetic.households import in_a_row, made_households


@dataclass(frozen=True, slots=True)
class HouseParts:
    """What training may see of one house, at 30 s; the parts share no row."""

    name: str
    """Name of the house."""
    train: Household
    """Weights and scaling come from here alone."""
    validation: Household
    """Early stopping and calibration come from here alone; later than `train`."""


def training_parts(config: TrainConfig, data_dir: Path) -> list[HouseParts]:
    """Reads each house up to its test part and splits off the validation part, or makes both.

    Raises:
        FailedPreconditionError, DataCorruptionError: As `read_house`; or a part is empty.
    """
    if config.data.synthetic is not None:
        return [
            HouseParts(
                "made households",
                in_a_row(made_households(config, "training", data_dir)),
                in_a_row(made_households(config, "validation", data_dir)),
            )
        ]
    return [_parts(config, house, data_dir) for house in config.data.houses]


def _parts(config: TrainConfig, house: House, data_dir: Path) -> HouseParts:
    seen = read_house(house, data_dir, config.appliances, until=house.test_start)
    known = np.logical_or.reduce([~np.isnan(rows) for rows in seen.truth_w.values()])
    usable = np.flatnonzero(known)
    if not usable.size:
        names = ", ".join(config.appliances)
        raise FailedPreconditionError(f"{house.file}: no row of {names} counts")
    boundary = int(usable[int(usable.size * (1.0 - config.data.validation_share))])
    boundary -= boundary % ROWS_PER_MINUTE
    return HouseParts(house.name, seen.slice(0, boundary), seen.slice(boundary, len(seen)))


def test_parts(config: TrainConfig, data_dir: Path) -> list[Household]:
    """Reads what is kept apart at 30 s: the test part of each house, and the test houses.

    Where households are made, those of the test come from sources kept apart. Only the final
    scoring calls this, after the weights, scaling and calibration are fixed.
    """
    if config.data.synthetic is not None:
        return made_households(config, "test", data_dir)
    later = [house for house in config.data.houses if house.test_start is not None]
    return [
        read_house(house, data_dir, config.appliances, since=house.test_start)
        for house in (*later, *config.data.test_houses)
    ]
