"""The rules that all readers share: order, gaps, means over cells, outages and bounds."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_trainer.formats import Readings as Form
from nilm_trainer.household import Household
from nilm_trainer.readers import readings as readings_module
from nilm_trainer.readers.cells import CELL_US, CellMeans
from nilm_trainer.readers.gathering import Source, Wiring, gather, without_outages
from nilm_trainer.readers.readings import Readings, in_order

START_US = 1_704_067_200_000_000
SECOND_US = 1_000_000


def _readings(seconds: list[float], power_w: list[float]) -> Readings:
    times_us = START_US + np.rint(np.array(seconds) * SECOND_US).astype(np.int64)
    return Readings(times_us, np.array(power_w, dtype=np.float64)[:, np.newaxis])


def _household(
    mains: Readings, kettle: Readings | None = None, form: Form | None = None
) -> Household:
    recorded = {"mains": mains} | ({} if kettle is None else {"kettle": kettle})
    sources = [Source(name, (name,), lambda piece=each: [piece]) for name, each in recorded.items()]
    wiring = Wiring(("mains",), {} if kettle is None else {"kettle": ("kettle",)})
    return gather("made", sources, wiring, form or Form())


@settings(max_examples=50, deadline=None)
@given(
    steps_s=st.lists(st.integers(1, 200), min_size=2, max_size=60),
    cuts=st.lists(st.integers(1, 59), max_size=5, unique=True),
    seed=st.integers(0, 99),
)
def test_pieces_average_as_the_whole_does(steps_s: list[int], cuts: list[int], seed: int) -> None:
    seconds = np.cumsum(steps_s)
    power_w = np.random.default_rng(seed).integers(0, 3000, seconds.size).astype(np.float64)
    whole = _readings(list(seconds), list(power_w))
    means = CellMeans(1, 120 * SECOND_US)
    bounds = [0, *sorted(cut for cut in cuts if cut < seconds.size), seconds.size]
    for first, last in pairwise(bounds):
        means.add(whole.slice(first, last))
    cells = means.finish()

    shown_w = np.full(-(-(int(seconds[-1]) + 200) // 30) * 30, np.nan)
    intervals = np.append(np.diff(seconds), seconds[-1] - seconds[-2])
    for second, interval, value in zip(seconds, intervals, power_w, strict=True):
        if interval <= 120:
            shown_w[second : second + interval] = value
    by_cell = shown_w.reshape(-1, 30)
    counts = np.count_nonzero(~np.isnan(by_cell), axis=1)
    means_w = np.nansum(by_cell, axis=1) / np.maximum(counts, 1)
    expected = np.where(counts >= 15, means_w, np.nan)
    found = np.full(expected.size, np.nan)
    if cells is not None:
        found = cells.on(START_US // CELL_US, expected.size)[:, 0]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_a_mean_is_weighted_by_time() -> None:
    house = _household(_readings([0, 27, 30, 60], [100, 2000, 100, 100]))
    np.testing.assert_allclose(house.mains_w[:2], [(27 * 100 + 3 * 2000) / 30, 100])


def test_a_reading_stands_for_no_longer_than_the_gap_allows() -> None:
    mains = _readings([0, 30, 150, 271, 301, 331], [1, 2, 3, 4, 5, 6])
    house = _household(mains)
    known = [1, 2, 2, 2, 2, np.nan, np.nan, np.nan, np.nan]
    np.testing.assert_allclose(house.mains_w[:9], known)
    np.testing.assert_allclose(house.mains_w[9:11], [4, 5 - 1 / 30])
    wider = _household(mains, form=Form(max_gap_s=121))
    np.testing.assert_allclose(wider.mains_w[5:9], [3, 3, 3, 3], rtol=1e-2)


def test_the_truth_is_missing_where_the_mains_are() -> None:
    mains = _readings([*range(0, 90, 6), *range(600, 660, 6)], [200.0] * 25)
    kettle = _readings(list(range(0, 660, 6)), [7.0] * 110)
    house = _household(mains, kettle)
    gap = np.isnan(house.mains_w)
    assert gap[3:20].all()
    assert not gap[:3].any()
    np.testing.assert_array_equal(np.isnan(house.truth_w["kettle"]), gap)


def test_an_appliance_that_is_silent_has_no_truth() -> None:
    mains = _readings(list(range(0, 300, 6)), [200.0] * 50)
    kettle = _readings(list(range(0, 120, 6)), [7.0] * 20)
    house = _household(mains, kettle)
    np.testing.assert_array_equal(np.isnan(house.truth_w["kettle"]), [False] * 4 + [True] * 6)


@pytest.mark.parametrize("wrong_w", [-1.0, 60_000.0, float("inf"), float("nan")])
def test_a_reading_that_cannot_be_does_not_count(wrong_w: float) -> None:
    house = _household(_readings([0, 6, 12, 18, 24, 30, 60], [10, 10, wrong_w, 10, 10, 20, 20]))
    np.testing.assert_allclose(house.mains_w, [10, 20, 20])


def test_the_bound_of_an_appliance_is_its_own() -> None:
    mains = _readings(list(range(0, 120, 6)), [9000.0] * 20)
    kettle = _readings(list(range(0, 120, 6)), [3000.0] * 10 + [9000.0] * 10)
    house = _household(mains, kettle, Form(most_appliance_w=4000))
    np.testing.assert_allclose(house.mains_w, [9000] * 4)
    np.testing.assert_allclose(house.truth_w["kettle"], [3000, 3000, np.nan, np.nan])


def test_readings_in_any_order_give_the_same() -> None:
    rng = np.random.default_rng(1)
    seconds, power_w = np.arange(0, 3600, 6), rng.integers(50, 3000, 600)
    order = rng.permutation(600)
    sorted_one = _household(_readings(list(seconds), list(power_w)))
    shuffled = _household(_readings(list(seconds[order]), list(power_w[order])))
    np.testing.assert_array_equal(sorted_one.mains_w, shuffled.mains_w)
    assert sorted_one.start == shuffled.start


def test_of_repeated_times_the_last_counts() -> None:
    house = _household(_readings([0, 0, 10, 10, 20, 30], [5, 40, 5, 40, 40, 40]))
    np.testing.assert_allclose(house.mains_w, [40, 40][: len(house)])


def test_an_hour_of_identical_mains_is_an_outage() -> None:
    rng = np.random.default_rng(2)
    mains_w = rng.uniform(100, 900, 600).astype(np.float32)
    mains_w[100:219] = 300.0
    mains_w[400:520] = 300.0
    down = np.isnan(without_outages(mains_w))
    assert np.flatnonzero(down).tolist() == list(range(400, 520))


def test_an_outage_is_found_in_readings_that_are_no_whole_watts() -> None:
    seconds = np.arange(0, 4 * 3600)
    power_w = np.random.default_rng(4).uniform(90, 900, seconds.size)
    power_w[3600:9000] = 222.2
    house = _household(_readings(list(seconds), list(power_w)))
    assert np.flatnonzero(np.isnan(house.mains_w)).tolist() == list(range(120, 300))


def test_order_is_kept_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings_module, "_LATE_ROWS", 20)
    rng = np.random.default_rng(5)
    seconds = np.arange(1000) + rng.integers(0, 10, 1000)
    pieces = [_readings(list(part), list(part * 2.0)) for part in np.split(seconds, 100)]
    found = list(in_order(pieces, "made"))
    assert max(len(each) for each in found) <= 40
    times_us = np.concatenate([each.times_us for each in found])
    np.testing.assert_array_equal(times_us, START_US + np.unique(seconds) * SECOND_US)
    power_w = np.concatenate([each.power_w[:, 0] for each in found])
    np.testing.assert_array_equal(power_w, np.unique(seconds) * 2.0)


def test_a_reading_that_comes_far_too_late_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings_module, "_LATE_ROWS", 20)
    pieces = [_readings(list(range(60)), [1.0] * 60), _readings([3], [1.0])]
    with pytest.raises(DataCorruptionError, match=r"made: .* 2024-01-01 00:00:03.*sort the file"):
        list(in_order(pieces, "made"))


@pytest.mark.parametrize("unit", [1000, 1 / 1000])
def test_times_of_another_unit_are_refused(unit: float) -> None:
    times_us = (np.array([START_US, START_US + 6]) * unit).astype(np.int64)
    with pytest.raises(DataCorruptionError, match=r"channel 1: .*column and unit of the times"):
        list(in_order([Readings(times_us, np.zeros((2, 1)))], "channel 1"))


def test_a_slow_meter_needs_a_wider_gap() -> None:
    mains = _readings(list(range(0, 9000, 900)), [100.0, 200.0] * 5)
    with pytest.raises(FailedPreconditionError, match=r"made: .*larger max_gap_s"):
        _household(mains)
    house = _household(mains, form=Form(max_gap_s=900))
    np.testing.assert_allclose(house.mains_w[[0, 29, 30, 299]], [100, 100, 200, 200])
