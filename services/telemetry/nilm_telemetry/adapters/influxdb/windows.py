"""Statistics by window, gathered from the coarsest buckets that serve and from raw readings."""

import asyncio
import math

import numpy as np

from nilm_core.timegrid import Float64Array, Int64Array, TimeGrid, span_us, to_us
from nilm_telemetry.adapters.influxdb.client import InfluxClient
from nilm_telemetry.adapters.influxdb.flux import WINDOWS, series
from nilm_telemetry.adapters.influxdb.schema import (
    LEVEL_FUNCTIONS,
    LEVELS,
    RAW_FUNCTIONS,
    READING,
    READING_FIELD,
    STATISTICS,
    Level,
)
from nilm_telemetry.domain.buckets import Buckets, empty_buckets
from nilm_telemetry.domain.quarters import DAY_US

_LONGEST_WINDOW_US = 364 * DAY_US
"""Flux counts in nanoseconds, so that it knows no window of 300 years."""
_MAX_RUNS = 4
"""Stretches of downsampled readings that one answer is made of; each costs four queries."""

Interval = tuple[int, int]


def level_for(grid: TimeGrid) -> Level | None:
    """Returns the coarsest level of which the cells of a grid are made, if any."""
    start_us, period_us = to_us(grid.start), span_us(grid.period)
    return next(
        (
            level
            for level in LEVELS
            if period_us % level.period_us == 0 and start_us % level.period_us == 0
        ),
        None,
    )


def day_runs(days_us: Int64Array) -> list[Interval]:
    """Returns the longest stretches of neighbouring days, in time order."""
    if not len(days_us):
        return []
    breaks = np.flatnonzero(np.diff(days_us) != DAY_US) + 1
    runs = [
        (int(part[0]), int(part[-1]) + DAY_US) for part in np.split(days_us, breaks) if len(part)
    ]
    runs.sort(key=lambda run: run[0] - run[1])
    return sorted(runs[:_MAX_RUNS])


def between(runs: list[Interval], start_us: int, end_us: int) -> list[Interval]:
    """Returns what of an interval lies outside the runs in it."""
    edges = [start_us, *(edge for run in runs for edge in run), end_us]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return [(first, last) for first, last in gaps if last > first]


class WindowSums:
    """The statistics of one meter over a grid, as they come in."""

    def __init__(self, client: InfluxClient, meter_id: str, grid: TimeGrid) -> None:
        self._client = client
        self._meter_id = meter_id
        self._grid = grid
        self._start_us, self._step_us = to_us(grid.start), span_us(grid.period)
        self._every_us = self._step_us
        if self._every_us > _LONGEST_WINDOW_US:
            self._every_us = math.gcd(self._step_us, _LONGEST_WINDOW_US)
        self._min = np.full(grid.count, np.inf)
        self._max = np.full(grid.count, -np.inf)
        self._sum = np.zeros(grid.count)
        self._count = np.zeros(grid.count, np.int64)

    async def add_raw(self, interval: Interval) -> None:
        """Adds the raw readings of an interval."""
        minimum, maximum, mean, count = await asyncio.gather(
            *(
                self._windows(self._client.config.raw_bucket, READING_FIELD, function, interval)
                for function in RAW_FUNCTIONS
            )
        )
        counts = dict(zip(count[0].tolist(), count[1].tolist(), strict=True))
        total = mean[1] * np.array([counts.get(time, 0.0) for time in mean[0].tolist()])
        self._add(minimum, maximum, (mean[0], total), count)

    async def add_level(self, level: Level, interval: Interval) -> None:
        """Adds the downsampled readings of an interval."""
        bucket = self._client.config.level_bucket(level.name)
        parts = await asyncio.gather(
            *(
                self._windows(bucket, field, function, interval)
                for field, function in zip(STATISTICS, LEVEL_FUNCTIONS, strict=True)
            )
        )
        self._add(*parts)

    def result(self) -> Buckets:
        """Returns what was gathered."""
        out = empty_buckets(self._grid)
        filled = (self._count > 0) & np.isfinite(self._min) & np.isfinite(self._max)
        out.min_w[filled] = self._min[filled]
        out.max_w[filled] = self._max[filled]
        out.mean_w[filled] = self._sum[filled] / self._count[filled]
        out.count[filled] = self._count[filled]
        return out

    async def _windows(
        self, bucket: str, field: str, function: str, interval: Interval
    ) -> tuple[Int64Array, Float64Array]:
        """Returns the times of the windows that are not empty, and their values."""
        found = await self._client.query(
            WINDOWS.render(
                bucket=bucket,
                start=interval[0],
                stop=interval[1],
                series=series(READING, field, meter_id=self._meter_id),
                every=self._every_us,
                offset=self._start_us % self._every_us,
                function=function,
            )
        )
        if not found:
            return np.empty(0, np.int64), np.empty(0)
        return (
            np.concatenate([rows.times_us() for rows in found]),
            np.concatenate([rows.floats() for rows in found]),
        )

    def _add(self, *parts: tuple[Int64Array, Float64Array]) -> None:
        (at_min, minimum), (at_max, maximum), (at_sum, total), (at_count, count) = (
            ((times_us - self._start_us) // self._step_us, values) for times_us, values in parts
        )
        np.minimum.at(self._min, at_min, minimum)
        np.maximum.at(self._max, at_max, maximum)
        np.add.at(self._sum, at_sum, total)
        np.add.at(self._count, at_count, count.astype(np.int64))
