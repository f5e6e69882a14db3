"""Mains that come sample by sample, answered as soon as each window is complete."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nilm_core.errors import InvalidArgumentError
from nilm_inference.domain.cells import floor_to_cell
from nilm_inference.domain.progress import known_appliances
from nilm_inference.domain.series import Float32Array, PredictionSeries, StreamHeader
from nilm_inference.engine.breakdown import BreakdownEngine, half_window
from nilm_inference.ports import PredictionSink
from nilm_inference.service.catalog import ModelCatalog
from nilm_inference.service.choice import ModelChoice
from nilm_models.bundle import LoadedModel


class MainsStream:
    """One stream: keeps no more than the window that answers still need."""

    def __init__(
        self,
        models: Sequence[LoadedModel],
        engine: BreakdownEngine,
        header: StreamHeader,
        sink: PredictionSink | None,
    ) -> None:
        self._models = models
        self._engine = engine
        self._header = header
        self._sink = sink
        self._half = half_window(models)
        self._kept = np.empty(0, dtype=np.float32)
        self._kept_from = 0  # index of the first kept sample, counted from the stream's start
        self._answered = 0

    async def push(self, power_w: Float32Array) -> list[PredictionSeries]:
        """Takes the next samples, W, and answers those whose window is now complete."""
        self._kept = np.concatenate([self._kept, power_w])
        return await self._answer_until(self._kept_from + len(self._kept) - self._half)

    async def finish(self) -> list[PredictionSeries]:
        """Answers the last half window: no more samples come, as at the end of an interval."""
        return await self._answer_until(self._kept_from + len(self._kept))

    async def _answer_until(self, end: int) -> list[PredictionSeries]:
        first = self._answered
        if end <= first:
            return []
        header = self._header
        series = await self._engine.breakdown(
            self._models,
            self._kept,
            slice(first - self._kept_from, end - self._kept_from),
            header.start + first * header.sample_period,
            header.sample_period,
        )
        if self._sink is not None and any(each.predicted_count for each in series):
            await self._sink.write(header.building_id, series)
        self._answered = end
        kept_from = max(0, end - self._half)
        self._kept = self._kept[kept_from - self._kept_from :]
        self._kept_from = kept_from
        return [
            replace(each, training_data=model.entry.training_data)
            for model, each in zip(self._models, series, strict=True)
        ]


class StreamDisaggregation:
    """Opens streams."""

    def __init__(
        self,
        catalog: ModelCatalog,
        choice: ModelChoice,
        engine: BreakdownEngine,
        sink: PredictionSink,
    ) -> None:
        self._catalog = catalog
        self._choice = choice
        self._engine = engine
        self._sink = sink

    async def open(self, header: StreamHeader) -> MainsStream:
        """Returns a new stream.

        Raises:
            FailedPreconditionError: No appliance was asked for, and no model runs by default.
            InvalidArgumentError: An appliance is not served, the period is not the models', or
                the first sample does not start at a multiple of it.
        """
        served = self._catalog.serving()
        asked = header.appliance_ids
        models = await self._choice.of_request(
            header.building_id,
            asked,
            [served[name] for name in known_appliances(asked, list(served))],
        )
        period = header.sample_period
        periods = {model.entry.sample_period for model in models}
        if periods != {period}:
            wanted = ", ".join(f"{each.total_seconds():g} s" for each in sorted(periods))
            raise InvalidArgumentError.of_field(
                "sample_period", f"must be that of the models: {wanted}"
            )
        if floor_to_cell(header.start, period) != header.start:
            raise InvalidArgumentError.of_field(
                "start_time", f"must be a multiple of {period.total_seconds():g} s since 1970"
            )
        return MainsStream(models, self._engine, header, self._sink if header.persist else None)
