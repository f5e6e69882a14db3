"""Imports whole files: kept on disk while they arrive, then read a bounded part at a time."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Self

import numpy as np

from nilm_core.errors import InvalidArgumentError
from nilm_core.timegrid import to_us
from nilm_telemetry.domain.readings import MeterSeries, Readings
from nilm_telemetry.domain.validation import Rejection
from nilm_telemetry.files.base import FileOptions, FileRows
from nilm_telemetry.files.formats import FileFormat, open_file
from nilm_telemetry.service.recording import Recorder

MAX_NAMED_REJECTIONS = 100


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What is to be imported, and how."""

    series: MeterSeries
    file_format: FileFormat
    options: FileOptions
    start: datetime | None
    """First instant; None for the file's first."""
    end: datetime | None
    """First instant after; None for the file's end."""


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is."""

    total_row_count: int = 0
    """0 until it is known."""
    row_count: int = 0
    accepted_count: int = 0
    missing_count: int = 0
    rejected_count: int = 0
    rejected: tuple[Rejection, ...] = ()
    """The first ones."""
    done: bool = False
    first_us: int | None = None
    """Time of the first reading stored."""
    last_us: int | None = None

    def after(self, rows: FileRows, stored: Readings, rejected: list[Rejection]) -> Self:
        """Returns the progress after some more rows."""
        times = (
            [int(time) for time in (stored.times_us.min(), stored.times_us.max())]
            if len(stored)
            else []
        )
        times += [time for time in (self.first_us, self.last_us) if time is not None]
        return replace(
            self,
            row_count=self.row_count + rows.row_count,
            accepted_count=self.accepted_count + len(stored),
            missing_count=self.missing_count + rows.missing_count,
            rejected_count=self.rejected_count + len(rejected),
            rejected=(*self.rejected, *rejected)[:MAX_NAMED_REJECTIONS],
            first_us=min(times, default=None),
            last_us=max(times, default=None),
        )


class Importer:
    """Imports files into the store.

    Args:
        recorder: Where the readings go.
        folder: Where files are kept while they arrive.
        max_bytes: Largest file.
    """

    def __init__(self, recorder: Recorder, folder: Path, max_bytes: int) -> None:
        self._recorder = recorder
        self._folder = folder
        self._max_bytes = max_bytes

    async def run(
        self, plan: ImportPlan, chunks: AsyncIterator[bytes]
    ) -> AsyncIterator[ImportProgress]:
        """Takes the whole file, then stores its readings, telling how far it is.

        Raises:
            InvalidArgumentError: The file is empty, too large, or not what the plan says.
        """
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix="import-") as kept:
            await self._receive(chunks, kept)
            path = Path(kept.name)
            file = await asyncio.to_thread(open_file, plan.file_format, path, plan.options)
            progress = ImportProgress(total_row_count=file.total_rows)
            parts = file.rows()
            try:
                while (rows := await asyncio.to_thread(next, parts, None)) is not None:
                    progress = await self._store(plan, rows, progress)
                    yield progress
            finally:
                with contextlib.suppress(ValueError):  # a thread still reads for who was cancelled
                    parts.close()
        yield replace(progress, total_row_count=progress.row_count, done=True)

    async def _receive(self, chunks: AsyncIterator[bytes], kept: IO[bytes]) -> None:
        size = 0
        async for chunk in chunks:
            size += len(chunk)
            if size > self._max_bytes:
                raise InvalidArgumentError.of_field(
                    "chunk", f"the file has more than {self._max_bytes:,} bytes; send it in parts"
                )
            await asyncio.to_thread(kept.write, chunk)
        if not size:
            raise InvalidArgumentError.of_field("chunk", "the file is empty; send its bytes")
        await asyncio.to_thread(kept.flush)

    async def _store(
        self, plan: ImportPlan, rows: FileRows, progress: ImportProgress
    ) -> ImportProgress:
        times_us = rows.readings.times_us
        inside = np.ones(len(times_us), np.bool_)
        if plan.start is not None:
            inside &= times_us >= to_us(plan.start)
        if plan.end is not None:
            inside &= times_us < to_us(plan.end)
        index = rows.row_index[inside]
        readings = Readings(times_us[inside], rows.readings.power_w[inside])
        recorded = await self._recorder.record(plan.series, readings)
        rejected = [
            *rows.unreadable,
            *(replace(one, index=int(index[one.index])) for one in recorded.rejected),
        ]
        rejected.sort(key=lambda one: one.index)
        return progress.after(rows, recorded.stored, rejected)
