"""REFIT, cleaned: one CSV file a house, every 6 to 8 s (Murray et al., Sci. Data 4:160122, 2017).

`Time,Unix,Aggregate,Appliance1,...,Appliance9,Issues`; which appliance is which differs from house
to house. `Issues` is 1 where the plugs sum to more than the mains, and such a row does not count.
The clock behind `Unix` was UTC until about October 2014 and showed UK wall-clock time after.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from nilm_core.errors import FailedPreconditionError
from nilm_core.timegrid import to_us
from nilm_trainer.formats import RefitFormat
from nilm_trainer.household import Household
from nilm_trainer.readers.columns import header_of, read_columns
from nilm_trainer.readers.gathering import Source, Wiring, gather
from nilm_trainer.readers.readings import Readings
from nilm_trainer.readers.times import unix_times_us, wall_clock_to_utc_us

_ZONE = ZoneInfo("Europe/London")
_MAINS = "Aggregate"


class RefitReader:
    """Reads a file such as `CLEAN_House2.csv`."""

    def __init__(self, path: Path, form: RefitFormat) -> None:
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
                f"{self._path}: format.appliances does not say which of Appliance1 to Appliance9"
                f" is {', '.join(missing)}; the readme of REFIT lists them by house"
            )
        columns = {
            name: tuple(f"Appliance{number}" for number in self._form.appliances[name])
            for name in appliances
        }
        used = (_MAINS, *sorted({each for found in columns.values() for each in found}))
        header = header_of(self._path, ",")
        absent = [name for name in ("Unix", *used) if name not in header]
        if absent:
            raise FailedPreconditionError(
                f"{self._path}: no column {', '.join(absent)}; there are {', '.join(header)}; is it"
                " one of REFIT's CLEAN_HouseN.csv?"
            )
        has_issues = "Issues" in header
        source = Source(str(self._path), used, lambda: self._pieces(used, has_issues=has_issues))
        wiring = Wiring((_MAINS,), columns)
        return gather(str(self._path), [source], wiring, self._form, since=since, until=until)

    def _pieces(self, used: Sequence[str], *, has_issues: bool) -> Iterator[Readings]:
        names = ("Unix", *used, *(("Issues",) if has_issues else ()))
        for batch in read_columns(self._path, dict.fromkeys(names, pa.float64()), separator=","):
            times_us = unix_times_us(self._path, batch["Unix"])
            power_w = np.stack([batch[name].to_numpy(zero_copy_only=False) for name in used], 1)
            if has_issues:
                power_w[batch["Issues"].to_numpy(zero_copy_only=False) != 0] = np.nan
            yield self._in_utc(Readings(times_us, power_w))

    def _in_utc(self, readings: Readings) -> Readings:
        since = self._form.wall_clock_since
        if since is None:
            return readings
        is_local = readings.times_us >= to_us(since)
        if not is_local.any():
            return readings
        utc_us, certain = wall_clock_to_utc_us(readings.times_us, _ZONE)
        kept = certain | ~is_local
        times_us = np.where(is_local, utc_us, readings.times_us)
        return Readings(times_us[kept], readings.power_w[kept])
