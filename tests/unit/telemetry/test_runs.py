from datetime import timedelta

import numpy as np
import pytest

from nilm_telemetry.domain.attribution import EnergySource
from nilm_telemetry.domain.runs import Run, RunFinder, RunRule, run_rule
from nilm_telemetry.domain.samples import Samples
from nilm_telemetry.domain.tariffs import NO_CURRENCY

MINUTE = 60_000_000
RULE = RunRule(10.0, timedelta(minutes=3))


def samples(
    power_w: list[float], start: int = 0, *, per_kwh: float = 0.5, currency: int = 0
) -> Samples:
    """A sample a minute; NaN makes a hole."""
    known = ~np.isnan(power_w)
    starts = (start + np.arange(len(power_w)))[known] * MINUTE
    count = len(starts)
    return Samples(
        starts,
        starts + MINUTE,
        np.array(power_w, np.float32)[known],
        np.full(count, 0.75, np.float32),
        np.full(count, per_kwh),
        np.full(count, currency, np.int64),
    )


def found(*parts: Samples, source: EnergySource = EnergySource.ESTIMATED) -> list[Run]:
    finder = RunFinder(source, RULE)
    for part in parts:
        finder.add(part)
    return finder.runs()


def spans(runs: list[Run]) -> list[tuple[int, int]]:
    return [(run.start_us // MINUTE, run.end_us // MINUTE) for run in runs]


def test_a_run_lasts_from_on_to_off_and_adds_up() -> None:
    (run,) = found(samples([0, 600, 1_200, 600, 0]))
    assert (run.start_us, run.end_us) == (MINUTE, 4 * MINUTE)
    assert run.energy_wh == pytest.approx(40)
    assert run.peak_w == 1_200
    assert run.mean_confidence == pytest.approx(0.75)
    assert run.energy_cost == pytest.approx(0.02)
    assert run.currency == 0
    assert run.is_whole


def test_short_pauses_are_part_of_a_run_with_what_was_used_in_them() -> None:
    (run,) = found(samples([0, 600, 0, -6, 0, 600, 0]))
    assert spans([run]) == [(1, 6)]
    assert run.energy_wh == pytest.approx(20 - 0.1)
    assert spans(found(samples([0, 600, 0, 0, 0, 0, 600, 0]))) == [(1, 2), (6, 7)]


def test_standby_of_a_meter_is_off_and_no_confidence_is_told() -> None:
    power_w: list[float] = [9, 9, 9, 9, 90, 9, 9, 9, 9]
    (run,) = found(samples(power_w), source=EnergySource.MEASURED)
    assert spans([run]) == [(4, 5)]
    assert run.mean_confidence is None
    assert spans(found(samples(power_w))) == [(0, 9)]


def test_runs_at_the_ends_and_beside_holes_are_marked() -> None:
    hole = float("nan")
    long_hole = [hole] * 4
    runs = found(samples([600, 0, 0, 0, 0, 600, *long_hole, 600, 0, 0, 0, 0, 600]))
    assert spans(runs) == [(0, 1), (5, 6), (10, 11), (15, 16)]
    assert [(run.start_is_cut, run.end_is_cut) for run in runs] == [
        (True, False),
        (False, True),
        (True, False),
        (False, True),
    ]


def test_a_short_hole_inside_a_run_is_bridged_and_not_counted_as_energy() -> None:
    (run,) = found(samples([0, 600, float("nan"), 600, 0]))
    assert spans([run]) == [(1, 4)]
    assert run.energy_wh == pytest.approx(20)
    assert run.is_whole


@pytest.mark.parametrize("cut", range(1, 9))
def test_where_the_parts_are_cut_changes_nothing(cut: int) -> None:
    power_w = [0.0, 600, 600, 0, 600, 0, 0, 0, 0, 600]
    whole = found(samples(power_w))
    assert spans(whole) == [(1, 5), (9, 10)]
    assert found(samples(power_w[:cut]), samples(power_w[cut:], cut)) == whole


def test_currencies_are_never_mixed() -> None:
    (run,) = found(samples([0, 600], currency=0), samples([600, 0], 2, currency=1))
    assert run.currency == NO_CURRENCY
    (unpriced,) = found(samples([0, 600, 0], per_kwh=0, currency=NO_CURRENCY))
    assert unpriced.currency == NO_CURRENCY


def test_without_samples_there_are_no_runs() -> None:
    assert found() == []
    assert found(samples([]), samples([0, 0])) == []


def test_programmes_may_pause_longer_than_other_appliances() -> None:
    assert run_rule("dishwasher").bridged_pause > run_rule("kettle").bridged_pause
