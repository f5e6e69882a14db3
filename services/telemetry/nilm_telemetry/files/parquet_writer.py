"""Writes Parquet."""

import io
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from nilm_core.timegrid import Int64Array
from nilm_telemetry.domain.readings import Float32Array

_TIME = pa.field("time", pa.timestamp("us", tz="UTC"), nullable=False)


class ParquetWriter:
    """Writes `time` (UTC) and columns, a row group for each part."""

    def __init__(self, names: Sequence[str]) -> None:
        self._schema = pa.schema(
            [_TIME, *(pa.field(name, pa.float32(), nullable=False) for name in names)]
        )
        self._sink = _Sink()
        self._writer = pq.ParquetWriter(self._sink, self._schema)

    def write(self, times_us: Int64Array, *columns: Float32Array) -> bytes:
        """Returns the bytes of a row group."""
        if len(times_us):
            times = pa.array(times_us).cast(_TIME.type)
            table = pa.table([times, *map(pa.array, columns)], schema=self._schema)
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
