"""Writes CSV."""

from collections.abc import Sequence

import numpy as np

from nilm_core.timegrid import Int64Array
from nilm_telemetry.domain.readings import Float32Array

_US_PER_S = 1_000_000


class CsvWriter:
    """Writes `time` (ISO 8601, UTC) and columns, see `base.SeriesFileWriter`."""

    def __init__(self, names: Sequence[str]) -> None:
        self._header = f"{','.join(('time', *names))}\n".encode()

    def write(self, times_us: Int64Array, *columns: Float32Array) -> bytes:
        """Returns the rows, after the header if they are the first."""
        header, self._header = self._header, b""
        whole = not np.any(times_us % _US_PER_S)
        moments = times_us.astype("datetime64[us]")
        times = np.datetime_as_string(moments, unit="s" if whole else "us", timezone="UTC")
        texts = (column.astype("U32") for column in columns)
        lines = [f"{','.join(row)}\n" for row in zip(times, *texts, strict=True)]
        return header + "".join(lines).encode()

    def finish(self) -> bytes:
        """Returns the header, if nothing was written after it."""
        return self._header
