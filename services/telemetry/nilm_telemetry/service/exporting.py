"""Sends readings as a file, a bounded part at a time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from nilm_telemetry.files.formats import FileFormat, new_writer
from nilm_telemetry.service.querying import ReadingQueries

CHUNK_BYTES = 256 * 1024


class Exporter:
    """Makes files of what was recorded."""

    def __init__(self, queries: ReadingQueries) -> None:
        self._queries = queries

    async def run(
        self, meter_id: str, start: datetime, end: datetime, file_format: FileFormat
    ) -> AsyncIterator[bytes]:
        """Yields the bytes of a file of the readings of [start, end)."""
        writer = await asyncio.to_thread(new_writer, file_format)
        async for page in self._queries.scan(meter_id, start, end):
            for chunk in _cut(await asyncio.to_thread(writer.write, page)):
                yield chunk
        for chunk in _cut(await asyncio.to_thread(writer.finish)):
            yield chunk


def _cut(data: bytes) -> list[bytes]:
    return [data[first : first + CHUNK_BYTES] for first in range(0, len(data), CHUNK_BYTES)]
