"""Statistics of meters over any interval."""

from dataclasses import dataclass

import numpy as np

from nilm_telemetry.domain.quarters import (
    QUARTER_US,
    READING_REACH_US,
    ReadingQuarters,
    quarter_ceil,
    quarter_floor,
)
from nilm_telemetry.domain.readings import Readings
from nilm_telemetry.domain.statistics import MeterStatistics, held_wh, statistics_of
from nilm_telemetry.ports import ReadingStore

_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class DatedStatistics:
    """Statistics, with the times of the first and the last reading."""

    statistics: MeterStatistics
    first_us: int | None
    """None without readings."""
    last_us: int | None


class Statistics:
    """Adds up meters: whole quarter hours from the store's sums, the edges from readings."""

    def __init__(self, store: ReadingStore) -> None:
        self._store = store

    async def of_meter(self, meter_id: str, start_us: int, end_us: int) -> DatedStatistics:
        """Returns the statistics of a meter over [start_us, end_us)."""
        first_us, last_us = quarter_ceil(start_us), quarter_floor(end_us)
        if first_us >= last_us:  # shorter than a whole quarter hour
            edge, energy_wh = await self._edge(meter_id, start_us, end_us)
            whole = ReadingQuarters.empty()
            return _dated(statistics_of(whole, [edge], energy_wh), edge.times_us)
        whole = await self._store.quarters(meter_id, first_us, last_us)
        head, head_wh = await self._edge(meter_id, start_us, first_us)
        tail, tail_wh = await self._edge(meter_id, last_us, end_us)
        statistics = statistics_of(whole, [head, tail], head_wh + tail_wh)
        filled = whole.start_us[whole.count > 0].tolist()
        outer = [
            await self._all(meter_id, at, at + QUARTER_US) for at in {*filled[:1], *filled[-1:]}
        ]
        times = np.concatenate([part.times_us for part in (head, tail, *outer)])
        return _dated(statistics, times)

    async def _edge(self, meter_id: str, start_us: int, end_us: int) -> tuple[Readings, float]:
        """Returns the readings of part of a quarter hour, and its energy, Wh."""
        if end_us <= start_us:
            return Readings.empty(), 0.0
        around = await self._all(meter_id, start_us - READING_REACH_US, end_us + READING_REACH_US)
        return around.between(start_us, end_us), held_wh(around, start_us, end_us)

    async def _all(self, meter_id: str, start_us: int, end_us: int) -> Readings:
        parts: list[Readings] = []
        while True:
            page = await self._store.page(meter_id, start_us, end_us, _PAGE)
            parts.append(page)
            if len(page) < _PAGE:
                break
            start_us = int(page.times_us[-1]) + 1
        return Readings(
            np.concatenate([part.times_us for part in parts]),
            np.concatenate([part.power_w for part in parts]),
        )


def _dated(statistics: MeterStatistics, times_us: np.ndarray) -> DatedStatistics:
    if not len(times_us):
        return DatedStatistics(statistics, None, None)
    return DatedStatistics(statistics, int(times_us.min()), int(times_us.max()))
