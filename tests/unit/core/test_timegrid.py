"""The time grid, resampling and the integration of energy, against brute force."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nilm_core.timegrid import (
    MAX_GAP,
    TimeGrid,
    from_us,
    integrate_wh,
    resample_mean,
    span_us,
    to_us,
)

START = datetime(2026, 3, 29, tzinfo=UTC)
START_US = to_us(START)
SECOND_US = 1_000_000

instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 made aware below
    lambda time: time.replace(tzinfo=UTC)
)
periods = st.sampled_from([1, 6, 10, 30, 60, 900, 3_600]).map(lambda s: timedelta(seconds=s))


@st.composite
def readings(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Strictly increasing times at whole seconds, with gaps, and their power."""
    steps = draw(st.lists(st.integers(1, 600), min_size=1, max_size=60))
    power = draw(
        st.lists(
            st.floats(-5_000, 20_000, allow_nan=False), min_size=len(steps), max_size=len(steps)
        )
    )
    seconds = np.cumsum(np.array(steps, dtype=np.int64))
    return START_US + seconds * SECOND_US, np.array(power)


def held_each_second(times_us: np.ndarray, power_w: np.ndarray, end_us: int) -> np.ndarray:
    """Power of each second from START to the end, NaN where nothing holds."""
    held = np.full((end_us - START_US) // SECOND_US, np.nan)
    for index, time_us in enumerate(times_us):
        until_us = int(times_us[index + 1]) if index + 1 < times_us.size else end_us
        if 0 < until_us - time_us <= span_us(MAX_GAP):
            first, last = (int(edge - START_US) // SECOND_US for edge in (time_us, until_us))
            held[first:last] = power_w[index]
    return held


@given(instants)
def test_microseconds_are_exact_both_ways(time: datetime) -> None:
    assert from_us(to_us(time)) == time


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="UTC-aware"):
        to_us(datetime(2026, 1, 1))  # noqa: DTZ001 the point of the test


@given(instants, st.integers(0, 100_000), periods)
def test_a_covering_grid_is_aligned_and_covers(
    start: datetime, seconds: int, period: timedelta
) -> None:
    end = start + timedelta(seconds=seconds)
    grid = TimeGrid.covering(start, end, period)
    assert to_us(grid.start) % span_us(period) == 0
    assert grid.start <= start < grid.start + period
    assert grid.end >= end
    assert grid.end - end < period


@given(readings())
def test_energy_equals_the_sum_of_its_seconds(series: tuple[np.ndarray, np.ndarray]) -> None:
    times_us, power_w = series
    end_us = int(times_us[-1]) + 60 * SECOND_US
    held = held_each_second(times_us, power_w, end_us)
    energy, coverage = integrate_wh(times_us, power_w, START_US, end_us)
    assert energy == pytest.approx(np.nansum(held) / 3_600, abs=1e-6)
    assert coverage == pytest.approx(np.isfinite(held).mean(), abs=1e-9)


@given(readings(), st.integers(1, 40_000))
def test_energy_adds_up_over_any_cut(series: tuple[np.ndarray, np.ndarray], seconds: int) -> None:
    times_us, power_w = series
    end_us = int(times_us[-1]) + 60 * SECOND_US
    cut_us = min(START_US + seconds * SECOND_US, end_us)
    whole, _ = integrate_wh(times_us, power_w, START_US, end_us)
    before = times_us < cut_us
    first_after = times_us[~before][:1]
    seen = np.concatenate((times_us[before], first_after))
    left, _ = integrate_wh(seen, power_w[: seen.size], START_US, cut_us)
    right, _ = integrate_wh(times_us, power_w, cut_us, end_us)
    assert left + right == pytest.approx(whole, abs=1e-6)


def test_a_gap_adds_nothing() -> None:
    times_us = START_US + np.array([0, 60, 1_000]) * SECOND_US
    energy, coverage = integrate_wh(
        times_us, np.array([3_600.0, 9_000.0, 0.0]), START_US, START_US + 1_000 * SECOND_US
    )
    assert energy == pytest.approx(60.0)
    assert coverage == pytest.approx(0.06)


@given(readings())
def test_resampling_equals_the_mean_of_its_seconds(series: tuple[np.ndarray, np.ndarray]) -> None:
    times_us, power_w = series
    period = timedelta(minutes=1)
    count = int((times_us[-1] - START_US) // (60 * SECOND_US)) + 2
    grid = TimeGrid(START, period, count)
    held = held_each_second(times_us, power_w, to_us(grid.end)).reshape(count, 60)
    known = np.isfinite(held).sum(axis=1)
    expected = np.full(count, np.nan)
    enough = known >= 30
    expected[enough] = np.nansum(held[enough], axis=1) / known[enough]
    np.testing.assert_allclose(
        resample_mean(times_us, power_w, grid), expected, atol=1e-6, equal_nan=True
    )


def test_resampling_nothing_is_all_missing() -> None:
    grid = TimeGrid(START, timedelta(minutes=1), 3)
    empty = np.array([], dtype=np.int64)
    assert np.isnan(resample_mean(empty, empty.astype(float), grid)).all()
