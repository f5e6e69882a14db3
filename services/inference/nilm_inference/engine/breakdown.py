"""Evaluates models over cells with their context, and fits them to the mains."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from nilm_core.errors import ResourceExhaustedError
from nilm_inference import metrics
from nilm_inference.domain.series import Float32Array, PredictionSeries
from nilm_inference.engine.batcher import WindowBatcher
from nilm_inference.engine.executor import TorchExecutor
from nilm_models.bundle import LoadedModel
from nilm_models.dense import Estimate, evaluate_dense_together, shares_network
from nilm_models.postprocess import fit_breakdown

SLICE_SAMPLES = 1_440
"""Cells evaluated in one piece of work: between two pieces, single windows have their turn."""

CellEstimates = tuple[Float32Array, Float32Array]
"""Power, W, and confidence of each cell."""


def half_window(models: Sequence[LoadedModel]) -> int:
    """Returns the samples of context that the models need on both sides."""
    return max(model.entry.input_window_size // 2 for model in models)


class BreakdownEngine:
    """Turns mains into a breakdown, in short pieces of work."""

    def __init__(
        self,
        executor: TorchExecutor,
        batcher: WindowBatcher,
        slice_samples: int = SLICE_SAMPLES,
    ) -> None:
        self._executor = executor
        self._batcher = batcher
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
        groups = _by_network(models)
        found = await self._estimates(groups, mains_w, cells)
        for group, estimates in zip(groups, found, strict=True):
            for model, (power, certain) in zip(group, estimates, strict=True):
                power_w[model.entry.appliance_id] = power
                confidence[model.entry.appliance_id] = certain
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

    async def _estimates(
        self, groups: Sequence[Sequence[LoadedModel]], mains_w: Float32Array, cells: slice
    ) -> list[list[CellEstimates]]:
        """Returns power, W, and confidence of each model of each network."""
        shared = await asyncio.gather(*(self._share(each, mains_w, cells) for each in groups))
        return [
            await self._estimate_densely(group, mains_w, cells) if found is None else found
            for group, found in zip(groups, shared, strict=True)
        ]

    async def _share(
        self, models: Sequence[LoadedModel], mains_w: Float32Array, cells: slice
    ) -> list[CellEstimates] | None:
        """Evaluates a few cells as single windows, in batches with those of other callers.

        None where they are more than that pays for, or the queue is full: it is for callers who
        can come again, and this one need not.
        """
        if not 0 < cells.stop - cells.start <= models[0].network.shared_cells:
            return None
        half = half_window(models)
        first, last = cells.start - half, cells.stop + half
        around = np.pad(
            mains_w[max(0, first) : last],
            (max(0, -first), max(0, last - len(mains_w))),
            constant_values=np.nan,
        )
        windows_w = np.lib.stride_tricks.sliding_window_view(around, 2 * half + 1)
        try:
            estimates = await self._batcher.estimate_together(models, windows_w)
        except ResourceExhaustedError:
            return None
        return [(each.power_w, each.confidence) for each in estimates]

    async def _estimate_densely(
        self, models: Sequence[LoadedModel], mains_w: Float32Array, cells: slice
    ) -> list[CellEstimates]:
        """Evaluates the cells in one run for each slice of them."""
        half = half_window(models)
        count = cells.stop - cells.start
        answers = [
            (np.full(count, np.nan, np.float32), np.full(count, np.nan, np.float32)) for _ in models
        ]
        for first in range(cells.start, cells.stop, self._slice_samples):
            last = min(first + self._slice_samples, cells.stop)
            if np.isnan(mains_w[first:last]).all():
                continue
            before = max(0, first - half)
            piece = mains_w[before : last + half]
            estimates: list[Estimate] = await self._executor.run(
                evaluate_dense_together, models, piece
            )
            ours = slice(first - before, last - before)
            theirs = slice(first - cells.start, last - cells.start)
            for (power_w, confidence), estimate in zip(answers, estimates, strict=True):
                power_w[theirs] = estimate.power_w[ours]
                confidence[theirs] = estimate.confidence[ours]
        for model in models:
            metrics.DENSE_CELLS.labels(model.entry.appliance_id).inc(count)
        return answers


def _by_network(models: Sequence[LoadedModel]) -> list[list[LoadedModel]]:
    """Groups models that are answered by one run of a network."""
    groups: list[list[LoadedModel]] = []
    for model in models:
        group = next((each for each in groups if shares_network(each[0], model)), None)
        if group is None:
            groups.append([model])
        else:
            group.append(model)
    return groups
