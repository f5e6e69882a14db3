"""Writes CSV."""

import numpy as np

from nilm_telemetry.domain.readings import Readings

_US_PER_S = 1_000_000


class CsvWriter:
    """Writes `time` (ISO 8601, UTC) and `power_w`, see `base.ReadingFileWriter`."""

    def __init__(self) -> None:
        self._header = b"time,power_w\n"

    def write(self, readings: Readings) -> bytes:
        """Returns the rows, after the header if they are the first."""
        header, self._header = self._header, b""
        whole = not np.any(readings.times_us % _US_PER_S)
        moments = readings.times_us.astype("datetime64[us]")
        times = np.datetime_as_string(moments, unit="s" if whole else "us", timezone="UTC")
        powers = readings.power_w.astype("U32")
        lines = [f"{time},{power}\n" for time, power in zip(times, powers, strict=True)]
        return header + "".join(lines).encode()

    def finish(self) -> bytes:
        """Returns the header, if nothing was written after it."""
        return self._header
