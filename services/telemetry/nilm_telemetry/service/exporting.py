"""Sends readings and predictions as files, a bounded part at a time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import numpy as np

from nilm_core.timegrid import Int64Array
from nilm_telemetry.domain.readings import Float32Array
from nilm_telemetry.files.formats import FileFormat, new_writer
from nilm_telemetry.service.predictions import Predictions
from nilm_telemetry.service.querying import ReadingQueries

CHUNK_BYTES = 256 * 1024

Rows = tuple[Int64Array, *tuple[Float32Array, ...]]
"""Times in microseconds since the epoch, then a column for each name of the file."""


class Exporter:
    """Makes files of what was recorded and of what was predicted; intervals are half-open."""

    def __init__(self, queries: ReadingQueries, predictions: Predictions) -> None:
        self._queries = queries
        self._predictions = predictions

    async def readings(
        self, meter_id: str, start: datetime, end: datetime, file_format: FileFormat
    ) -> AsyncIterator[bytes]:
        """Yields the bytes of a file of a meter's readings."""
        pages = self._queries.scan(meter_id, start, end)
        rows = (
            (page.times_us, page.power_w.astype(np.float32, copy=False)) async for page in pages
        )
        async for chunk in _file(file_format, ("power_w",), rows):
            yield chunk

    async def predictions(
        self,
        building_id: str,
        appliance_id: str,
        interval: tuple[datetime, datetime],
        file_format: FileFormat,
    ) -> AsyncIterator[bytes]:
        """Yields the bytes of a file of what models say of an appliance."""
        cells = self._predictions.scan(building_id, appliance_id, interval)
        rows = ((part.times_us, part.power_w, part.confidence) async for part in cells)
        async for chunk in _file(file_format, ("power_w", "confidence"), rows):
            yield chunk


async def _file(
    file_format: FileFormat, names: Sequence[str], rows: AsyncIterator[Rows]
) -> AsyncIterator[bytes]:
    writer = await asyncio.to_thread(new_writer, file_format, names)
    async for part in rows:
        for chunk in _cut(await asyncio.to_thread(writer.write, *part)):
            yield chunk
    for chunk in _cut(await asyncio.to_thread(writer.finish)):
        yield chunk


def _cut(data: bytes) -> list[bytes]:
    return [data[first : first + CHUNK_BYTES] for first in range(0, len(data), CHUNK_BYTES)]
