"""Times of a file as microseconds since the epoch, UTC."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from nilm_core.errors import DataCorruptionError
from nilm_trainer.readers.readings import Int64Array

_QUARTER = timedelta(minutes=15)
_QUARTER_US = 900_000_000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the clock on the wall has no zone of its own


def unix_times_us(path: Path, column: pa.Array, unit_us: int = 1_000_000) -> Int64Array:
    """Returns numbers of a unit of time since the epoch, by default seconds, shape (n,).

    Raises:
        DataCorruptionError: A row has no time.
    """
    _refuse_nulls(path, column)
    # whole units and their rest apart: their product has more digits than a float64 keeps
    rest, whole = np.modf(column.to_numpy(zero_copy_only=False))
    times_us: Int64Array = whole.astype(np.int64) * unit_us
    times_us += np.rint(rest * unit_us).astype(np.int64)
    return times_us


def timestamps_us(path: Path, column: pa.Array) -> Int64Array:
    """Returns timestamps in microseconds, shape (n,).

    Raises:
        DataCorruptionError: A row has no time.
    """
    _refuse_nulls(path, column)
    times_us: Int64Array = column.cast(pa.int64()).to_numpy()
    return times_us


def wall_clock_to_utc_us(
    local_us: Int64Array, zone: ZoneInfo
) -> tuple[Int64Array, npt.NDArray[np.bool_]]:
    """Turns the time that a clock on the wall shows into UTC.

    Args:
        local_us: What it shows, microseconds since it showed 1970-01-01, shape (n,).
        zone: Where it hangs.

    Returns:
        The times in UTC, and which of them are certain: the hour that summer time repeats or leaves
        out is not. Both of shape (n,).
    """
    quarters, inverse = np.unique(local_us // _QUARTER_US, return_inverse=True)
    offsets_us = np.empty((quarters.size, 2), dtype=np.int64)
    for index, quarter in enumerate(quarters):
        shown = (_EPOCH + int(quarter) * _QUARTER).replace(tzinfo=zone)
        for fold in (0, 1):
            offset = shown.replace(fold=fold).utcoffset() or timedelta(0)
            offsets_us[index, fold] = offset // timedelta.resolution
    certain = offsets_us[:, 0] == offsets_us[:, 1]
    return local_us - offsets_us[inverse, 0], certain[inverse]


def _refuse_nulls(path: Path, column: pa.Array) -> None:
    if column.null_count:
        raise DataCorruptionError(f"{path}: a row has no time; remove it")
