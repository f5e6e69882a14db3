"""Settles days: downsamples their readings and keeps their quarter hours; see `catalog`.

What is recent and complete is downsampled by tasks of the server, for all meters at once. A day
that no task covers, because its rows came late or a task did not run, is downsampled from here.
"""

import asyncio
import logging

import numpy as np

from nilm_core.errors import NilmError
from nilm_telemetry.adapters.influxdb.catalog import Catalog, TouchedDay
from nilm_telemetry.adapters.influxdb.client import InfluxClient
from nilm_telemetry.adapters.influxdb.flux import DOWNSAMPLE, LAST, MAX_TIME_US, series
from nilm_telemetry.adapters.influxdb.lines import Owner, field_lines
from nilm_telemetry.adapters.influxdb.prediction_store import InfluxPredictionStore
from nilm_telemetry.adapters.influxdb.quarters import (
    PREDICTION_QUARTERS,
    READING_QUARTERS,
    dense_day,
)
from nilm_telemetry.adapters.influxdb.reading_store import InfluxReadingStore
from nilm_telemetry.adapters.influxdb.schema import (
    DOWNSAMPLE_FUNCTIONS,
    LEVELS,
    READING,
    READING_FIELD,
    SETTLED_UNTIL,
    SETTLER,
    STATISTICS,
)
from nilm_telemetry.adapters.influxdb.tasks import DownsampleTasks
from nilm_telemetry.adapters.influxdb.writer import BucketWriter
from nilm_telemetry.domain.quarters import DAY_US

_log = logging.getLogger(__name__)

_US_PER_S = 1_000_000


class Settler:
    """Looks for days that rest, and settles them."""

    def __init__(
        self,
        client: InfluxClient,
        catalog: Catalog,
        stores: tuple[InfluxReadingStore, InfluxPredictionStore],
        writers: tuple[BucketWriter, BucketWriter],
        tasks: DownsampleTasks,
    ) -> None:
        self._client = client
        self._catalog = catalog
        self._readings, self._predictions = stores
        self._catalog_writer, self._quarter_writer = writers
        self._tasks = tasks
        self._rest_us = int(client.config.settle_after_s * _US_PER_S)
        self._until_us: int | None = None
        self._done: dict[TouchedDay, int] = {}

    async def run(self) -> None:
        """Settles for ever; a failure is logged once, and so is the recovery."""
        has_failed = False
        while True:
            try:
                await self.settle_rested()
            except NilmError as error:
                if not has_failed:
                    _log.warning("days wait to be settled", extra={"cause": error.message})
                has_failed = True
            else:
                if has_failed:
                    _log.info("days are settled again")
                has_failed = False
            await asyncio.sleep(self._client.config.settle_period_s)

    async def settle_rested(self) -> int:
        """Settles every day that has rested long enough; returns how many those were.

        Raises:
            NilmError: The server is away, or refuses.
        """
        if self._until_us is None:
            self._until_us = await self._settled_until()
        now_us = self._catalog.now_us()
        latest = await self._catalog.touched(self._until_us)
        covered = await self._tasks.coverage(now_us)
        waiting_us = [now_us - self._rest_us]
        settled = 0
        for day, touched_us in latest.items():
            if self._done.get(day) == touched_us:
                continue
            if touched_us > now_us - self._rest_us or covered.is_awaited(day, touched_us):
                waiting_us.append(touched_us)
                continue
            await self._settle(day, touched_us, is_downsampled=covered.holds(day, touched_us))
            self._done[day] = touched_us
            settled += 1
        await self._move_on(min(waiting_us))
        return settled

    async def _settle(self, day: TouchedDay, touched_us: int, *, is_downsampled: bool) -> None:
        source, owner, day_us = day
        if source == READING:
            if not is_downsampled:
                await self._downsample(owner, day_us)
            quarters = await self._readings.day_quarters(owner[1], day_us)
            measurement = READING_QUARTERS.measurement
            tags = {"building_id": owner[0], "meter_id": owner[1]}
        else:
            quarters = await self._predictions.day_quarters(owner, day_us)
            measurement = PREDICTION_QUARTERS.measurement
            tags = {"building_id": owner[0], "appliance_name": owner[1]}
        columns, starts_us = dense_day(quarters, day_us)
        lines = field_lines(measurement, tags, columns, starts_us)
        await self._quarter_writer.write(lambda: [lines], len(starts_us))
        await self._catalog.settle(day, touched_us)

    async def _downsample(self, owner: Owner, day_us: int) -> None:
        config = self._client.config
        for level in LEVELS:
            for field, function in zip(STATISTICS, DOWNSAMPLE_FUNCTIONS, strict=True):
                await self._client.query(
                    DOWNSAMPLE.render(
                        bucket=config.raw_bucket,
                        start=day_us,
                        stop=day_us + DAY_US,
                        series=series(
                            READING, READING_FIELD, building_id=owner[0], meter_id=owner[1]
                        ),
                        every=level.period_us,
                        function=function,
                        field=field,
                        target=config.level_bucket(level.name),
                        name=field,
                    )
                )

    async def _settled_until(self) -> int:
        found = await self._client.query(
            LAST.render(
                bucket=self._client.config.catalog_bucket,
                start=0,
                stop=MAX_TIME_US,
                series=series(SETTLER, SETTLED_UNTIL),
                columns=("_time", "_value"),
            )
        )
        return int(found[0].integers()[0]) if found else 0

    async def _move_on(self, until_us: int) -> None:
        if until_us == self._until_us:
            return
        columns = {SETTLED_UNTIL: np.array([until_us], np.int64)}
        line = field_lines(SETTLER, {}, columns, np.zeros(1, np.int64))
        await self._catalog_writer.write(lambda: [line], 1)
        self._until_us = until_us
        self._done = {day: at for day, at in self._done.items() if at >= until_us}
