"""Opens the file and puts the stores together."""

import asyncio
import logging
from typing import Self

from nilm_core.errors import NilmError
from nilm_telemetry import metrics
from nilm_telemetry.adapters.duckdb.committer import GroupCommitter
from nilm_telemetry.adapters.duckdb.correction_store import (
    CorrectionTable,
    DuckDbCorrectionStore,
)
from nilm_telemetry.adapters.duckdb.database import Database, DatabaseConfig, translated
from nilm_telemetry.adapters.duckdb.prediction_store import (
    PREDICTION_COLUMNS,
    PREDICTION_ROLLUP,
    DuckDbPredictionStore,
)
from nilm_telemetry.adapters.duckdb.reading_store import READING_ROLLUP, DuckDbReadingStore
from nilm_telemetry.adapters.duckdb.registry import Registry
from nilm_telemetry.adapters.duckdb.rollups import RollUps
from nilm_telemetry.adapters.duckdb.series_table import SeriesTable

_log = logging.getLogger(__name__)

_ROLL_UP_PERIOD_S = 5.0
_ROLL_UP_PAUSE_S = 0.02


class DuckDbStores:
    """Readings, predictions and corrections in one file.

    Raises:
        DataCorruptionError: The file is damaged.
        UnavailableError: Another process holds the file.
    """

    def __init__(self, config: DatabaseConfig) -> None:
        self._database = Database(config)
        try:
            with translated(config.path):
                self._open()
        except BaseException:
            self._database.close()
            raise

    def _open(self) -> None:
        owner = self._database.owner
        meters = Registry(owner, "meter_series", ("building_id", "meter_id", "kind"))
        appliances = Registry(owner, "prediction_series", ("building_id", "appliance_id"))
        versions = Registry(owner, "model_version", ("model_version",))
        reading_rollups = RollUps(owner, READING_ROLLUP)
        readings = SeriesTable(owner, "reading", {"power_w": "FLOAT"}, reading_rollups)
        prediction_rollups = RollUps(owner, PREDICTION_ROLLUP)
        corrections = CorrectionTable(owner)
        predictions = SeriesTable(owner, "prediction", PREDICTION_COLUMNS, prediction_rollups)
        self._committer = GroupCommitter(
            self._database,
            # rows before what is derived from them: they forget what the same transaction changes
            (
                meters,
                appliances,
                versions,
                readings,
                predictions,
                reading_rollups,
                prediction_rollups,
                corrections,
            ),
        )
        self.corrections = DuckDbCorrectionStore(self._committer, corrections)
        self._rolled_up = ((readings, reading_rollups), (predictions, prediction_rollups))
        self.readings = DuckDbReadingStore(
            self._database, self._committer, meters, readings, reading_rollups
        )
        self.predictions = DuckDbPredictionStore(
            self._database, self._committer, (appliances, versions), predictions, prediction_rollups
        )

    async def check(self) -> None:
        """Raises where the store does not answer."""
        await self._database.read(lambda cursor: cursor.execute("SELECT 1").fetchall())

    async def maintain(self) -> None:
        """Adds up closed days in the background, a few at a time, for ever."""
        while True:
            try:
                has_more = await self.readings.roll_up() or await self.predictions.roll_up()
                open_days = [
                    rollups.open_day_count(table.states) for table, rollups in self._rolled_up
                ]
                metrics.OPEN_DAYS.set(sum(open_days))
            except NilmError:
                _log.exception("adding up closed days failed")
                has_more = False
            await asyncio.sleep(_ROLL_UP_PAUSE_S if has_more else _ROLL_UP_PERIOD_S)

    async def close(self) -> None:
        """Commits what waits and closes the file."""
        await self._committer.close()
        await asyncio.to_thread(self._database.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
