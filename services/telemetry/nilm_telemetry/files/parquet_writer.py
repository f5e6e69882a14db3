"""Writes Parquet."""

import io

import pyarrow as pa
import pyarrow.parquet as pq

from nilm_telemetry.domain.readings import Readings

_SCHEMA = pa.schema(
    [
        pa.field("time", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("power_w", pa.float32(), nullable=False),
    ]
)


class ParquetWriter:
    """Writes `time` (UTC) and `power_w`, a row group for each part."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._writer = pq.ParquetWriter(self._sink, _SCHEMA)

    def write(self, readings: Readings) -> bytes:
        """Returns the bytes of a row group."""
        if len(readings):
            times = pa.array(readings.times_us).cast(_SCHEMA.field("time").type)
            table = pa.table([times, pa.array(readings.power_w)], schema=_SCHEMA)
            self._writer.write_table(table)
        return self._sink.take()

    def finish(self) -> bytes:
        """Returns the file's footer."""
        self._writer.close()
        return self._sink.take()


class _Sink(io.RawIOBase):
    """Holds what was written until it is taken; knows the position in the whole file."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # any buffer, as pyarrow sends
        part = bytes(data)
        self._parts.append(part)
        self._position += len(part)
        return len(part)

    def tell(self) -> int:
        return self._position

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken
