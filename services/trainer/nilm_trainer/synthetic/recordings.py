"""Recordings at the plug by device, dealt to training, validation and test."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from nilm_trainer.activations import recorded_devices
from nilm_trainer.config import Part

Float32Array = npt.NDArray[np.float32]

_DATE = re.compile(r"_?\d{4}\.\d{2}\.\d{2}\.csv$")
_APART = 3
"""Every third device of a recording is kept from training."""
_ON_SHARE = (0.05, 0.95)


def days_of_part(path: Path, part: Part) -> list[Float32Array]:
    """Returns the days of each device that a part may use, W at 30 s, each of (days, 2880).

    Every third device in the order of their names is for validation or test, in turn; recordings
    of one or two devices are for training alone.

    Raises:
        FailedPreconditionError, DataCorruptionError: As `recorded_devices`.
    """
    devices = _by_device(path)
    parts: list[Part] = ["training"] * len(devices)
    for turn, index in enumerate(range(_APART - 1, len(devices), _APART)):
        parts[index] = "validation" if turn % 2 else "test"
    return [
        devices[name] for name, each in zip(sorted(devices), parts, strict=True) if each == part
    ]


def cycling_days(
    path: Path,
    part: Part,
    apart: Mapping[Literal["validation", "test"], Sequence[str]],
    threshold_w: float,
) -> list[Float32Array]:
    """Returns the days of an appliance itself, by device, on which it goes on and off.

    Args:
        path: Recording of the appliance.
        part: Which part they are for.
        apart: Devices of validation and of test; all others are for training.
        threshold_w: It is on above this, W.

    Returns:
        Days without missing rows, W at 30 s, (days, 2880) each; a day on which it is always on
        or hardly ever is left out, since nothing of it can be seen from the mains.

    Raises:
        FailedPreconditionError, DataCorruptionError: As `recorded_devices`.
    """
    owner: dict[str, Part] = {name: each for each, names in apart.items() for name in names}
    kept = []
    for name, days in _by_device(path).items():
        if owner.get(name, "training") != part:
            continue
        on_share = (days > threshold_w).mean(axis=1)
        goes = (on_share > _ON_SHARE[0]) & (on_share < _ON_SHARE[1])
        if goes.any():
            kept.append(days[goes])
    return kept


def _by_device(path: Path) -> dict[str, Float32Array]:
    """Returns the whole days of each device; names that differ by a date alone are one device."""
    found: dict[str, list[Float32Array]] = {}
    for name, days in recorded_devices(path).items():
        whole = days[~np.isnan(days).any(axis=1)]
        if whole.size:
            found.setdefault(_DATE.sub("", name), []).append(whole)
    return {name: np.concatenate(found[name]) for name in sorted(found)}
