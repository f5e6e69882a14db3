"""Readings in InfluxDB."""

import asyncio
from collections.abc import Collection, Sequence

import numpy as np

from nilm_core.timegrid import Int64Array, TimeGrid
from nilm_telemetry.adapters.influxdb.annotated import Rows
from nilm_telemetry.adapters.influxdb.catalog import Catalog
from nilm_telemetry.adapters.influxdb.client import InfluxClient
from nilm_telemetry.adapters.influxdb.flux import (
    FIRST,
    LAST,
    MAX_TIME_US,
    ROWS,
    FluxTemplate,
    Series,
    resource_id,
)
from nilm_telemetry.adapters.influxdb.flux import series as one_series
from nilm_telemetry.adapters.influxdb.lines import reading_lines
from nilm_telemetry.adapters.influxdb.paging import fetch_page
from nilm_telemetry.adapters.influxdb.quarters import (
    READING_QUARTERS,
    Columns,
    columns_of,
    joined,
    kept_quarters,
)
from nilm_telemetry.adapters.influxdb.schema import READING, READING_FIELD
from nilm_telemetry.adapters.influxdb.windows import (
    Interval,
    WindowSums,
    between,
    day_runs,
    level_for,
)
from nilm_telemetry.adapters.influxdb.writer import BucketWriter
from nilm_telemetry.domain.buckets import Buckets
from nilm_telemetry.domain.quarters import (
    DAY_US,
    QUARTER_US,
    READING_REACH_US,
    ReadingQuarters,
    quarter_ceil,
    quarter_floor,
    reading_quarters,
)
from nilm_telemetry.domain.readings import MeterExtent, MeterSeries, Readings, last_of_each

_FOREVER_US = MAX_TIME_US
"""Newest reading of a meter that goes on: none of its readings is the last."""
_MAX_NAMED_METERS = 50
"""From so many meters on all are asked for."""
_DAYS_AT_ONCE = 7
"""Days whose rows are added up at once, which bounds the memory that it takes."""


