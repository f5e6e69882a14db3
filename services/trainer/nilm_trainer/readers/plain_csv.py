"""Plain CSV: a header, a time column and a column of power for each meter."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from nilm_core.errors import FailedPreconditionError
from nilm_trainer.formats import CsvFormat
from nilm_trainer.household import Household
from nilm_trainer.readers.columns import first_value, header_of, read_columns
from nilm_trainer.readers.gathering import Source, Wiring, gather
from nilm_trainer.readers.readings import Int64Array, Readings
from nilm_trainer.readers.times import timestamps_us, unix_times_us, wall_clock_to_utc_us

_UNIX_UNITS_US = {"unix_s": 1_000_000, "unix_ms": 1_000}
_W_PER_UNIT = {"W": 1.0, "kW": 1000.0}
_OFFSET = re.compile(r"(?:[Zz]|[+-]\d\d(?::?\d\d)?)\s*$")


class CsvReader:
    """Reads a file whose columns the config explains."""

    def __init__(self, path: Path, form: CsvFormat) -> None:
        """Names the file."""
        self._path = path
        self._form = form

    def recorded(self, appliances: Sequence[str]) -> list[str]:
        """Returns those of the appliances that the config names."""
        return [name for name in appliances if name in self._form.appliances]

    def read(
        self,
        appliances: Sequence[str],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Household:
        """Reads [since, until) from the columns of the mains and the appliances."""
        missing = [name for name in appliances if name not in self._form.appliances]
        if missing:
            raise FailedPreconditionError(
                f"{self._path}: format.appliances names no column of {', '.join(missing)}"
            )
        columns = {name: self._form.appliances[name] for name in appliances}
        named = [*self._form.mains, *(each for found in columns.values() for each in found)]
        used = tuple(dict.fromkeys(named))
        header = header_of(self._path, self._form.separator)
        absent = [name for name in (self._form.time_column, *used) if name not in header]
        if absent:
            raise FailedPreconditionError(
                f"{self._path}: no column {', '.join(absent)}; there are {', '.join(header)}; name"
                " them in format.time_column, format.mains and format.appliances, and the character"
                " between them in format.separator"
            )
        source = Source(str(self._path), used, lambda: self._pieces(used))
        wiring = Wiring(self._form.mains, columns)
        return gather(str(self._path), [source], wiring, self._form, since=since, until=until)

    def _pieces(self, used: Sequence[str]) -> Iterator[Readings]:
        time_column, time_format = self._form.time_column, self._form.time_format
        time_type, pattern = pa.timestamp("us"), None
        if time_format in _UNIX_UNITS_US:
            time_type = pa.float64()
        elif time_format != "iso":
            pattern = time_format
            time_type = pa.timestamp("us", tz="UTC" if "%z" in pattern else None)
        elif _OFFSET.search(first_value(self._path, self._form.separator, time_column)):
            time_type = pa.timestamp("us", tz="UTC")
        types = {time_column: time_type, **dict.fromkeys(used, pa.float64())}
        for batch in read_columns(
            self._path, types, separator=self._form.separator, time_pattern=pattern
        ):
            power = np.stack([batch[name].to_numpy(zero_copy_only=False) for name in used], 1)
            times_us, kept = self._times_us(batch[time_column])
            yield Readings(times_us[kept], power[kept] * _W_PER_UNIT[self._form.unit])

    def _times_us(self, column: pa.Array) -> tuple[Int64Array, Int64Array]:
        """Returns the times in UTC, and the rows whose time is certain."""
        unit_us = _UNIX_UNITS_US.get(self._form.time_format)
        if unit_us is not None:
            times_us = unix_times_us(self._path, column, unit_us)
        else:
            times_us = timestamps_us(self._path, column)
        if unit_us is not None or column.type.tz is not None or self._form.time_zone == "UTC":
            return times_us, np.arange(times_us.size)
        times_us, certain = wall_clock_to_utc_us(times_us, ZoneInfo(self._form.time_zone))
        return times_us, np.flatnonzero(certain)
