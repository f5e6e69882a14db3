"""One chunk of a building's mains into stored predictions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import numpy as np

from nilm_core.timegrid import MAX_GAP, TimeGrid, resample_mean
from nilm_inference.domain.cells import cells_of_chunk
from nilm_inference.domain.series import Float32Array, PredictionSeries, Readings
from nilm_inference.engine.breakdown import BreakdownEngine, half_window
from nilm_inference.ports import MainsSource
from nilm_models.bundle import LoadedModel


@dataclass(frozen=True, slots=True)
class ChunkWork:
    """The cells of one chunk for the models of one sample period."""

    models: tuple[LoadedModel, ...]
    cells: TimeGrid

    @property
    def context(self) -> TimeGrid:
        """The cells and half a window on both sides."""
        half = half_window(self.models)
        period = self.cells.period
        return TimeGrid(self.cells.start - half * period, period, self.cells.count + 2 * half)


class IntervalEstimator:
    """Reads a chunk's mains with its context and evaluates it.

    The answer for a cell depends on the readings around it alone, not on where chunks are cut.
    """

    def __init__(self, mains: MainsSource, engine: BreakdownEngine) -> None:
        self._mains = mains
        self._engine = engine

    def plan(
        self,
        models: Sequence[LoadedModel],
        chunk_start: datetime,
        chunk_end: datetime,
        end: datetime,
    ) -> list[ChunkWork]:
        """Returns the work of a chunk of an interval that ends at `end`."""

        def period(model: LoadedModel) -> timedelta:
            return model.entry.sample_period

        works = [
            ChunkWork(tuple(group), cells_of_chunk(chunk_start, chunk_end, end, key))
            for key, group in groupby(sorted(models, key=period), key=period)
        ]
        return [work for work in works if work.cells.count]

    async def readings(self, building_id: str, works: Sequence[ChunkWork]) -> Readings:
        """Reads the mains that the work depends on.

        That is the context, and as much beyond it as a reading may hold.
        """
        contexts = [work.context for work in works]
        return await self._mains.mains(
            building_id,
            min(context.start for context in contexts) - MAX_GAP,
            max(context.end for context in contexts) + MAX_GAP,
        )

    async def estimate(
        self, works: Sequence[ChunkWork], readings: Readings
    ) -> list[PredictionSeries]:
        """Evaluates the work; a chunk without readings has no predictions."""
        series: list[PredictionSeries] = []
        if not len(readings.times_us):
            return series
        for work in works:
            context, cells = work.context, work.cells
            mains_w = _mains_w(readings, context)
            before = (context.count - cells.count) // 2
            series += await self._engine.breakdown(
                work.models,
                mains_w,
                slice(before, before + cells.count),
                cells.start,
                cells.period,
            )
        return series


def _mains_w(readings: Readings, grid: TimeGrid) -> Float32Array:
    """Averages readings over a grid, W, shape (grid.count,).

    It looks beyond the grid as far as a reading may hold: the last one inside must not be taken to
    hold until the grid's end where a gap follows.
    """
    beyond = -(-MAX_GAP // grid.period)
    longer = TimeGrid(grid.start, grid.period, grid.count + beyond)
    mains_w = resample_mean(readings.times_us, readings.power_w, longer)
    return mains_w[: grid.count].astype(np.float32)
