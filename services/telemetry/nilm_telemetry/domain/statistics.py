"""Statistics of one meter over any interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nilm_core.timegrid import integrate_wh
from nilm_core.units import wh_to_kwh
from nilm_telemetry.domain.quarters import ReadingQuarters
from nilm_telemetry.domain.readings import Readings


@dataclass(frozen=True, slots=True)
class MeterStatistics:
    """What the readings of an interval add up to."""

    count: int
    min_w: float | None
    """None without readings, as in the next two."""
    max_w: float | None
    mean_w: float | None
    energy_kwh: float
    """Gaps add nothing."""


def statistics_of(
    whole: ReadingQuarters, edges: Sequence[Readings], edge_wh: float
) -> MeterStatistics:
    """Puts the whole quarter hours of an interval and its ragged edges together.

    Args:
        whole: The quarter hours that lie inside.
        edges: The readings inside that lie before or after them.
        edge_wh: Energy of the edges, Wh.
    """
    filled = whole.count > 0
    powers = [edge.power_w.astype(np.float64) for edge in edges]
    count = int(whole.count.sum()) + sum(map(len, edges))
    energy_kwh = wh_to_kwh(float(whole.energy_wh.sum()) + edge_wh)
    if not count:
        return MeterStatistics(0, None, None, None, energy_kwh)
    return MeterStatistics(
        count=count,
        min_w=float(np.concatenate([whole.min_w[filled], *powers]).min()),
        max_w=float(np.concatenate([whole.max_w[filled], *powers]).max()),
        mean_w=float(np.concatenate([whole.sum_w, *powers]).sum()) / count,
        energy_kwh=energy_kwh,
    )


def held_wh(readings: Readings, start_us: int, end_us: int) -> float:
    """Returns the energy of [start_us, end_us) from the readings in and around it, Wh."""
    power_w = readings.power_w.astype(np.float64)
    return integrate_wh(readings.times_us, power_w, start_us, end_us)[0]
