"""The typical programme of an appliance: what its runs have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from nilm_core.timegrid import Float64Array, held_until, span_us
from nilm_telemetry.domain.buckets import LADDER
from nilm_telemetry.domain.runs import Run
from nilm_telemetry.domain.samples import Samples

LEAST_RUNS = 3
"""Fewer have no quartiles worth showing."""
_MAX_CELLS = 240
_LENGTH_PERCENTILE = 75.0
"""The programme is shown until so many of its runs have ended, %."""


@dataclass(frozen=True, slots=True)
class TypicalProgramme:
    """Quartiles of the power over the time since the start; each column of shape (n,)."""

    period: timedelta
    lower_quartile_w: Float64Array
    median_w: Float64Array
    upper_quartile_w: Float64Array
    run_count: int
    median_duration: timedelta
    median_energy_wh: float


def typical_programme(runs: Sequence[tuple[Run, Samples]]) -> TypicalProgramme | None:
    """Lays runs over one another at their starts; one that has ended counts as 0 W.

    Args:
        runs: Whole runs, each with the samples from its start to its end.

    Returns:
        The programme, or None where there are fewer than `LEAST_RUNS` runs.
    """
    if len(runs) < LEAST_RUNS:
        return None
    durations_us = np.array([run.end_us - run.start_us for run, _ in runs])
    sample_us = float(np.median(np.concatenate([part.end_us - part.start_us for _, part in runs])))
    length_us = float(np.percentile(durations_us, _LENGTH_PERCENTILE))
    shortest_us = max(sample_us, length_us / _MAX_CELLS)
    period = next(period for period in LADDER if span_us(period) >= shortest_us)
    edges_us = span_us(period) * np.arange(-(-length_us // span_us(period)) + 1, dtype=np.int64)
    profiles = np.stack(
        [
            np.diff(
                held_until(
                    part.start_us - run.start_us,
                    part.end_us - run.start_us,
                    part.power_w.astype(np.float64),
                    edges_us,
                )
            )
            / span_us(period)
            for run, part in runs
        ]
    )  # (runs, cells)
    lower_w, median_w, upper_w = np.percentile(profiles, (25.0, 50.0, 75.0), axis=0)
    return TypicalProgramme(
        period,
        lower_w,
        median_w,
        upper_w,
        len(runs),
        timedelta(microseconds=float(np.median(durations_us))),
        float(np.median([run.energy_wh for run, _ in runs])),
    )
