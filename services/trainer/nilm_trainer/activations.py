"""Activations of an appliance and days of others, at 30 s, for augmentation to paste."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nilm_core.errors import DataCorruptionError, FailedPreconditionError

Float32Array = npt.NDArray[np.float32]

_SAMPLES_PER_ROW = 5
"""Recordings are at 6 s, rows at 30 s."""
_MARGIN = 4
"""Rows kept before and after an activation."""
_JOIN = 60
"""Activations closer than this many rows (30 min) are one: a wash has pauses."""
_LONGEST = 480
"""Rows; what runs longer than 4 h is no single use of any appliance here."""


def find_activations(power_w: Float32Array, threshold_w: float) -> list[Float32Array]:
    """Cuts out each stretch in which an appliance runs, with its pauses and a little margin.

    Args:
        power_w: Power of the appliance at 30 s, W, shape (n,); NaN is missing.
        threshold_w: It is on above this, W.

    Returns:
        One array a stretch, W; stretches with missing rows or longer than 4 h are left out.
    """
    on = np.flatnonzero(power_w > threshold_w)
    if not on.size:
        return []
    cuts = np.flatnonzero(np.diff(on) > _JOIN)
    firsts = on[np.append(0, cuts + 1)] - _MARGIN
    lasts = on[np.append(cuts, on.size - 1)] + _MARGIN + 1
    found = []
    for first, last in zip(np.maximum(firsts, 0), lasts, strict=True):
        stretch = power_w[first:last]
        if stretch.size <= _LONGEST and not np.isnan(stretch).any():
            found.append(np.ascontiguousarray(stretch, dtype=np.float32))
    return found


def programme_rows(power_w: Float32Array, threshold_w: float) -> npt.NDArray[np.bool_]:
    """Tells in which rows a programme runs: from each row that is on to the next within 30 min.

    Args:
        power_w: Power of the appliance at 30 s, W, shape (n,); NaN is missing.
        threshold_w: It is on above this, W.

    Returns:
        Shape (n,).
    """
    running = power_w > threshold_w
    on = np.flatnonzero(running)
    for pause in np.flatnonzero((np.diff(on) > 1) & (np.diff(on) <= _JOIN)):
        running[on[pause] : on[pause + 1]] = True
    return running


def read_recording(path: Path) -> Float32Array:
    """Reads the days of one recording as means over 30 s.

    Returns:
        Power in W, shape (days, 2880); NaN where any of the five 6 s samples is missing.

    Raises:
        FailedPreconditionError: The file is not there.
        DataCorruptionError: The file is damaged.
    """
    return _rows(_fields(path, "power")["power"])


def recorded_devices(path: Path) -> dict[str, Float32Array]:
    """Reads the days of one recording as `read_recording` does, by device in the order of names.

    Raises:
        FailedPreconditionError: The file is not there.
        DataCorruptionError: The file is damaged, or does not say which device a day is of.
    """
    fields = _fields(path, "power", "device")
    rows, names = _rows(fields["power"]), fields["device"]
    return {str(name): rows[names == name] for name in np.unique(names)}


def _fields(path: Path, *names: str) -> dict[str, npt.NDArray[Any]]:
    if not path.is_file():
        raise FailedPreconditionError(f"{path}: no such file; is $NILM_DATA set?")
    try:
        with np.load(path, allow_pickle=False) as content:
            return {name: content[name] for name in names}
    except (OSError, ValueError, KeyError) as error:
        raise DataCorruptionError(f"{path}: cannot be read: {error}") from error


def _rows(power: npt.NDArray[np.int16]) -> Float32Array:
    watts = np.where(power < 0, np.nan, power.astype(np.float32))
    rows: Float32Array = watts.reshape(power.shape[0], -1, _SAMPLES_PER_ROW).mean(axis=2)
    return rows.astype(np.float32)
