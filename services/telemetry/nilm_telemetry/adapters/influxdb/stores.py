"""Puts the stores of one InfluxDB together."""

import asyncio
import logging
from contextlib import AsyncExitStack
from typing import Self

from nilm_core.clock import Clock, SystemClock
from nilm_core.errors import NilmError, UnavailableError
from nilm_telemetry import metrics
from nilm_telemetry.adapters.influxdb.catalog import Catalog
from nilm_telemetry.adapters.influxdb.client import InfluxClient
from nilm_telemetry.adapters.influxdb.config import InfluxConfig
from nilm_telemetry.adapters.influxdb.correction_store import InfluxCorrectionStore
from nilm_telemetry.adapters.influxdb.prediction_store import InfluxPredictionStore
from nilm_telemetry.adapters.influxdb.provisioning import prepare_buckets
from nilm_telemetry.adapters.influxdb.quarters import QUARTER_LEVEL
from nilm_telemetry.adapters.influxdb.reading_store import InfluxReadingStore
from nilm_telemetry.adapters.influxdb.refusals import NOT_SET_UP
from nilm_telemetry.adapters.influxdb.settling import Settler
from nilm_telemetry.adapters.influxdb.tasks import DownsampleTasks
from nilm_telemetry.adapters.influxdb.writer import BucketWriter

_log = logging.getLogger(__name__)

_RETRY_S = 5.0


class InfluxStores:
    """Readings, predictions and corrections in one organisation; use it in `async with`.

    The server may be away: it is set up once it answers, and until then every call is told so.
    """

    def __init__(self, config: InfluxConfig, clock: Clock | None = None) -> None:
        self._config = config
        self._clock = clock or SystemClock()
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        config, enter = self._config, self._open.enter_async_context
        self.client = await enter(InfluxClient(config))
        readings, predictions, catalog, quarters = [
            await enter(BucketWriter(self.client, bucket))
            for bucket in (
                config.raw_bucket,
                config.predictions_bucket,
                config.catalog_bucket,
                config.level_bucket(QUARTER_LEVEL),
            )
        ]
        writers = (readings, predictions, catalog, quarters)
        metrics.QUEUED_ROWS.set_function(lambda: sum(one.queued_rows for one in writers))
        known = Catalog(self.client, catalog, self._clock)
        self.readings = InfluxReadingStore(self.client, readings, known)
        self.predictions = InfluxPredictionStore(self.client, predictions, known)
        self.corrections = InfluxCorrectionStore(self.client, catalog)
        self.tasks = DownsampleTasks(self.client)
        stores = (self.readings, self.predictions)
        self.settler = Settler(self.client, known, stores, (catalog, quarters), self.tasks)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def check(self) -> None:
        """Raises where the server does not answer."""
        await self.client.check()

    async def prepare(self) -> None:
        """Makes the buckets and tasks that are missing; tasks only where the token may.

        Raises:
            NilmError: The server is away, or a bucket is missing that the token may not make.
        """
        made = await prepare_buckets(self.client)
        if made:
            _log.info("made buckets", extra={"buckets": made})
        try:
            await self.tasks.prepare()
        except UnavailableError as error:
            if error.reason != NOT_SET_UP:
                raise
            # what they would do is then done from here
            _log.warning("no downsampling tasks", extra={"cause": error.message})

    async def maintain(self) -> None:
        """Sets the server up once it answers, and settles days from then on, for ever."""
        has_failed = False
        while True:
            try:
                await self.prepare()
            except NilmError as error:
                if not has_failed:
                    _log.warning(
                        "the time-series store is not set up yet", extra={"cause": error.message}
                    )
                has_failed = True
                await asyncio.sleep(_RETRY_S)
            else:
                break
        if has_failed:
            _log.info("the time-series store is set up")
        await self.settler.run()
