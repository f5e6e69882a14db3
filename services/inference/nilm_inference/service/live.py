"""The live loop: predicts what each building's meter sent since its watermark.

The watermark is how far the stored predictions reach, so a restart loses nothing. The newest half
window before it was predicted without its future, and is predicted again as that arrives; the same
cells are written over.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from nilm_core.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    NilmError,
    NotFoundError,
    PermissionDeniedError,
)
from nilm_inference import metrics
from nilm_inference.domain.cells import chunks, floor_to_cell
from nilm_inference.domain.series import BuildingActivity
from nilm_inference.ports import ActivitySource, PredictionSink
from nilm_inference.service.catalog import ModelCatalog
from nilm_inference.service.choice import ModelChoice
from nilm_inference.service.drift import DriftTally
from nilm_inference.service.intervals import IntervalEstimator
from nilm_models.bundle import LoadedModel
from nilm_models.windows import context_span

_log = logging.getLogger(__name__)

_OF_ONE_BUILDING = (
    NotFoundError,
    PermissionDeniedError,
    FailedPreconditionError,
    InvalidArgumentError,
)
"""Errors that say something of a building; all others say that a service is away."""

_LONGEST_BACK_OFF = timedelta(seconds=60)

_BUILDINGS_AT_ONCE = 4
"""Buildings in hand: while one is evaluated, others are read and written."""


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """How the loop goes."""

    period: timedelta
    """Time between two rounds where there is no backlog."""
    chunk_span: timedelta
    chunks_per_round: int
    """Most chunks of one building in a round, so that a long history does not starve others."""


class LiveLoop:
    """Pulls its work from telemetry, round by round."""

    def __init__(
        self,
        catalog: ModelCatalog,
        activity: ActivitySource,
        estimator: IntervalEstimator,
        sink: PredictionSink,
        settings: LiveSettings,
        *,
        choice: ModelChoice,
        tally: DriftTally,
    ) -> None:
        self._catalog = catalog
        self._choice = choice
        self._activity = activity
        self._estimator = estimator
        self._sink = sink
        self._tally = tally
        self._settings = settings
        self._generation = -1
        self._done_until: dict[str, datetime] = {}
        self._appliances: dict[str, set[str]] = {}
        self._refused: set[str] = set()
        self._failure_count = 0

    async def run(self) -> None:
        """Goes on until it is cancelled; a failure and the recovery are logged once each."""
        while True:
            try:
                has_backlog = await self.round()
            except Exception as error:  # noqa: BLE001 whatever it is, the next round may do better
                self._note_failure(error)
                wait = self._settings.period * 2 ** min(self._failure_count - 1, 10)
                await asyncio.sleep(min(wait, _LONGEST_BACK_OFF).total_seconds())
                continue
            self._note_success()
            await asyncio.sleep(0.0 if has_backlog else self._settings.period.total_seconds())

    async def round(self) -> bool:
        """Brings every building forward; returns whether any has more to do at once.

        Raises:
            NilmError: A service is away.
        """
        models = list(self._catalog.serving().values())
        if self._catalog.generation != self._generation:
            self._generation = self._catalog.generation
            self._done_until.clear()  # a model that is new starts at the first reading
            self._tally.forget_models()
        if not models:
            return False
        buildings = iter(await self._activity.activity())
        try:
            async with asyncio.TaskGroup() as group:
                workers = [
                    group.create_task(self._advance_each(buildings, models))
                    for _ in range(_BUILDINGS_AT_ONCE)
                ]
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        return any(worker.result() for worker in workers)

    async def _advance_each(
        self, buildings: Iterator[BuildingActivity], models: Sequence[LoadedModel]
    ) -> bool:
        """Advances those that nobody else has taken; returns whether any has more to do."""
        has_backlog = False
        for building in buildings:
            try:
                has_backlog |= await self._advance(building, models)
                self._refused.discard(building.building_id)
            except _OF_ONE_BUILDING as error:
                self._note_refusal(building.building_id, error)
        return has_backlog

    async def _advance(self, building: BuildingActivity, models: Sequence[LoadedModel]) -> bool:
        """Predicts a few chunks of one building; returns whether more are left."""
        closed = max(
            floor_to_cell(building.latest_reading, model.entry.sample_period) for model in models
        )
        if closed <= self._done_until.get(building.building_id, building.first_reading):
            return False
        models = await self._chosen(building.building_id, models)
        if not models:
            return False
        done_until = self._watermark(building, models)
        if closed <= done_until:
            return False
        rewind = max(
            context_span(model.entry.sample_period, model.entry.input_window_size)
            for model in models
        )
        start = max(building.first_reading, done_until - rewind)
        bounds = chunks(done_until, closed, self._settings.chunk_span)
        for _, chunk_end in islice(bounds, self._settings.chunks_per_round):
            works = self._estimator.plan(models, start, chunk_end, closed)
            if works:
                readings = await self._estimator.readings(building.building_id, works)
                series = await self._estimator.estimate(works, readings)
                if count := sum(each.predicted_count for each in series):
                    await self._sink.write(building.building_id, series)
                    metrics.LIVE_CELLS.inc(count)
                    self._tally.count(
                        building,
                        models,
                        series,
                        readings,
                        settled_until=closed - rewind,
                        unsettled=rewind,
                    )
            self._done_until[building.building_id] = start = chunk_end
        return self._done_until[building.building_id] < closed

    async def _chosen(
        self, building_id: str, models: Sequence[LoadedModel]
    ) -> Sequence[LoadedModel]:
        """Returns what runs in a building; an appliance that is new starts at its first reading."""
        chosen = await self._choice.by_default(building_id, models)
        appliances = {model.entry.appliance_id for model in chosen}
        if not appliances <= self._appliances.get(building_id, appliances):
            self._done_until.pop(building_id, None)
        self._appliances[building_id] = appliances
        return chosen

    def _watermark(self, building: BuildingActivity, models: Sequence[LoadedModel]) -> datetime:
        """Returns how far this process came, or else how far the stored predictions reach."""
        known = self._done_until.get(building.building_id)
        if known is None:
            reaches = {each.appliance_id: each.predicted_until for each in building.reaches}
            known = min(
                reaches.get(model.entry.appliance_id, building.first_reading) for model in models
            )
            known = min(known, building.latest_reading)
            self._done_until[building.building_id] = known
        return known

    def _note_refusal(self, building_id: str, error: NilmError) -> None:
        if building_id not in self._refused:
            self._refused.add(building_id)
            _log.warning(
                "building cannot be predicted",
                extra={"building_id": building_id, "failure": error.message},
            )

    def _note_failure(self, error: Exception) -> None:
        metrics.LIVE_ROUNDS.labels("false").inc()
        self._failure_count += 1
        if self._failure_count == 1:
            is_known = isinstance(error, NilmError)
            _log.warning(
                "live loop failed, trying again",
                extra={"failure": str(error) or type(error).__name__},
                exc_info=None if is_known else error,
            )

    def _note_success(self) -> None:
        metrics.LIVE_ROUNDS.labels("true").inc()
        if self._failure_count:
            _log.info("live loop works again", extra={"failed_rounds": self._failure_count})
            self._failure_count = 0
