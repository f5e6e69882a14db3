"""The simulated household: the same however it is asked, plausible, and its own sum."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nilm_core.timegrid import from_us, to_us
from nilm_simulator.domain.background import STANDBY_W
from nilm_simulator.domain.day import plan_day
from nilm_simulator.domain.household import APPLIANCES, Household, HouseholdPower
from nilm_simulator.domain.noise import Int64Array, normal_at

LONDON = ZoneInfo("Europe/London")
PERIOD_US = 10_000_000
START = datetime(2025, 3, 24, tzinfo=UTC)  # the week in which British clocks go forward
DAYS = 14


def times(start: datetime = START, days: float = DAYS, period_us: int = PERIOD_US) -> Int64Array:
    first = to_us(start)
    return np.arange(first, first + int(days * 86_400_000_000), period_us, dtype=np.int64)


@pytest.fixture(scope="module")
def fortnight() -> HouseholdPower:
    return Household(7, LONDON).power_at(times())


def episodes(power_w: np.ndarray, threshold_w: float) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], power_w > threshold_w, [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


@given(
    seed=st.integers(0, 1_000),
    cuts=st.lists(st.integers(1, 2_879), max_size=6, unique=True),
    day=st.integers(0, 400),
)
@settings(max_examples=25, deadline=None)
def test_any_chunking_gives_the_same_power(seed: int, cuts: list[int], day: int) -> None:
    moments = times(START + timedelta(days=day), days=2, period_us=60_000_000)
    whole = Household(seed, LONDON).power_at(moments)
    other = Household(seed, LONDON)
    parts = [other.power_at(part) for part in np.split(moments, sorted(cuts))]
    np.testing.assert_array_equal(whole.mains_w, np.concatenate([p.mains_w for p in parts]))
    for kind in APPLIANCES:
        np.testing.assert_array_equal(
            whole.appliances_w[kind.appliance_id],
            np.concatenate([p.appliances_w[kind.appliance_id] for p in parts]),
        )


@given(index=st.integers(0, DAYS * 8_640 - 1))
@settings(max_examples=40, deadline=None)
def test_one_moment_alone_is_as_in_the_whole(index: int, fortnight: HouseholdPower) -> None:
    alone = Household(7, LONDON).power_at(times()[index : index + 1])
    assert alone.mains_w[0] == fortnight.mains_w[index]


def test_other_seeds_are_other_households(fortnight: HouseholdPower) -> None:
    other = Household(8, LONDON).power_at(times())
    assert not np.array_equal(other.appliances_w["kettle"], fortnight.appliances_w["kettle"])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("month", [1, 4, 7, 10])
def test_energy_is_that_of_a_home(seed: int, month: int) -> None:
    power = Household(seed, LONDON).power_at(
        times(datetime(2025, month, 1, tzinfo=UTC), period_us=30_000_000)
    )
    kwh_a_day = float(power.mains_w.mean()) * 24 / 1_000
    assert 8.0 <= kwh_a_day <= 14.0


def test_mains_is_the_sum_of_the_appliances_and_a_positive_rest(fortnight: HouseholdPower) -> None:
    rest_w = fortnight.mains_w - sum(fortnight.appliances_w.values())
    assert rest_w.min() > STANDBY_W / 2
    assert all(power_w.min() >= 0.0 for power_w in fortnight.appliances_w.values())
    assert np.isfinite(fortnight.mains_w).all()


def test_kettle_boils_for_2_to_4_minutes_at_2_to_3_kw(fortnight: HouseholdPower) -> None:
    kettle_w = fortnight.appliances_w["kettle"]
    boils = episodes(kettle_w, 500.0)
    assert 2 * DAYS <= len(boils) <= 9 * DAYS
    assert all(11 <= last - first <= 25 for first, last in boils)
    assert all(1_900 < kettle_w[first:last].mean() < 3_100 for first, last in boils)


def test_boils_cluster_in_the_morning_and_the_afternoon(fortnight: HouseholdPower) -> None:
    starts = [first for first, _ in episodes(fortnight.appliances_w["kettle"], 500.0)]
    hours = [from_us(int(times()[index])).astimezone(LONDON).hour for index in starts]
    assert sum(6 <= hour < 11 or 15 <= hour < 19 for hour in hours) > len(hours) / 2
    assert not any(hour < 5 for hour in hours)


def test_dishwasher_heats_twice_a_programme(fortnight: HouseholdPower) -> None:
    heated = episodes(fortnight.appliances_w["dishwasher"], 1_500.0)
    programmes = episodes(fortnight.appliances_w["dishwasher"], 1.0)
    assert len(programmes) >= 5
    for first, last in programmes:
        assert sum(first <= begin and end <= last for begin, end in heated) == 2


def test_washing_machine_heats_turns_and_spins(fortnight: HouseholdPower) -> None:
    power_w = fortnight.appliances_w["washing_machine"]
    programmes = episodes(power_w, 1.0)
    assert len(programmes) >= 4
    for first, last in programmes:
        programme = power_w[first:last]
        assert programme.max() > 1_900
        after_heating = programme[np.flatnonzero(programme > 1_500)[-1] + 1 :]
        assert np.count_nonzero(np.abs(np.diff(after_heating)) > 80) > 30
        assert 250 < after_heating[-60:].max() < 650


def test_microwave_runs_for_minutes_at_700_to_1400_w(fortnight: HouseholdPower) -> None:
    power_w = fortnight.appliances_w["microwave"]
    on = power_w[power_w > 200.0]
    assert on.size
    assert 650 < on.min() < on.max() < 1_450
    assert all(last - first <= 33 for first, last in episodes(power_w, 1.0))


def test_fridge_cycles_day_and_night(fortnight: HouseholdPower) -> None:
    power_w = fortnight.appliances_w["fridge"].reshape(DAYS * 4, -1)
    shares = (power_w > 50.0).mean(axis=1)
    assert ((shares > 0.25) & (shares < 0.5)).all()


def test_a_household_without_times_has_no_power() -> None:
    assert Household(7, LONDON).power_at(np.array([], dtype=np.int64)).mains_w.size == 0


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2025, 3, 30), 23), (date(2025, 6, 1), 24), (date(2025, 10, 26), 25)]
)
def test_days_have_the_length_of_the_local_day(day: date, hours: int) -> None:
    plan = plan_day(7, day, LONDON)
    assert plan.end_us - plan.start_us == hours * 3_600_000_000


def test_people_get_up_by_the_local_clock() -> None:
    for month in (1, 7):
        plan = plan_day(7, date(2025, month, 15), LONDON)
        woke = from_us(plan.home[0][0]).astimezone(LONDON)
        assert 5 <= woke.hour <= 8


def test_working_days_are_mostly_spent_away_and_weekends_are_not() -> None:
    noon_h = 12.0
    plans = [plan_day(7, date(2025, 1, 1) + timedelta(days=index), LONDON) for index in range(200)]
    at_home = {
        weekend: np.mean(
            [plan.is_home(plan.at(noon_h)) for plan in plans if plan.is_weekend is weekend]
        )
        for weekend in (True, False)
    }
    assert at_home[False] < 0.5 < at_home[True]


def test_lamps_burn_longer_in_winter() -> None:
    def dark_hours(month: int) -> float:
        plan = plan_day(7, date(2025, month, 21), LONDON)
        return sum(end - start for start, end in plan.dark()) / 3_600_000_000

    assert dark_hours(12) > dark_hours(6)


def test_noise_is_standard_normal_and_each_purpose_has_its_own() -> None:
    noise = normal_at(times(), 7, "meter")
    assert abs(noise.mean()) < 0.02
    assert noise.std() == pytest.approx(1.0, abs=0.02)
    assert abs(np.corrcoef(noise, normal_at(times(), 7, "kettle"))[0, 1]) < 0.02
    assert abs(np.corrcoef(noise[:-1], noise[1:])[0, 1]) < 0.02
