"""Counts what models meet in the live loop, and compares it with what they were trained on.

A cell is counted once its whole future is known, so what counts is what the estimate settled to.
Counts go from memory to the store once in a while; what a crash takes along is the last while.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from nilm_core.clock import Clock
from nilm_core.errors import NilmError
from nilm_core.timegrid import MAX_GAP, TimeGrid, resample_mean, span_us, to_us
from nilm_inference import metrics
from nilm_inference.domain.drift import (
    DriftReport,
    ModelWeek,
    first_kept_week,
    week_start,
)
from nilm_inference.domain.series import BuildingActivity, Float32Array, PredictionSeries, Readings
from nilm_inference.ports import DriftStore
from nilm_inference.service.catalog import ModelCatalog
from nilm_models.bundle import LoadedModel
from nilm_models.drift import ModelStatistics, statistics_of
from nilm_models.entry import ModelEntry

_log = logging.getLogger(__name__)


class DriftTally:
    """What was counted since it was last taken; bounded, since few weeks of each model count."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lots: dict[ModelWeek, ModelStatistics] = {}
        self._counted_until: dict[tuple[str, str, str], datetime] = {}

    def count(
        self,
        building: BuildingActivity,
        models: Sequence[LoadedModel],
        series: Sequence[PredictionSeries],
        readings: Readings,
        *,
        settled_until: datetime,
        unsettled: timedelta,
    ) -> None:
        """Counts the cells of a chunk that have settled and were not counted yet.

        Args:
            building: The building, and how far its predictions reached before.
            models: The models that estimated the chunk.
            series: Their estimates.
            readings: The mains that these were made from.
            settled_until: Estimates of cells that end by then will not change.
            unsettled: How much of what was predicted before had not settled.
        """
        entries = {model.entry.appliance_id: model.entry for model in models}
        reaches = {each.appliance_id: each.predicted_until for each in building.reaches}
        kept = first_kept_week(self._clock.now())
        for each in series:
            entry = entries[each.appliance_id]
            if entry.training_statistics is None:
                continue
            key = (building.building_id, *entry.key)
            reach = reaches.get(each.appliance_id)
            known = self._counted_until.get(key) or (kept if reach is None else reach - unsettled)
            cells = _cells(each, max(known, kept), settled_until)
            if cells.start < cells.stop:
                self._add(entry, each, cells, _mains_w(readings, each, cells))
                self._counted_until[key] = each.start + cells.stop * each.sample_period

    def forget_models(self) -> None:
        """Forgets how far was counted, since other models may serve from now on."""
        self._counted_until.clear()

    def take(self) -> dict[ModelWeek, ModelStatistics]:
        """Returns what was counted, which is then the caller's."""
        taken, self._lots = self._lots, {}
        return taken

    def give_back(self, lots: Mapping[ModelWeek, ModelStatistics]) -> None:
        """Takes back what could not be kept."""
        for week, lot in lots.items():
            self._lots[week] = self._lots.get(week, ModelStatistics()) + lot

    def _add(
        self, entry: ModelEntry, series: PredictionSeries, cells: slice, mains_w: Float32Array
    ) -> None:
        starts_us = to_us(series.start) + span_us(series.sample_period) * np.arange(
            cells.start, cells.stop, dtype=np.int64
        )
        power_w, confidence = series.power_w[cells], series.confidence[cells]
        monday = week_start(series.start + cells.start * series.sample_period)
        while len(starts_us):
            monday_after = monday + timedelta(weeks=1)
            here = slice(0, int(np.searchsorted(starts_us, to_us(monday_after))))
            lot = statistics_of(mains_w[here], power_w[here], confidence[here])
            if lot.cells:
                self.give_back({ModelWeek(monday, *entry.key): lot})
            rest = slice(here.stop, None)
            starts_us, mains_w = starts_us[rest], mains_w[rest]
            power_w, confidence = power_w[rest], confidence[rest]
            monday = monday_after


class ModelDrift:
    """Keeps what was counted, and reports how far models are from their training."""

    def __init__(
        self, catalog: ModelCatalog, store: DriftStore, clock: Clock, *, threshold: float
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._clock = clock
        self._threshold = threshold
        self._is_failing = False

    async def report(self, entry: ModelEntry) -> DriftReport:
        """Compares the weeks of a model with its training.

        Raises:
            UnavailableError: What was counted cannot be read now.
        """
        lots = await self._store.read(first_kept_week(self._clock.now()))
        return self._report(entry, lots)

    async def keep(self, tally: DriftTally, period: timedelta) -> None:
        """Moves what a tally counts to the store until it is cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(period.total_seconds())
                await self._flush(tally)
        finally:
            await self._flush(tally)

    async def _flush(self, tally: DriftTally) -> None:
        lots = tally.take()
        try:
            await self._store.add(lots)
        except NilmError as error:
            tally.give_back(lots)
            if not self._is_failing:
                self._is_failing = True
                _log.warning("drift cannot be kept", extra={"failure": error.message})
            return
        try:
            kept = await self._store.read(first_kept_week(self._clock.now()))
        except NilmError as error:
            _log.warning("drift cannot be read", extra={"failure": error.message})
            return
        metrics.DRIFT_PSI.clear()  # versions that no longer serve have no index any more
        for model in self._catalog.serving().values():
            _show(model.entry, self._report(model.entry, kept))
        if self._is_failing:
            self._is_failing = False
            _log.info("drift is kept again")

    def _report(self, entry: ModelEntry, lots: Mapping[ModelWeek, ModelStatistics]) -> DriftReport:
        weeks = [
            (week.start, lot)
            for week, lot in lots.items()
            if (week.model_id, week.model_version) == entry.key
        ]
        return DriftReport.of(entry.training_statistics, self._threshold, weeks)


def _cells(series: PredictionSeries, since: datetime, until: datetime) -> slice:
    """Returns the cells of a series that start from `since` on and end by `until`."""
    start_us, step = to_us(series.start), span_us(series.sample_period)
    first = max(0, -(-(to_us(since) - start_us) // step))
    last = min(len(series.power_w), (to_us(until) - start_us) // step)
    return slice(first, last)


def _mains_w(readings: Readings, series: PredictionSeries, cells: slice) -> Float32Array:
    period = series.sample_period
    grid = TimeGrid(series.start + cells.start * period, period, cells.stop - cells.start)
    around_us = (to_us(grid.start - MAX_GAP), to_us(grid.end + MAX_GAP))
    near = slice(*np.searchsorted(readings.times_us, around_us))
    mains_w = resample_mean(readings.times_us[near], readings.power_w[near], grid)
    return mains_w.astype(np.float32)


def _show(entry: ModelEntry, report: DriftReport) -> None:
    """Sets the metrics of a model to the week that decides."""
    if report.decisive is None:
        return
    drift = report.decisive.drift
    indexes = {
        "mains": drift.mains_psi,
        "probability": drift.probability_psi,
        "power": drift.power_psi,
    }
    for name, value in indexes.items():
        if value is not None:
            metrics.DRIFT_PSI.labels(entry.appliance_id, *entry.key, name).set(value)
