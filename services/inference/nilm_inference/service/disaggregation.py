"""A long interval, chunk by chunk: durable, resumable, and cancelled by going away."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

from nilm_core.errors import InvalidArgumentError, ResourceExhaustedError
from nilm_inference.domain.cells import cells_of_chunk, chunks
from nilm_inference.domain.progress import IntervalRequest, Progress, known_appliances, resume
from nilm_inference.domain.series import PredictionSeries, Readings
from nilm_inference.ports import PredictionSink, PredictionSource
from nilm_inference.service.catalog import ModelCatalog
from nilm_inference.service.choice import ModelChoice
from nilm_inference.service.intervals import ChunkWork, IntervalEstimator
from nilm_models.bundle import LoadedModel

_RETRY_AFTER = timedelta(seconds=10)


class IntervalDisaggregation:
    """Disaggregates intervals, a bounded number at a time."""

    def __init__(
        self,
        catalog: ModelCatalog,
        choice: ModelChoice,
        estimator: IntervalEstimator,
        sink: PredictionSink,
        source: PredictionSource,
        *,
        chunk_span: timedelta,
        max_running: int,
    ) -> None:
        self._catalog = catalog
        self._choice = choice
        self._estimator = estimator
        self._sink = sink
        self._source = source
        self._chunk_span = chunk_span
        self._max_running = max_running
        self._running = 0

    async def run(
        self, request: IntervalRequest, *, resume_token: str, omit_results: bool
    ) -> AsyncGenerator[Progress | PredictionSeries]:
        """Yields progress after each durable chunk, then the results as telemetry keeps them.

        Raises:
            InvalidArgumentError: An appliance is not served, the interval holds no whole cell, or
                the token is not of this request.
            FailedPreconditionError: No appliance was asked for, and no model runs by default.
            ResourceExhaustedError: As many disaggregations as allowed are running.
            NilmError: Readings or predictions could not be moved; the last token goes on.
        """
        models = await self._choice.of_request(
            request.building_id, request.appliance_ids, self._models(request)
        )
        progress = resume(request, resume_token)
        if self._running >= self._max_running:
            raise ResourceExhaustedError(
                f"{self._max_running} disaggregations are running; try again in a while",
                reason="TOO_MANY_DISAGGREGATIONS",
                retry_after=_RETRY_AFTER,
            )
        self._running += 1
        try:
            async with aclosing(self._chunks(progress, models)) as steps:
                async for step in steps:
                    yield step
        finally:
            self._running -= 1
        if not omit_results:
            names = [model.entry.appliance_id for model in models]
            results = self._source.read(request.building_id, names, request.start, request.end)
            async for series in results:
                origin = self._catalog.training_data(series.appliance_id, series.model_version)
                yield replace(series, training_data=origin)

    def check(self, request: IntervalRequest) -> None:
        """Checks that a request could be run now.

        Raises:
            InvalidArgumentError: An appliance is not served, or the interval holds no whole cell.
        """
        self._models(request)

    def _models(self, request: IntervalRequest) -> list[LoadedModel]:
        served = self._catalog.serving()
        names = known_appliances(request.appliance_ids, list(served))
        models = [served[name] for name in names]
        _check_interval(request, models)
        return models

    async def _chunks(
        self, progress: Progress, models: list[LoadedModel]
    ) -> AsyncGenerator[Progress]:
        """Evaluates one chunk while the next one is read."""
        request = progress.request
        bounds = list(chunks(progress.done_until, request.end, self._chunk_span))
        plans = [self._estimator.plan(models, *each, request.end) for each in bounds]
        yield progress
        reading = self._read(request, plans[0]) if plans else None
        try:
            for index, works in enumerate(plans):
                readings = await reading if reading is not None else None
                more = index + 1 < len(plans)
                reading = self._read(request, plans[index + 1]) if more else None
                count = await self._keep(request, works, readings)
                progress = replace(
                    progress,
                    done_until=bounds[index][1],
                    prediction_count=progress.prediction_count + count,
                )
                yield progress
        finally:
            if reading is not None:
                reading.cancel()

    def _read(
        self, request: IntervalRequest, works: list[ChunkWork]
    ) -> "asyncio.Task[Readings] | None":
        """Begins to read a chunk; one without a whole cell needs no readings."""
        if not works:
            return None
        return asyncio.create_task(self._estimator.readings(request.building_id, works))

    async def _keep(
        self, request: IntervalRequest, works: list[ChunkWork], readings: Readings | None
    ) -> int:
        if readings is None:
            return 0
        series = await self._estimator.estimate(works, readings)
        count = sum(each.predicted_count for each in series)
        if count:
            await self._sink.write(request.building_id, series)
        return count


def _check_interval(request: IntervalRequest, models: list[LoadedModel]) -> None:
    for model in models:
        period = model.entry.sample_period
        if cells_of_chunk(request.start, request.end, request.end, period).count:
            return
    periods = sorted({model.entry.sample_period.total_seconds() for model in models})
    raise InvalidArgumentError.of_field(
        "end_time",
        "the interval holds no whole sample; they start at multiples of "
        + ", ".join(f"{period:g} s" for period in periods),
    )
