"""Runs one window and keeps the prediction."""

from datetime import datetime, timedelta

import numpy as np

from nilm_core.clock import Clock
from nilm_core.errors import InvalidArgumentError
from nilm_inference.domain.cells import floor_to_cell
from nilm_inference.domain.progress import not_served
from nilm_inference.domain.series import Float32Array, PredictionSeries, WindowPrediction
from nilm_inference.engine.batcher import WindowBatcher
from nilm_inference.ports import PredictionSink
from nilm_inference.service.catalog import ModelCatalog
from nilm_models.bundle import LoadedModel

_FUTURE = timedelta(minutes=5)
"""How far a sample may be ahead, as for readings."""


class WindowInference:
    """Answers only once the prediction is durable."""

    def __init__(
        self, catalog: ModelCatalog, batcher: WindowBatcher, sink: PredictionSink, clock: Clock
    ) -> None:
        self._catalog = catalog
        self._batcher = batcher
        self._sink = sink
        self._clock = clock

    async def infer(
        self,
        building_id: str,
        appliance_id: str,
        window_w: Float32Array,
        sample_time: datetime | None,
        deadline: float | None = None,
    ) -> WindowPrediction:
        """Predicts the middle of a window and keeps it as the cell that holds `sample_time`.

        Args:
            building_id: The building.
            appliance_id: The appliance.
            window_w: Mean mains power of each sample, W; NaN is missing.
            sample_time: Time of the middle sample; now where None.
            deadline: When the caller stops waiting, in the event loop's time; None for never.

        Raises:
            InvalidArgumentError: No active model serves the appliance, the window does not fit
                it, or its time is ahead.
            ResourceExhaustedError: Too many windows are waiting, or the deadline cannot be met.
            NilmError: The prediction could not be kept.
        """
        model = self._model(appliance_id, window_w)
        now = self._clock.now()
        if sample_time is not None and sample_time > now + _FUTURE:
            raise InvalidArgumentError.of_field(
                "timestamp", "must be at most 5 minutes ahead of the server's clock"
            )
        power_w, confidence = await self._batcher.estimate(model, window_w, deadline)
        entry = model.entry
        cell = PredictionSeries(
            appliance_id,
            entry.model_version,
            floor_to_cell(sample_time or now, entry.sample_period),
            entry.sample_period,
            np.array([power_w], dtype=np.float32),
            np.array([confidence], dtype=np.float32),
        )
        await self._sink.write(building_id, [cell])
        return WindowPrediction(power_w, confidence, entry.model_version, entry.training_data)

    def _model(self, appliance_id: str, window_w: Float32Array) -> LoadedModel:
        models = self._catalog.serving()
        model = models.get(appliance_id)
        if model is None:
            raise InvalidArgumentError.of_field("appliance_id", not_served(list(models)))
        needed = model.entry.input_window_size
        if len(window_w) != needed:
            raise InvalidArgumentError.of_field(
                "window",
                f"must have {needed} samples for {appliance_id}, "
                f"{model.entry.sample_period.total_seconds():g} s each; it has {len(window_w)}",
            )
        if np.isnan(window_w[needed // 2]):
            raise InvalidArgumentError.of_field(
                f"window[{needed // 2}]", "the middle sample is the one predicted: it must be there"
            )
        return model
