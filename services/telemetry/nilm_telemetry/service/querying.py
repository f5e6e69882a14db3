"""Answers readings: raw, in buckets, and the newest."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime

from nilm_core.timegrid import to_us
from nilm_telemetry.domain.buckets import Buckets, bucket_grid
from nilm_telemetry.domain.readings import MeterExtent, Readings
from nilm_telemetry.ports import ReadingStore

SCAN_ROWS = 50_000
"""Rows that `scan` holds at once."""


class ReadingQueries:
    """Reads what was recorded; intervals are half-open."""

    def __init__(self, store: ReadingStore) -> None:
        self._store = store

    async def raw(
        self, meter_id: str, start: datetime, end: datetime, limit: int, after_us: int | None
    ) -> tuple[Readings, int | None]:
        """Returns a page of readings.

        Args:
            meter_id: The meter.
            start: First instant.
            end: First instant after.
            limit: Most readings to return.
            after_us: Where the page before ended, or None for the first page.

        Returns:
            The page, and where it ended if there is more.
        """
        start_us = to_us(start) if after_us is None else after_us + 1
        page = await self._store.page(meter_id, start_us, to_us(end), limit + 1)
        if len(page) <= limit:
            return page, None
        page = Readings(page.times_us[:limit], page.power_w[:limit])
        return page, int(page.times_us[-1])

    async def buckets(
        self, meter_id: str, start: datetime, end: datetime, max_points: int
    ) -> Buckets:
        """Returns at most `max_points` buckets over an interval."""
        grid = bucket_grid(start, end, max_points)
        return await self._store.buckets(meter_id, grid, to_us(start), to_us(end))

    async def latest(self, meter_ids: Collection[str]) -> list[MeterExtent]:
        """Returns the newest reading of each of the meters that has any."""
        return await self._store.extents(meter_ids)

    async def scan(self, meter_id: str, start: datetime, end: datetime) -> AsyncIterator[Readings]:
        """Yields all readings of an interval in time order, a bounded number at a time."""
        after_us: int | None = None
        while True:
            page, after_us = await self.raw(meter_id, start, end, SCAN_ROWS, after_us)
            yield page
            if after_us is None:
                return
