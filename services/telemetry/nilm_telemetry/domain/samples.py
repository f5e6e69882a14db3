"""What an appliance used, sample by sample, whatever it is known from."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

from nilm_core.timegrid import Float64Array, Int64Array, hold_intervals
from nilm_telemetry.domain.predictions import PredictedCells
from nilm_telemetry.domain.readings import AnyFloatArray, Readings
from nilm_telemetry.domain.tariffs import QuarterPrices


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples in time order, none over another; each column of shape (n,)."""

    start_us: Int64Array
    end_us: Int64Array
    """Later than the start; where the next sample starts later still, there is a hole."""
    power_w: AnyFloatArray
    confidence: AnyFloatArray
    """0 to 1, NaN where measured."""
    per_kwh: Float64Array
    """Price of the energy; 0 where no tariff holds."""
    currency: Int64Array
    """Index of the price's currency, or `NO_CURRENCY`."""

    def __len__(self) -> int:
        return len(self.start_us)

    def chosen(self, is_chosen: npt.NDArray[np.bool_]) -> Self:
        """Returns the samples that are chosen."""
        return type(self)(*(getattr(self, field.name)[is_chosen] for field in fields(self)))

    def covered_us(self, start_us: int, end_us: int) -> int:
        """Returns how much of an interval the samples cover."""
        starts, ends = np.maximum(self.start_us, start_us), np.minimum(self.end_us, end_us)
        return int(np.clip(ends - starts, 0, None).sum())


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of time in order, none over another."""

    start_us: Int64Array
    end_us: Int64Array

    def hold(self, times_us: Int64Array) -> npt.NDArray[np.bool_]:
        """Returns which times lie in a span, shape (n,)."""
        if not len(self.start_us):
            return np.zeros(len(times_us), np.bool_)
        index = np.searchsorted(self.start_us, times_us, side="right") - 1
        inside: npt.NDArray[np.bool_] = (index >= 0) & (times_us < self.end_us[index])
        return inside


def covered_spans(samples: Samples) -> Spans:
    """Returns what samples cover, without a hole in a span."""
    starts, ends = samples.start_us, samples.end_us
    if not len(samples):
        return Spans(starts, ends)
    is_hole = starts[1:] > ends[:-1]
    return Spans(starts[np.append(True, is_hole)], ends[np.append(is_hole, True)])


def joined(parts: Sequence[Samples]) -> Samples:
    """Returns samples that follow one another as one."""
    return Samples(
        *(
            np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(Samples)
        )
    )


def reading_samples(readings: Readings, prices: QuarterPrices) -> Samples:
    """Returns the samples that readings hold for; the last holds for nothing."""
    if not len(readings):
        return _samples(readings.times_us, readings.times_us, readings.power_w, None, prices)
    starts, ends = hold_intervals(readings.times_us, int(readings.times_us[-1]))
    is_held = ends > starts
    return _samples(starts[is_held], ends[is_held], readings.power_w[is_held], None, prices)


def cell_samples(parts: Sequence[PredictedCells], prices: QuarterPrices) -> Samples:
    """Returns predicted cells as samples; a cell that runs into the next one is cut there."""
    if not parts:
        return reading_samples(Readings.empty(), prices)
    starts = np.concatenate([part.times_us for part in parts])
    ends = np.concatenate([part.times_us + part.period_us for part in parts])
    ends[:-1] = np.minimum(ends[:-1], starts[1:])
    power_w = np.concatenate([part.power_w for part in parts])
    return _samples(
        starts, ends, power_w, np.concatenate([part.confidence for part in parts]), prices
    )


def _samples(
    start_us: Int64Array,
    end_us: Int64Array,
    power_w: AnyFloatArray,
    confidence: AnyFloatArray | None,
    prices: QuarterPrices,
) -> Samples:
    if confidence is None:
        confidence = np.full(len(start_us), np.nan, np.float32)
    return Samples(start_us, end_us, power_w, confidence, *prices.at(start_us))
