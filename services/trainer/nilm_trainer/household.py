"""Reads a household in the shared parquet form: mains and appliances on a regular 30 s grid."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_core.timegrid import from_us, to_us

Float32Array = npt.NDArray[np.float32]

ROW_PERIOD = timedelta(seconds=30)
ROWS_PER_MINUTE = 2
_ROW_US = 30_000_000
_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True)
class Household:
    """Mains and true appliance power on a regular grid; what does not count is NaN."""

    start: datetime
    """Start of the first sample, UTC."""
    sample_period: timedelta
    """Time between samples."""
    mains_w: Float32Array
    """Mains power, W, shape (n,); NaN where it is missing or the logger was down."""
    truth_w: dict[str, Float32Array]
    """True power of each appliance, W, shape (n,); NaN where it or the mains does not count."""

    def __len__(self) -> int:
        """Returns the number of samples."""
        return int(self.mains_w.size)

    def slice(self, first: int, last: int) -> "Household":
        """Returns the samples [first, last)."""
        return Household(
            self.start + first * self.sample_period,
            self.sample_period,
            self.mains_w[first:last],
            {name: values[first:last] for name, values in self.truth_w.items()},
        )

    def minutes(self) -> "Household":
        """Returns means over the epoch's whole minutes, two rows each.

        A minute's mains is the mean of the rows that are there. Its truth counts only where both
        rows count.
        """
        skipped = -(to_us(self.start) // _ROW_US) % ROWS_PER_MINUTE
        count = (len(self) - skipped) // ROWS_PER_MINUTE

        def pairs(values: Float32Array) -> Float32Array:
            return values[skipped : skipped + count * ROWS_PER_MINUTE].reshape(count, 2)

        mains = pairs(self.mains_w)
        present = np.count_nonzero(~np.isnan(mains), axis=1)
        total = np.nansum(mains, axis=1)
        mean = np.where(present > 0, total / np.maximum(present, 1), np.nan).astype(np.float32)
        truth = {name: pairs(values).mean(axis=1) for name, values in self.truth_w.items()}
        start = self.start + skipped * self.sample_period
        return Household(start, timedelta(minutes=1), mean, truth)


def data_folder() -> Path:
    """Returns the folder of the shared data: `$NILM_DATA`, else `../shared/data`."""
    return Path(os.environ.get("NILM_DATA") or "../shared/data")


def recorded_appliances(path: Path, appliances: Sequence[str]) -> list[str]:
    """Returns those of `appliances` whose true power a file holds, in their order.

    Raises:
        FailedPreconditionError: The file is not there.
        DataCorruptionError: The file is damaged.
    """
    columns = _column_names(path)
    return [name for name in appliances if f"{name}_w" in columns]


def read_household(
    path: Path,
    appliances: Sequence[str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Household:
    """Reads the rows of [since, until) at 30 s; rows outside never leave the file reader.

    A row's truth counts only where the mains and the appliance are present and the logger was up.

    Args:
        path: Parquet file with `time`, `aggregate_w`, `outage` and `<appliance>_w` columns.
        appliances: Ids of the appliances to read.
        since: First moment, or None for the file's start.
        until: Moment after the last, or None for the file's end.

    Raises:
        FailedPreconditionError: The file or one of its columns is not there, or no row is left.
        DataCorruptionError: The file is damaged, or its rows are not on the 30 s grid.
    """
    columns = ["time", "aggregate_w", "outage", *(f"{name}_w" for name in appliances)]
    missing = sorted(set(columns) - _column_names(path))
    if missing:
        raise FailedPreconditionError(f"{path}: no column {', '.join(missing)}")
    try:
        table = pq.read_table(path, columns=columns)
    except (pa.ArrowException, OSError) as error:
        raise DataCorruptionError(f"{path}: cannot be read: {error}") from error
    table = _within(table, since, until)
    if not table.num_rows:
        raise FailedPreconditionError(f"{path}: no rows in the chosen interval")
    times_us = table["time"].cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_numpy()
    if np.any(np.diff(times_us) != _ROW_US) or times_us[0] % _ROW_US:
        raise DataCorruptionError(f"{path}: rows are not on a regular 30 s grid")
    outage = table["outage"].to_numpy().astype(np.bool_)
    mains = np.where(outage, np.nan, _floats(table["aggregate_w"]))
    truth = {}
    for name in appliances:
        values = _floats(table[f"{name}_w"])
        truth[name] = np.where(np.isnan(mains), np.nan, values).astype(np.float32)
    return Household(from_us(int(times_us[0])), ROW_PERIOD, mains.astype(np.float32), truth)


def _column_names(path: Path) -> set[str]:
    """Returns the names of a file's columns, after checking that it can be opened."""
    if not path.is_file():
        raise FailedPreconditionError(f"{path}: no such file; is $NILM_DATA set?")
    try:
        return set(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as error:
        raise DataCorruptionError(f"{path}: cannot be read: {error}") from error


def _within(table: pa.Table, since: datetime | None, until: datetime | None) -> pa.Table:
    """Returns the rows of [since, until)."""
    for bound, keep in ((since, pc.greater_equal), (until, pc.less)):
        if bound is not None:
            moment = pa.scalar(bound.astimezone(UTC), pa.timestamp("us", tz="UTC"))
            table = table.filter(keep(table["time"], moment))
    return table


def _floats(column: pa.ChunkedArray) -> Float32Array:
    """Returns a column as float32 with nulls as NaN."""
    values: Float32Array = column.cast(pa.float32()).to_numpy().astype(np.float32)
    return values
