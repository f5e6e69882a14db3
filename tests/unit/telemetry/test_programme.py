from datetime import timedelta

import numpy as np
import pytest

from nilm_telemetry.domain.attribution import EnergySource
from nilm_telemetry.domain.programme import typical_programme
from nilm_telemetry.domain.runs import Run
from nilm_telemetry.domain.samples import Samples
from nilm_telemetry.domain.tariffs import NO_CURRENCY

MINUTE = 60_000_000


def run(power_w: list[float], start_us: int = 0) -> tuple[Run, Samples]:
    starts = start_us + MINUTE * np.arange(len(power_w), dtype=np.int64)
    count = len(power_w)
    samples = Samples(
        starts,
        starts + MINUTE,
        np.array(power_w, np.float32),
        np.full(count, np.nan, np.float32),
        np.zeros(count),
        np.full(count, NO_CURRENCY, np.int64),
    )
    end_us, energy_wh = start_us + count * MINUTE, sum(power_w) / 60
    return (
        Run(
            start_us,
            end_us,
            energy_wh,
            max(power_w),
            None,
            0.0,
            NO_CURRENCY,
            EnergySource.MEASURED,
            False,
            False,
        ),
        samples,
    )


def test_quartiles_are_taken_over_the_time_since_the_start() -> None:
    runs = [run([100.0 * k, 1_000], 17 * k * MINUTE) for k in range(1, 6)]
    programme = typical_programme(runs)
    assert programme is not None
    assert programme.period == timedelta(minutes=1)
    assert programme.lower_quartile_w.tolist() == [200, 1_000]
    assert programme.median_w.tolist() == [300, 1_000]
    assert programme.upper_quartile_w.tolist() == [400, 1_000]
    assert programme.run_count == 5
    assert programme.median_duration == timedelta(minutes=2)
    assert programme.median_energy_wh == pytest.approx((300 + 1_000) / 60)


def test_a_run_that_has_ended_counts_as_nothing() -> None:
    programme = typical_programme([run([100]), run([100]), run([100] * 3), run([100] * 3)])
    assert programme is not None
    assert programme.median_w.tolist() == [100, 50, 50]
    assert programme.upper_quartile_w.tolist() == [100, 100, 100]


def test_long_programmes_are_shown_in_coarser_cells_that_keep_the_energy() -> None:
    long = [run([0.0, 600.0] * 300) for _ in range(3)]
    programme = typical_programme(long)
    assert programme is not None
    assert programme.period == timedelta(minutes=5)
    hours = programme.period / timedelta(hours=1)
    assert programme.median_w.sum() * hours == pytest.approx(3_000)


def test_too_few_runs_make_no_programme() -> None:
    assert typical_programme([run([100]), run([100])]) is None
    assert typical_programme([]) is None
