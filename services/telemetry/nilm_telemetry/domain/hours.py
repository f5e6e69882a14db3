"""Hours of a meter, added up from quarter hours."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nilm_telemetry.domain.quarters import QUARTER_US, ReadingQuarters

HOUR_US = 4 * QUARTER_US


@dataclass(frozen=True, slots=True)
class HourlyAggregate:
    """One hour with at least one reading."""

    start_us: int
    avg_w: float
    """Mean of the readings, W."""
    min_w: float
    max_w: float
    energy_wh: float
    """Gaps add nothing."""
    count: int
    """Number of readings."""
    coverage: float
    """Part of the hour that readings cover, 0 to 1."""


def hours_of(quarters: ReadingQuarters, limit: int) -> list[HourlyAggregate]:
    """Returns the first hours with a reading, at most `limit`."""
    hour = quarters.start_us // HOUR_US
    edges = np.flatnonzero(np.diff(hour, prepend=-1, append=-1)).tolist()
    hours: list[HourlyAggregate] = []
    for first, last in pairwise(edges):
        inside = slice(first, last)
        count = int(quarters.count[inside].sum())
        if count == 0:
            continue
        hours.append(
            HourlyAggregate(
                start_us=int(hour[first]) * HOUR_US,
                avg_w=float(quarters.sum_w[inside].sum()) / count,
                min_w=float(np.nanmin(quarters.min_w[inside])),
                max_w=float(np.nanmax(quarters.max_w[inside])),
                energy_wh=float(quarters.energy_wh[inside].sum()),
                count=count,
                coverage=float(quarters.covered_us[inside].sum()) / HOUR_US,
            )
        )
        if len(hours) >= limit:
            break
    return hours
