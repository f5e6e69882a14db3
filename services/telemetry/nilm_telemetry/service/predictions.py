"""Keeps and answers predictions, and tells how far each building is."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from nilm_core.access import MeterKind
from nilm_core.timegrid import TimeGrid, to_us
from nilm_telemetry import metrics
from nilm_telemetry.domain.buckets import bucket_grid
from nilm_telemetry.domain.predictions import MergedCells, PredictedCells, PredictionReach
from nilm_telemetry.domain.readings import MeterExtent
from nilm_telemetry.ports import PredictionStore, ReadingStore

SCAN_CELLS = 50_000
"""Cells that `scan` holds at once."""

Position = tuple[str, int]
"""Appliance and time of the last cell of a page."""


@dataclass(frozen=True, slots=True)
class BuildingActivity:
    """How far a building's mains and its predictions reach."""

    mains: MeterExtent
    reaches: tuple[PredictionReach, ...]


class Predictions:
    """Predictions of all buildings."""

    def __init__(self, store: PredictionStore, readings: ReadingStore) -> None:
        self._store = store
        self._readings = readings

    async def record(self, building_id: str, cells: Sequence[PredictedCells]) -> int:
        """Stores cells, durable on return, and returns their number."""
        await self._store.write(building_id, cells)
        count = sum(len(part) for part in cells)
        metrics.WRITTEN_PREDICTIONS.inc(count)
        return count

    async def appliance_ids(self, building_id: str) -> list[str]:
        """Returns the appliances of a building that have predictions."""
        return sorted(reach.appliance_id for reach in await self._store.reaches([building_id]))

    async def page(
        self,
        building_id: str,
        appliance_ids: Sequence[str],
        interval: tuple[datetime, datetime],
        limit: int,
        after: Position | None,
    ) -> tuple[list[PredictedCells], Position | None]:
        """Returns a page of cells by appliance and time, and where it ended if there is more."""
        start_us, end_us = (to_us(time) for time in interval)
        wanted = sorted(set(appliance_ids)) or await self.appliance_ids(building_id)
        pages: list[PredictedCells] = []
        position = after
        for appliance_id in wanted:
            if after is not None and appliance_id < after[0]:
                continue
            first_us = after[1] + 1 if after is not None and appliance_id == after[0] else start_us
            if limit <= 0:
                if await self._store.page(building_id, appliance_id, first_us, end_us, 1):
                    return pages, position
                continue
            parts = await self._store.page(building_id, appliance_id, first_us, end_us, limit + 1)
            kept = _first_cells(parts, limit)
            pages += kept
            if kept:
                position = (appliance_id, int(kept[-1].times_us[-1]))
            if sum(map(len, parts)) > limit:
                return pages, position
            limit -= sum(map(len, kept))
        return pages, None

    async def scan(
        self, building_id: str, appliance_id: str, interval: tuple[datetime, datetime]
    ) -> AsyncIterator[PredictedCells]:
        """Yields all cells of an appliance in time order, a bounded number at a time."""
        after: Position | None = None
        while True:
            parts, after = await self.page(building_id, [appliance_id], interval, SCAN_CELLS, after)
            for part in parts:
                yield part
            if after is None:
                return

    async def means(
        self,
        building_id: str,
        appliance_ids: Sequence[str],
        interval: tuple[datetime, datetime],
        max_points: int,
    ) -> tuple[TimeGrid, list[MergedCells]]:
        """Returns for each appliance means over at most `max_points` cells."""
        start, end = interval
        grid = bucket_grid(start, end, max_points)
        wanted = sorted(set(appliance_ids)) or await self.appliance_ids(building_id)
        merged = await asyncio.gather(
            *(
                self._store.means(building_id, appliance_id, grid, to_us(start), to_us(end))
                for appliance_id in wanted
            )
        )
        return grid, [cells for cells in merged if len(cells.index)]

    async def activity(self, active_since: datetime | None) -> list[BuildingActivity]:
        """Returns each building with mains readings at or after a time; cheap."""
        since_us = 0 if active_since is None else to_us(active_since)
        reaches: defaultdict[str, list[PredictionReach]] = defaultdict(list)
        for reach in await self._store.reaches():
            reaches[reach.building_id].append(reach)
        return [
            BuildingActivity(extent, tuple(reaches.get(extent.series.building_id, ())))
            for extent in await self._readings.extents()
            if extent.series.kind is MeterKind.MAINS and extent.last_us >= since_us
        ]


def _first_cells(parts: Sequence[PredictedCells], limit: int) -> list[PredictedCells]:
    kept = []
    for part in parts:
        if limit <= 0:
            break
        kept.append(part.part(0, limit))
        limit -= len(kept[-1])
    return kept