class InfluxReadingStore:
    """See `nilm_telemetry.ports.ReadingStore`."""

    def __init__(self, client: InfluxClient, writer: BucketWriter, catalog: Catalog) -> None:
        self._client = client
        self._writer = writer
        self._catalog = catalog
        self._bucket = client.config.raw_bucket

    async def write(self, series: MeterSeries, readings: Readings) -> None:
        """Keeps readings, stored by the server on return."""
        if not len(readings):
            return
        owner = (
            resource_id("building_id", series.building_id),
            resource_id("meter_id", series.meter_id),
        )
        last = last_of_each(readings.times_us)
        rows = Readings(readings.times_us[last], readings.power_w[last])
        days = touched_days(rows.times_us, READING_REACH_US)
        await self._catalog.touch(READING, [(owner, days)], series)
        await self._writer.write(lambda: [reading_lines(series, rows)], len(rows))

    async def page(self, meter_id: str, start_us: int, end_us: int, limit: int) -> Readings:
        """Returns the first `limit` readings of an interval."""
        found = await fetch_page(
            self._client,
            (
                self._bucket,
                one_series(READING, READING_FIELD, meter_id=resource_id("meter_id", meter_id)),
            ),
            (start_us, end_us),
            limit,
            ("_time", "_value"),
        )
        return _readings(found, limit)

    async def buckets(self, meter_id: str, grid: TimeGrid, start_us: int, end_us: int) -> Buckets:
        """Returns statistics over a grid; of settled days from the coarsest level that serves."""
        sums = WindowSums(self._client, resource_id("meter_id", meter_id), grid)
        level = level_for(grid)
        runs = (
            []
            if level is None
            else day_runs(
                await self._catalog.settled_days(READING, {"series": meter_id}, start_us, end_us)
            )
        )
        tasks = [sums.add_raw(part) for part in between(runs, start_us, end_us)]
        if level is not None:
            tasks += [sums.add_level(level, run) for run in runs]
        await asyncio.gather(*tasks)
        return sums.result()

    async def quarters(self, meter_id: str, start_us: int, end_us: int) -> ReadingQuarters:
        """Returns quarter hours; those of settled days were kept when they were settled."""
        first, newest = await asyncio.gather(
            self._edges(FIRST, [meter_id]), self._edges(LAST, [meter_id])
        )
        if meter_id not in first or meter_id not in newest:
            return ReadingQuarters.empty()
        newest_us = newest[meter_id][0]
        start_us = max(start_us, quarter_floor(first[meter_id][0]))
        end_us = min(end_us, quarter_ceil(newest_us + READING_REACH_US))
        days = await self._catalog.settled_days(READING, {"series": meter_id}, start_us, end_us)
        runs = day_runs(days)
        kept = [
            kept_quarters(self._client, READING_QUARTERS, {"meter_id": meter_id}, run)
            for run in runs
        ]
        parts = list(await asyncio.gather(*kept))
        parts += [
            await self._added_up(meter_id, interval, newest_us)
            for interval in between(runs, start_us, end_us)
        ]
        # what is kept knows no last reading: the quarter that the newest one holds in is made anew
        newest_quarter_us = quarter_floor(newest_us)
        if any(first <= newest_quarter_us < last for first, last in runs):
            parts = [_without(part, newest_quarter_us) for part in parts]
            interval = (newest_quarter_us, newest_quarter_us + QUARTER_US)
            parts.append(await self._added_up(meter_id, interval, newest_us))
        if not parts:
            return ReadingQuarters.empty()
        columns = joined(parts, READING_QUARTERS.fields)
        return ReadingQuarters(**columns)

    async def extents(self, meter_ids: Collection[str] | None = None) -> list[MeterExtent]:
        """Returns how far readings reach, from the ends of the series."""
        if meter_ids is not None and not meter_ids:
            return []
        newest, first, meters = await asyncio.gather(
            self._edges(LAST, meter_ids), self._edges(FIRST, meter_ids), self._catalog.meters()
        )
        return [
            MeterExtent(meters[meter_id], first[meter_id][0], last_us, float(np.float32(last_w)))
            for meter_id, (last_us, last_w) in newest.items()
            if meter_id in meters
            and meter_id in first
            and (meter_ids is None or meter_id in meter_ids)
        ]

    async def day_quarters(self, meter_id: str, day_us: int) -> Columns:
        """Returns the quarters of a day as they are kept."""
        return await self._added_up(meter_id, (day_us, day_us + DAY_US), _FOREVER_US)

    async def _added_up(self, meter_id: str, interval: Interval, newest_us: int) -> Columns:
        """Returns the quarters of an interval, added up from its rows a few days at a time."""
        parts = [columns_of(ReadingQuarters.empty())]
        for start_us in range(*interval, _DAYS_AT_ONCE * DAY_US):
            end_us = min(interval[1], start_us + _DAYS_AT_ONCE * DAY_US)
            rows = await self._rows(
                meter_id, start_us - READING_REACH_US, end_us + READING_REACH_US
            )
            parts.append(columns_of(reading_quarters(rows, start_us, end_us, newest_us)))
        return joined(parts, READING_QUARTERS.fields)

    async def _rows(self, meter_id: str, start_us: int, end_us: int) -> Readings:
        found = await self._client.query(
            ROWS.render(
                bucket=self._bucket,
                start=start_us,
                stop=end_us,
                series=one_series(READING, READING_FIELD, meter_id=meter_id),
                columns=("_time", "_value"),
            )
        )
        return _readings(found, None)

    async def _edges(
        self, edge: FluxTemplate, meter_ids: Collection[str] | None
    ) -> dict[str, tuple[int, float]]:
        """Returns time and power of the first or the newest reading of each meter."""
        asked = [resource_id("meter_id", each) for each in meter_ids or ()]
        ids = {"meter_id": asked} if len(asked) < _MAX_NAMED_METERS else {}
        found = await self._client.query(
            edge.render(
                bucket=self._bucket,
                start=0,
                stop=MAX_TIME_US,
                series=Series(READING, (READING_FIELD,), ids),
                columns=("_time", "_value", "meter_id"),
            )
        )
        return {
            meter_id: (time_us, power_w)
            for rows in found
            for meter_id, time_us, power_w in zip(
                rows.texts("meter_id"),
                rows.times_us().tolist(),
                rows.floats().tolist(),
                strict=True,
            )
        }


def touched_days(times_us: Int64Array, reach_us: int) -> Int64Array:
    """Returns the starts of the days to whose quarters rows at these times can matter."""
    first, last = (times_us.min() - reach_us) // DAY_US, (times_us.max() + reach_us) // DAY_US
    if last - first <= 1:  # as nearly always
        return np.arange(first, last + 1, dtype=np.int64) * DAY_US
    days = [np.unique((times_us + shift) // DAY_US) for shift in (-reach_us, 0, reach_us)]
    return np.unique(np.concatenate(days)) * DAY_US


def _readings(found: Sequence[Rows], limit: int | None) -> Readings:
    if not found:
        return Readings.empty()
    times = np.concatenate([rows.times_us() for rows in found])
    power = np.concatenate([rows.floats() for rows in found]).astype(np.float32)
    return Readings(times[:limit], power[:limit])


def _without(quarters: Columns, start_us: int) -> Columns:
    others = quarters["start_us"] != start_us
    return {name: column[others] for name, column in quarters.items()}
