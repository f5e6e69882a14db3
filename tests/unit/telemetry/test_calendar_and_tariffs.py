from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nilm_core.timegrid import from_us
from nilm_telemetry.domain.calendar import Period, local_quarters, period_starts
from nilm_telemetry.domain.summary import quarter_grid
from nilm_telemetry.domain.tariffs import Tariff, TimeOfUseRate, price_quarters

ZONES = (
    "UTC",
    "Europe/London",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "America/Asuncion",
    "Pacific/Apia",
)
EPOCH = date(1970, 1, 1)


@settings(deadline=None, max_examples=60)
@given(
    zone=st.sampled_from(ZONES),
    minutes=st.integers(0, 25 * 365 * 24 * 60),
    days=st.integers(1, 40),
)
def test_the_local_clock_is_that_of_the_zone(zone: str, minutes: int, days: int) -> None:
    start = datetime(2005, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    grid = quarter_grid(start, start + timedelta(days=days))
    local = local_quarters(grid, ZoneInfo(zone))
    for index in range(0, len(grid), 7):
        expected = from_us(int(grid[index])).astimezone(ZoneInfo(zone))
        assert local.minute[index] == expected.hour * 60 + expected.minute
        assert local.day[index] == (expected.date() - EPOCH).days
        assert local.weekday[index] == expected.isoweekday()


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", "2024-03-31", 23),
        ("Europe/London", "2024-10-27", 25),
        ("Australia/Lord_Howe", "2024-04-07", 24.5),
        ("Asia/Kathmandu", "2024-03-31", 24),
        ("America/Asuncion", "2024-03-23", 25),  # clocks go back at midnight
        ("Pacific/Apia", "2011-12-29", 24),  # the 30th was skipped
    ],
)
def test_a_local_day_has_its_own_length(zone: str, day: str, hours: float) -> None:
    noon = datetime.fromisoformat(day).replace(hour=12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    local = local_quarters(
        quarter_grid(noon - timedelta(days=2), noon + timedelta(days=2)), ZoneInfo(zone)
    )
    number = (date.fromisoformat(day) - EPOCH).days
    assert np.count_nonzero(local.day == number) == hours * 4
    starts = period_starts(local, Period.DAY)
    assert local.day[starts].tolist() == sorted(set(local.day.tolist()))


def test_months_begin_at_local_midnight() -> None:
    grid = quarter_grid(datetime(2024, 1, 15, tzinfo=UTC), datetime(2024, 4, 15, tzinfo=UTC))
    zone = ZoneInfo("America/New_York")
    starts = period_starts(local_quarters(grid, zone), Period.MONTH)
    assert [from_us(int(grid[at])).astimezone(zone).isoformat() for at in starts[1:]] == [
        "2024-02-01T00:00:00-05:00",
        "2024-03-01T00:00:00-05:00",
        "2024-04-01T00:00:00-04:00",
    ]
    assert period_starts(local_quarters(grid, zone), Period.WHOLE).tolist() == [0]


def brute_price(tariffs: list[Tariff], moment: datetime) -> float | None:
    """Returns the price by reading the rules one by one."""
    held = [tariff for tariff in tariffs if tariff.effective_date <= moment.date()]
    if not held:
        return None
    tariff = max(held, key=lambda one: one.effective_date)
    minute = moment.hour * 60 + moment.minute
    for rate in tariff.rates:
        began = moment
        if rate.end_minute > rate.start_minute:
            inside = rate.start_minute <= minute < rate.end_minute
        elif minute >= rate.start_minute:
            inside = True
        else:
            inside = minute < rate.end_minute
            began = moment - timedelta(days=1)
        if inside and (not rate.weekdays or began.isoweekday() in rate.weekdays):
            return rate.price_per_kwh
    return tariff.price_per_kwh


_rate = st.builds(
    TimeOfUseRate,
    st.frozensets(st.integers(1, 7), max_size=4),
    st.integers(0, 95).map(lambda n: n * 15),
    st.integers(1, 96).map(lambda n: n * 15),
    st.integers(1, 9).map(float),
)
_tariff = st.builds(
    Tariff,
    st.dates(date(2024, 3, 25), date(2024, 4, 5)),
    st.just("GBP"),
    st.integers(10, 19).map(float),
    st.just(0.0),
    st.lists(_rate, max_size=4).map(tuple),
)


@settings(deadline=None, max_examples=60)
@given(tariffs=st.lists(_tariff, max_size=3, unique_by=lambda one: one.effective_date))
def test_prices_equal_the_rules_read_one_by_one(tariffs: list[Tariff]) -> None:
    zone = ZoneInfo("Europe/London")
    grid = quarter_grid(datetime(2024, 3, 28, tzinfo=UTC), datetime(2024, 4, 4, tzinfo=UTC))
    prices = price_quarters(tariffs, local_quarters(grid, zone))
    for index, time in enumerate(grid.tolist()):
        expected = brute_price(tariffs, from_us(time).astimezone(zone))
        if expected is None:
            assert prices.tariff_index[index] == -1
        else:
            assert prices.per_kwh[index] == expected
