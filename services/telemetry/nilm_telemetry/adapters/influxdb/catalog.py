"""What is known beside the rows: the kind of each meter, and which days are settled.

A UTC day of a series is *settled* once what is derived from its rows (downsampled readings, quarter
hours) is stored. Before rows of a day are sent, the day is marked as touched; whoever finds a day
touched later than it was settled reads its rows instead. A mark is good for a few minutes of
writing, and a day is settled only once it has rested for longer than that, so no row can slip in
between, whatever process wrote it. What is derived is thus never wrong, only absent for a while.
"""

from collections.abc import Sequence

import numpy as np

from nilm_core.access import MeterKind
from nilm_core.clock import Clock
from nilm_core.timegrid import Int64Array, to_us
from nilm_telemetry.adapters.influxdb.client import InfluxClient
from nilm_telemetry.adapters.influxdb.flux import LAST, MAX_TIME_US, ROWS, Series, series
from nilm_telemetry.adapters.influxdb.lines import Owner, meter_line, settled_line, touch_lines
from nilm_telemetry.adapters.influxdb.schema import (
    DAY,
    KIND,
    METER,
    SETTLED,
    TOUCH,
    TOUCHED,
    TOUCHED_DAY,
)
from nilm_telemetry.adapters.influxdb.writer import BucketWriter
from nilm_telemetry.domain.quarters import DAY_US
from nilm_telemetry.domain.readings import MeterSeries

_US_PER_S = 1_000_000
_MAX_MARKED = 100_000
"""Days whose marks are remembered; all are forgotten when there are more."""

TouchedDay = tuple[str, Owner, int]
"""Measurement, owner and start of a day."""


class Catalog:
    """The bucket beside the others."""

    def __init__(self, client: InfluxClient, writer: BucketWriter, clock: Clock) -> None:
        self._client = client
        self._writer = writer
        self._clock = clock
        self._bucket = client.config.catalog_bucket
        self._renewal_us = int(client.config.mark_renewal_s * _US_PER_S)
        self._marked: dict[TouchedDay, int] = {}
        self._kinds: dict[str, MeterKind] = {}

    def now_us(self) -> int:
        """Returns the present time."""
        return to_us(self._clock.now())

    async def touch(
        self,
        source: str,
        owners: Sequence[tuple[Owner, Int64Array]],
        meter: MeterSeries | None = None,
    ) -> None:
        """Marks days as touched, and remembers a meter's kind; both before rows are sent.

        Args:
            source: Measurement of the rows.
            owners: Series with the starts of their days.
            meter: The meter of the readings.
        """
        if self._is_known(source, owners, meter):
            return
        now_us = self.now_us()
        parts: list[bytes] = []
        marked: dict[TouchedDay, int] = {}
        for owner, days_us in owners:
            due = [day for day in days_us.tolist() if self._is_due((source, owner, day))]
            parts.append(touch_lines(source, owner, np.array(due, np.int64), now_us))
            marked |= dict.fromkeys(((source, owner, day) for day in due), now_us)
        if meter is not None and self._kinds.get(meter.meter_id) is not meter.kind:
            parts.append(meter_line(meter))
        await self._writer.write(lambda: parts, 2 * len(marked) + 1)
        if len(self._marked) > _MAX_MARKED:
            self._marked.clear()
        self._marked |= marked
        if meter is not None:
            self._kinds[meter.meter_id] = meter.kind

    def _is_known(
        self,
        source: str,
        owners: Sequence[tuple[Owner, Int64Array]],
        meter: MeterSeries | None,
    ) -> bool:
        if meter is not None and self._kinds.get(meter.meter_id) is not meter.kind:
            return False
        return not any(
            self._is_due((source, owner, day)) for owner, days in owners for day in days.tolist()
        )

    def _is_due(self, day: TouchedDay) -> bool:
        marked_us = self._marked.get(day)
        return marked_us is None or not 0 <= self.now_us() - marked_us < self._renewal_us

    async def meters(self) -> dict[str, MeterSeries]:
        """Returns all meters that were ever written to, by id."""
        found = await self._client.query(
            LAST.render(
                bucket=self._bucket,
                start=0,
                stop=MAX_TIME_US,
                series=series(METER, KIND),
                columns=("building_id", "meter_id", "_value"),
            )
        )
        return {
            meter_id: MeterSeries(building_id, meter_id, MeterKind(kind))
            for rows in found
            for building_id, meter_id, kind in zip(
                rows.texts("building_id"), rows.texts("meter_id"), rows.texts(), strict=True
            )
        }

    async def settled_days(
        self, source: str, names: dict[str, str], start_us: int, end_us: int
    ) -> Int64Array:
        """Returns the starts of the settled days that lie in an interval as a whole, in order.

        Args:
            source: Measurement of the rows.
            names: Tags of the series; `series`, and `building_id` where it is known.
            start_us: First instant.
            end_us: First instant after.
        """
        first_us, stop_us = -(-start_us // DAY_US) * DAY_US, end_us // DAY_US * DAY_US
        if stop_us <= first_us:
            return np.empty(0, np.int64)
        found = await self._client.query(
            ROWS.render(
                bucket=self._bucket,
                start=first_us,
                stop=stop_us,
                series=series(DAY, TOUCHED, SETTLED, source=source, **names),
                columns=("_time", "_field", "_value"),
            )
        )
        marks: dict[str, dict[int, int]] = {TOUCHED: {}, SETTLED: {}}
        for rows in found:
            for day, name, value in zip(
                rows.times_us().tolist(),
                rows.texts("_field"),
                rows.integers().tolist(),
                strict=True,
            ):
                marks[name][day] = value
        touched = marks[TOUCHED]
        settled = [day for day, at in marks[SETTLED].items() if at >= touched.get(day, at + 1)]
        return np.array(sorted(settled), np.int64)

    async def touched(self, since_us: int) -> dict[TouchedDay, int]:
        """Returns the days that were touched since a time, and when they last were."""
        found = await self._client.query(
            ROWS.render(
                bucket=self._bucket,
                start=since_us,
                stop=MAX_TIME_US,
                series=Series(TOUCH, (TOUCHED_DAY,), {}),
                columns=("_time", "_value", "source", "building_id", "series"),
            )
        )
        latest: dict[TouchedDay, int] = {}
        for rows in found:
            columns = (
                rows.texts("source"),
                rows.texts("building_id"),
                rows.texts("series"),
                rows.integers().tolist(),
                rows.times_us().tolist(),
            )
            for source, building_id, name, day_us, time_us in zip(*columns, strict=True):
                key = (source, (building_id, name), day_us)
                latest[key] = max(time_us, latest.get(key, time_us))
        return latest

    async def settle(self, day: TouchedDay, touched_us: int) -> None:
        """Marks a day as settled as of when it was touched."""
        source, owner, day_us = day
        await self._writer.write(lambda: [settled_line(source, owner, day_us, touched_us)], 1)
