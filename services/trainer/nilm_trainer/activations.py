"""Activations of an appliance and days of others, at 30 s, for augmentation to paste."""

from pathlib import Path

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


def read_recording(path: Path) -> Float32Array:
    """Reads the days of one recording as means over 30 s.

    Returns:
        Power in W, shape (days, 2880); NaN where any of the five 6 s samples is missing.

    Raises:
        FailedPreconditionError: The file is not there.
        DataCorruptionError: The file is damaged.
    """
    if not path.is_file():
        raise FailedPreconditionError(f"{path}: no such file; is $NILM_DATA set?")
    try:
        with np.load(path, allow_pickle=False) as content:
            power = content["power"]
    except (OSError, ValueError, KeyError) as error:
        raise DataCorruptionError(f"{path}: cannot be read: {error}") from error
    watts = np.where(power < 0, np.nan, power.astype(np.float32))
    rows: Float32Array = watts.reshape(power.shape[0], -1, _SAMPLES_PER_ROW).mean(axis=2)
    return rows.astype(np.float32)
