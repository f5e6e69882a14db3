"""Evaluates models densely over cells with their context, and fits them to the mains."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from nilm_inference import metrics
from nilm_inference.domain.series import Float32Array, PredictionSeries
from nilm_inference.engine.executor import TorchExecutor
from nilm_models.bundle import LoadedModel
from nilm_models.dense import Estimate, evaluate_dense
from nilm_models.postprocess import fit_breakdown

SLICE_SAMPLES = 1_440
"""Cells evaluated in one piece of work: between two pieces, single windows have their turn."""


def half_window(models: Sequence[LoadedModel]) -> int:
    """Returns the samples of context that the models need on both sides."""
    return max(model.entry.input_window_size // 2 for model in models)


class BreakdownEngine:
    """Turns mains into a breakdown, in short pieces of work."""

    def __init__(self, executor: TorchExecutor, slice_samples: int = SLICE_SAMPLES) -> None:
        self._executor = executor
        self._slice_samples = slice_samples

    async def breakdown(
        self,
        models: Sequence[LoadedModel],
        mains_w: Float32Array,
        cells: slice,
        start: datetime,
        period: timedelta,
    ) -> list[PredictionSeries]:
        """Estimates the cells of an array, each with the context around it.

        Args:
            models: Models of one sample period.
            mains_w: Mains power of the cells and their context, W; NaN is missing, and so is all
                beyond the ends.
            cells: The part of `mains_w` to answer for.
            start: Start of the first cell to answer for.
            period: The sample period.

        Returns:
            One series a model; their sum exceeds the mains nowhere.
        """
        power_w: dict[str, Float32Array] = {}
        confidence: dict[str, Float32Array] = {}
        for model in models:
            name = model.entry.appliance_id
            power_w[name], confidence[name] = await self._estimate(model, mains_w, cells)
        fitted = fit_breakdown(mains_w[cells], power_w)
        return [
            PredictionSeries(
                model.entry.appliance_id,
                model.entry.model_version,
                start,
                period,
                fitted[model.entry.appliance_id],
                confidence[model.entry.appliance_id],
            )
            for model in models
        ]

    async def _estimate(
        self, model: LoadedModel, mains_w: Float32Array, cells: slice
    ) -> tuple[Float32Array, Float32Array]:
        half = model.entry.input_window_size // 2
        power_w = np.full(cells.stop - cells.start, np.nan, dtype=np.float32)
        confidence = power_w.copy()
        for first in range(cells.start, cells.stop, self._slice_samples):
            last = min(first + self._slice_samples, cells.stop)
            if np.isnan(mains_w[first:last]).all():
                continue
            before = max(0, first - half)
            piece = mains_w[before : last + half]
            estimate: Estimate = await self._executor.run(evaluate_dense, model, piece)
            ours = slice(first - before, last - before)
            theirs = slice(first - cells.start, last - cells.start)
            power_w[theirs] = estimate.power_w[ours]
            confidence[theirs] = estimate.confidence[ours]
        metrics.DENSE_CELLS.labels(model.entry.appliance_id).inc(len(power_w))
        return power_w, confidence
