"""The live loop: predicts what each building's meter sent since its watermark.

The watermark is how far the stored predictions reach, so a restart loses nothing. The newest half
window before it was predicted without its future, and is predicted again now and then as that
arrives, see `LiveProgress`; the same cells are written over.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nilm_core.clock import Clock
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
from nilm_inference.service.live_progress import LiveProgress
from nilm_models.bundle import LoadedModel

_log = logging.getLogger(__name__)

_OF_ONE_BUILDING = (
    NotFoundError,
    PermissionDeniedError,
    FailedPreconditionError,
    InvalidArgumentError,
)
"""Errors that say something of a building; all others say that a service is away."""

_LONGEST_BACK_OFF = timedelta(seconds=60)

_BUILDINGS_AT_ONCE = 16
"""Buildings in hand: while some are evaluated, in one batch, others are read and written."""


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """How the loop goes."""

    period: timedelta
    """Time from the begin of a round to that of the next where there is no backlog; a round that
    takes longer is followed at once."""
    chunk_span: timedelta
    chunks_per_round: int
    """Most chunks of one building in a round, so that a long history does not starve others; more
    where the newest half window is longer."""
    refine_period: timedelta
    """Time between two predictions of the newest half window; 0 for one with each new cell."""


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
        clock: Clock,
    ) -> None:
        self._catalog = catalog
        self._choice = choice
        self._activity = activity
        self._estimator = estimator
        self._sink = sink
        self._tally = tally
        self._clock = clock
        self._settings = settings
        self._generation = -1
        self._progress: dict[str, LiveProgress] = {}
        self._refused: set[str] = set()
        self._failure_count = 0

    async def run(self) -> None:
        """Goes on until it is cancelled; a failure and the recovery are logged once each."""
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            try:
                has_backlog = await self.round()
            except Exception as error:  # noqa: BLE001 whatever it is, the next round may do better
                self._note_failure(error)
                wait = self._settings.period * 2 ** min(self._failure_count - 1, 10)
                await asyncio.sleep(min(wait, _LONGEST_BACK_OFF).total_seconds())
                continue
            self._note_success()
            left_s = begun + self._settings.period.total_seconds() - loop.time()
            await asyncio.sleep(0.0 if has_backlog else max(0.0, left_s))

    async def round(self) -> bool:
        """Brings every building forward; returns whether any has more to do at once.

        Raises:
            NilmError: A service is away.
        """
        models = list(self._catalog.serving().values())
        if self._catalog.generation != self._generation:
            self._generation = self._catalog.generation
            self._progress.clear()  # a model that is new starts at the first reading
            self._tally.forget_models()
        if not models:
            return False
        known = await self._activity.activity()
        self._progress = {
            each.building_id: self._progress[each.building_id]
            for each in known
            if each.building_id in self._progress
        }
        buildings = iter(known)
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
        if closed <= building.first_reading:
            return False
        period, now = self._settings.refine_period, self._clock.now()
        progress = self._progress.get(building.building_id)
        if progress is not None and not progress.has_work(closed, now, period):
            return False
        if progress is None or progress.is_refined(closed, now, period):
            progress = await self._chosen(building, models)
            if not progress.has_work(closed, now, period):
                return False
        refines = progress.is_refined(closed, now, period)
        start = progress.settled_until if refines else progress.newest_from
        reached = max(building.first_reading, start)
        for number, chunk in enumerate(chunks(reached, closed, self._settings.chunk_span)):
            is_settled = reached <= closed - progress.unsettled  # or else it would come again
            if number >= self._settings.chunks_per_round and is_settled:
                break
            await self._predict(building, progress, chunk, closed)
            _, reached = chunk
            if refines:
                progress.refined(reached, closed)
            else:
                progress.extended(reached, now)
        has_more = reached < closed
        if refines and not has_more:
            progress.refined_all(building.building_id, period)
        return has_more

    async def _predict(
        self,
        building: BuildingActivity,
        progress: LiveProgress,
        chunk: tuple[datetime, datetime],
        closed: datetime,
    ) -> None:
        """Predicts the cells of a chunk of what has closed, and keeps them."""
        models = progress.models
        works = self._estimator.plan(models, *chunk, closed)
        if not works:
            return
        readings = await self._estimator.readings(building.building_id, works)
        series = await self._estimator.estimate(works, readings)
        count = sum(each.predicted_count for each in series)
        if not count:
            return
        await self._sink.write(building.building_id, series)
        metrics.LIVE_CELLS.inc(count)
        self._tally.count(
            building,
            models,
            series,
            readings,
            settled_until=closed - progress.unsettled,
            unsettled=progress.unsettled,
        )

    async def _chosen(
        self, building: BuildingActivity, models: Sequence[LoadedModel]
    ) -> LiveProgress:
        """Asks what runs in a building; an appliance that is new starts at its first reading."""
        chosen = await self._choice.by_default(building.building_id, models)
        progress = self._progress.get(building.building_id)
        if progress is None or not progress.covers(chosen):
            progress = LiveProgress.begun(building, chosen, self._settings.refine_period)
            self._progress[building.building_id] = progress
        progress.models = chosen
        return progress

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
