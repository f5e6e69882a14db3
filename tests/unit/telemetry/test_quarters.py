"""Adding up, against a plain walk over the readings."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nilm_core.timegrid import MAX_GAP, span_us
from nilm_telemetry.domain.hours import HOUR_US, hours_of
from nilm_telemetry.domain.predictions import CellColumns
from nilm_telemetry.domain.quarters import (
    QUARTER_US,
    READING_REACH_US,
    ReadingQuarters,
    prediction_quarters,
    reading_quarters,
)
from nilm_telemetry.domain.readings import Readings

BASE = 1_700_000_000_000_000 // QUARTER_US * QUARTER_US
QUARTERS = 8
END = BASE + QUARTERS * QUARTER_US

# offsets in whole seconds, so that the walk below is exact
_rows = st.dictionaries(
    st.integers(-600, QUARTERS * 900 + 600), st.integers(-500, 5_000), min_size=1, max_size=80
)


def walk(rows: dict[int, int], newest: int) -> tuple[list[float], list[int]]:
    """Returns energy (Wh) and covered seconds of each quarter, second by second."""
    energy, covered = [0.0] * QUARTERS, [0] * QUARTERS
    times = sorted(rows)
    for time, following in zip(times, [*times[1:], None], strict=True):
        until = following
        if until is None:
            quarter_end = (time // 900 + 1) * 900
            until = quarter_end if time == newest else time
        if until - time > MAX_GAP.total_seconds():
            continue
        for second in range(time, until):
            if 0 <= second < QUARTERS * 900:
                energy[second // 900] += rows[time] / 3_600
                covered[second // 900] += 1
    return energy, covered


def as_readings(rows: dict[int, int]) -> Readings:
    times = sorted(rows)
    return Readings(
        np.array([BASE + time * 1_000_000 for time in times], np.int64),
        np.array([rows[time] for time in times], np.float32),
    )


def dense(quarters: ReadingQuarters, values: np.ndarray) -> list[float]:
    out = np.zeros(QUARTERS)
    out[(quarters.start_us - BASE) // QUARTER_US] = values
    return out.tolist()


@settings(deadline=None)
@given(rows=_rows, is_newest=st.booleans())
def test_energy_and_coverage_equal_a_walk_second_by_second(
    rows: dict[int, int], is_newest: bool
) -> None:
    newest = max(rows) if is_newest else max(rows) + 10_000
    quarters = reading_quarters(as_readings(rows), BASE, END, BASE + newest * 1_000_000)
    energy, covered = walk(rows, newest)
    assert dense(quarters, quarters.energy_wh) == pytest.approx(energy, abs=1e-6)
    assert dense(quarters, quarters.covered_us / 1e6) == covered


@settings(deadline=None)
@given(rows=_rows)
def test_extremes_sum_and_count_are_those_of_the_readings_inside(rows: dict[int, int]) -> None:
    quarters = reading_quarters(as_readings(rows), BASE, END, BASE)
    for index in range(QUARTERS):
        inside = {time: power for time, power in rows.items() if time // 900 == index}
        at = np.flatnonzero(quarters.start_us == BASE + index * QUARTER_US)
        if not inside:
            assert not at.size or quarters.count[at[0]] == 0
            continue
        assert quarters.count[at[0]] == len(inside)
        assert quarters.min_w[at[0]] == min(inside.values())
        assert quarters.max_w[at[0]] == max(inside.values())
        assert quarters.sum_w[at[0]] == sum(inside.values())
        peak = min(time for time, power in inside.items() if power == max(inside.values()))
        assert quarters.max_time_us[at[0]] == BASE + peak * 1_000_000


@settings(deadline=None)
@given(rows=_rows, cut=st.integers(1, QUARTERS - 1))
def test_parts_of_an_interval_add_up_to_the_whole(rows: dict[int, int], cut: int) -> None:
    readings = as_readings(rows)
    newest = int(readings.times_us[-1])
    middle = BASE + cut * QUARTER_US
    whole = reading_quarters(readings, BASE, END, newest)
    reach = READING_REACH_US
    before = reading_quarters(
        readings.between(BASE - reach, middle + reach + 1), BASE, middle, newest
    )
    after = reading_quarters(readings.between(middle - reach, END + reach + 1), middle, END, newest)
    assert [*before.start_us, *after.start_us] == whole.start_us.tolist()
    energy = [*before.energy_wh, *after.energy_wh]
    assert energy == pytest.approx(whole.energy_wh.tolist(), abs=1e-6)
    assert [*before.covered_us, *after.covered_us] == whole.covered_us.tolist()


@settings(deadline=None)
@given(
    cells=st.dictionaries(
        st.integers(-60, QUARTERS * 15),
        st.tuples(st.integers(1, 3_600), st.integers(-10, 3_000), st.sampled_from([0.5, 0.75, 1])),
        min_size=1,
        max_size=60,
    )
)
def test_predicted_energy_equals_a_walk_second_by_second(
    cells: dict[int, tuple[int, int, float]],
) -> None:
    minutes = sorted(cells)
    columns = CellColumns(
        np.array([BASE + minute * 60_000_000 for minute in minutes], np.int64),
        np.array([cells[minute][0] * 1_000_000 for minute in minutes], np.int64),
        np.array([cells[minute][1] for minute in minutes], np.float32),
        np.array([cells[minute][2] for minute in minutes], np.float32),
    )
    energy, on, sure = (np.zeros(QUARTERS) for _ in range(3))
    for minute, following in zip(minutes, [*minutes[1:], 10**6], strict=True):
        period, power, confidence = cells[minute]
        for second in range(minute * 60, min(minute * 60 + period, following * 60)):
            if 0 <= second < QUARTERS * 900:
                energy[second // 900] += power / 3_600
                on[second // 900] += power > 0
                sure[second // 900] += confidence * (power > 0)
    found = prediction_quarters(columns, BASE, END)
    index = (found.start_us - BASE) // QUARTER_US
    np.testing.assert_allclose(found.energy_wh, energy[index], atol=1e-6)
    np.testing.assert_array_equal(found.on_us / 1e6, on[index])
    np.testing.assert_allclose(found.on_confidence_us / 1e6, sure[index], atol=1e-6)
    assert energy.sum() == pytest.approx(found.energy_wh.sum(), abs=1e-6)


def test_exactly_the_longest_gap_is_held_over_and_a_microsecond_more_is_not() -> None:
    for more, covered in ((0, span_us(MAX_GAP)), (1, 0)):
        times = np.array([BASE, BASE + span_us(MAX_GAP) + more], np.int64)
        readings = Readings(times, np.ones(2, np.float32))
        quarters = reading_quarters(readings, BASE, END, END)
        assert quarters.covered_us.sum() == covered


def test_hours_are_limited_and_those_without_a_reading_left_out() -> None:
    times = BASE // HOUR_US * HOUR_US + np.array([0, 3, 4]) * HOUR_US + HOUR_US - 60_000_000
    readings = Readings(times, np.array([60, 120, 180], np.float32))
    start, end = int(times[0] // HOUR_US * HOUR_US), int(times[-1]) + 2 * HOUR_US
    quarters = reading_quarters(readings, start, end // HOUR_US * HOUR_US, int(times[-1]))
    hours = hours_of(quarters, 10)
    assert [hour.avg_w for hour in hours] == [60, 120, 180]
    assert hours[-1].coverage == pytest.approx(1 / 60)  # the newest holds to its quarter's end
    assert hours_of(quarters, 2) == hours[:2]
    assert hours_of(ReadingQuarters.empty(), 2) == []
