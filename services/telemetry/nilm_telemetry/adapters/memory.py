"""Stores that forget everything at the end: plain, slow, and what the others are compared with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from nilm_core.timegrid import TimeGrid, span_us, to_us
from nilm_telemetry.domain.buckets import Buckets, empty_buckets
from nilm_telemetry.domain.corrections import Correction, Verdict
from nilm_telemetry.domain.predictions import (
    CellColumns,
    MergedCells,
    PredictedCells,
    PredictionReach,
)
from nilm_telemetry.domain.quarters import (
    PREDICTION_REACH_US,
    READING_REACH_US,
    PredictionQuarters,
    ReadingQuarters,
    prediction_quarters,
    reading_quarters,
)
from nilm_telemetry.domain.readings import MeterExtent, MeterSeries, Readings


@dataclass
class _Meter:
    series: MeterSeries
    rows: dict[int, float] = field(default_factory=dict)


class MemoryReadingStore:
    """See `nilm_telemetry.ports.ReadingStore`."""

    def __init__(self) -> None:
        self._meters: dict[str, _Meter] = {}

    async def write(self, series: MeterSeries, readings: Readings) -> None:
        """Keeps readings."""
        if len(readings):
            meter = self._meters.setdefault(series.meter_id, _Meter(series))
            power_w = readings.power_w.astype(np.float32).tolist()
            meter.rows.update(zip(readings.times_us.tolist(), power_w, strict=True))

    async def page(self, meter_id: str, start_us: int, end_us: int, limit: int) -> Readings:
        """Returns the first `limit` readings of an interval."""
        readings = self._between(meter_id, start_us, end_us)
        return Readings(readings.times_us[:limit], readings.power_w[:limit])

    async def buckets(self, meter_id: str, grid: TimeGrid, start_us: int, end_us: int) -> Buckets:
        """Returns statistics over a grid, bucket by bucket."""
        out = empty_buckets(grid)
        readings = self._between(meter_id, start_us, end_us)
        index = (readings.times_us - to_us(grid.start)) // span_us(grid.period)
        for bucket in np.unique(index).tolist():
            power_w = readings.power_w[index == bucket].astype(np.float64)
            out.min_w[bucket] = power_w.min()
            out.max_w[bucket] = power_w.max()
            out.mean_w[bucket] = power_w.mean()
            out.count[bucket] = len(power_w)
        return out

    async def quarters(self, meter_id: str, start_us: int, end_us: int) -> ReadingQuarters:
        """Returns quarter hours, added up anew each time."""
        if meter_id not in self._meters:
            return ReadingQuarters.empty()
        around = self._between(meter_id, start_us - READING_REACH_US, end_us + READING_REACH_US)
        newest_us = max(self._meters[meter_id].rows)
        return reading_quarters(around, start_us, end_us, newest_us)

    async def extents(self, meter_ids: Collection[str] | None = None) -> list[MeterExtent]:
        """Returns how far readings reach."""
        return [
            MeterExtent(meter.series, min(meter.rows), max(meter.rows), meter.rows[max(meter.rows)])
            for meter_id, meter in self._meters.items()
            if meter_ids is None or meter_id in meter_ids
        ]

    def _between(self, meter_id: str, start_us: int, end_us: int) -> Readings:
        meter = self._meters.get(meter_id)
        if meter is None:
            return Readings.empty()
        times = sorted(time for time in meter.rows if start_us <= time < end_us)
        power_w = [meter.rows[time] for time in times]
        return Readings(np.array(times, np.int64), np.array(power_w, np.float32))


@dataclass(frozen=True)
class _Cell:
    time_us: int
    period_us: int
    power_w: float
    confidence: float
    model_version: str


class MemoryPredictionStore:
    """See `nilm_telemetry.ports.PredictionStore`."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str], dict[int, _Cell]] = {}

    async def write(self, building_id: str, cells: Sequence[PredictedCells]) -> None:
        """Keeps cells."""
        for part in cells:
            columns = (part.times_us.tolist(), part.power_w.tolist(), part.confidence.tolist())
            for time_us, power_w, confidence in zip(*columns, strict=True):
                cell = _Cell(time_us, part.period_us, power_w, confidence, part.model_version)
                self._cells.setdefault((building_id, part.appliance_id), {})[time_us] = cell

    async def page(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int, limit: int
    ) -> list[PredictedCells]:
        """Returns the first `limit` cells, parted where the version or the period changes."""
        cells = self._between(building_id, appliance_id, start_us, end_us)[:limit]
        parts = groupby(cells, key=lambda cell: (cell.model_version, cell.period_us))
        return [
            PredictedCells(appliance_id, version, period_us, *_columns(list(part)))
            for (version, period_us), part in parts
        ]

    async def means(
        self, building_id: str, appliance_id: str, grid: TimeGrid, start_us: int, end_us: int
    ) -> MergedCells:
        """Returns means over a grid."""
        cells = self._between(building_id, appliance_id, start_us, end_us)
        times, power_w, confidence = _columns(cells)
        index = (times - to_us(grid.start)) // span_us(grid.period)
        present = np.unique(index)
        return MergedCells(
            appliance_id,
            cells[-1].model_version if cells else "",
            present,
            np.array([power_w[index == one].mean(dtype=np.float64) for one in present], np.float32),
            np.array(
                [confidence[index == one].mean(dtype=np.float64) for one in present], np.float32
            ),
        )

    async def quarters(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int
    ) -> PredictionQuarters:
        """Returns quarter hours, added up anew each time."""
        reach_us = PREDICTION_REACH_US
        cells = self._between(building_id, appliance_id, start_us - reach_us, end_us + reach_us)
        times, power_w, confidence = _columns(cells)
        period_us = np.array([cell.period_us for cell in cells], np.int64)
        columns = CellColumns(times, period_us, power_w, confidence)
        return prediction_quarters(columns, start_us, end_us)

    async def reaches(self, building_ids: Collection[str] | None = None) -> list[PredictionReach]:
        """Returns how far predictions reach."""
        newest = {name: cells[max(cells)] for name, cells in self._cells.items()}
        return [
            PredictionReach(
                building_id, appliance_id, cell.model_version, cell.time_us + cell.period_us
            )
            for (building_id, appliance_id), cell in newest.items()
            if building_ids is None or building_id in building_ids
        ]

    def _between(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int
    ) -> list[_Cell]:
        cells = self._cells.get((building_id, appliance_id), {})
        return [cells[time] for time in sorted(cells) if start_us <= time < end_us]


class MemoryCorrectionStore:
    """See `nilm_telemetry.ports.CorrectionStore`."""

    def __init__(self) -> None:
        self._corrections: dict[tuple[str, str, int], Correction] = {}

    async def put(
        self, building_id: str, appliance_id: str, corrections: Sequence[Correction]
    ) -> None:
        """Keeps corrections."""
        for each in corrections:
            self._corrections[building_id, appliance_id, each.start_us] = each

    async def find(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int
    ) -> list[Correction]:
        """Returns the corrections that start in an interval."""
        return [
            each
            for key, each in sorted(self._corrections.items())
            if key[:2] == (building_id, appliance_id)
            and start_us <= each.start_us < end_us
            and each.verdict is not Verdict.WITHDRAWN
        ]


def _columns(cells: Sequence[_Cell]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (
        np.array([cell.time_us for cell in cells], np.int64),
        np.array([cell.power_w for cell in cells], np.float32),
        np.array([cell.confidence for cell in cells], np.float32),
    )
