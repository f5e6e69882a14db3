"""What every store of readings must do, against a plain dictionary."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nilm_core.access import MeterKind
from nilm_core.timegrid import TimeGrid, from_us, integrate_wh, span_us, to_us
from nilm_telemetry.adapters.duckdb.database import DatabaseConfig
from nilm_telemetry.adapters.duckdb.stores import DuckDbStores
from nilm_telemetry.adapters.memory import MemoryReadingStore
from nilm_telemetry.domain.buckets import Buckets, bucket_grid
from nilm_telemetry.domain.quarters import DAY_US, QUARTER_US, ReadingQuarters
from nilm_telemetry.domain.readings import MeterSeries, Readings
from nilm_telemetry.ports import ReadingStore

DAY = to_us(datetime(2024, 3, 1, tzinfo=UTC))
MINUTE_US = 60_000_000
ALL = (0, 2**60)
MAINS = MeterSeries("bld_1", "mtr_1", MeterKind.MAINS)
KETTLE = MeterSeries("bld_1", "mtr_2", MeterKind.APPLIANCE)


def rows(pairs: list[tuple[int, float]]) -> Readings:
    times = np.array([time for time, _ in pairs], np.int64)
    return Readings(times, np.array([power for _, power in pairs], np.float32))


def pairs(readings: Readings) -> list[tuple[int, float]]:
    return list(zip(readings.times_us.tolist(), readings.power_w.tolist(), strict=True))


def regular(start_us: int, period_us: int, n: int, seed: int = 0) -> Readings:
    power = np.random.default_rng(seed).uniform(-100, 4_000, n).astype(np.float32)
    return Readings(start_us + period_us * np.arange(n, dtype=np.int64), power)


def assert_same_buckets(one: Buckets, other: Buckets) -> None:
    assert one.grid == other.grid
    np.testing.assert_array_equal(one.count, other.count)
    np.testing.assert_array_equal(one.min_w, other.min_w)
    np.testing.assert_array_equal(one.max_w, other.max_w)
    np.testing.assert_allclose(one.mean_w, other.mean_w, rtol=1e-6)


def assert_same_quarters(one: ReadingQuarters, other: ReadingQuarters) -> None:
    for name in ("start_us", "covered_us", "count", "min_w", "max_w", "max_time_us"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    for name in ("energy_wh", "sum_w"):
        np.testing.assert_allclose(
            getattr(one, name), getattr(other, name), rtol=1e-9, atol=1e-6, err_msg=name
        )


async def test_nothing_is_known_of_a_meter_that_was_never_written(
    reading_store: ReadingStore,
) -> None:
    start, end = from_us(DAY), from_us(DAY + DAY_US)
    grid = bucket_grid(start, end, 10)
    assert len(await reading_store.page("mtr_none", *ALL, 10)) == 0
    assert (await reading_store.buckets("mtr_none", grid, DAY, DAY + DAY_US)).count.sum() == 0
    assert len(await reading_store.quarters("mtr_none", DAY, DAY + DAY_US)) == 0
    assert await reading_store.extents() == []
    assert await reading_store.extents(["mtr_none"]) == []


async def test_writing_nothing_makes_no_meter(reading_store: ReadingStore) -> None:
    await reading_store.write(MAINS, Readings.empty())
    assert await reading_store.extents() == []


async def test_rows_of_one_write_may_be_unordered_and_the_last_of_a_time_wins(
    reading_store: ReadingStore,
) -> None:
    await reading_store.write(MAINS, rows([(DAY + 2, 2), (DAY, 0), (DAY + 2, 22), (DAY + 1, 1)]))
    stored = await reading_store.page("mtr_1", *ALL, 10)
    assert pairs(stored) == [(DAY, 0), (DAY + 1, 1), (DAY + 2, 22)]


async def test_a_later_write_wins_and_a_repeat_changes_nothing(
    reading_store: ReadingStore,
) -> None:
    first = rows([(DAY, 1), (DAY + 5, 5), (DAY + 9, 9)])
    await reading_store.write(MAINS, first)
    await reading_store.write(MAINS, first)
    await reading_store.write(MAINS, rows([(DAY + 3, 3), (DAY + 5, 55), (DAY + 12, 12)]))
    expected = [(DAY, 1), (DAY + 3, 3), (DAY + 5, 55), (DAY + 9, 9), (DAY + 12, 12)]
    assert pairs(await reading_store.page("mtr_1", *ALL, 10)) == expected


async def test_meters_do_not_mix(reading_store: ReadingStore) -> None:
    await reading_store.write(MAINS, rows([(DAY, 1)]))
    await reading_store.write(KETTLE, rows([(DAY, 2), (DAY + 1, 3)]))
    assert pairs(await reading_store.page("mtr_1", *ALL, 10)) == [(DAY, 1)]
    assert pairs(await reading_store.page("mtr_2", *ALL, 10)) == [(DAY, 2), (DAY + 1, 3)]


async def test_concurrent_writes_of_new_meters_all_arrive(reading_store: ReadingStore) -> None:
    meters = [MeterSeries("bld_1", f"mtr_{n % 7}", MeterKind.APPLIANCE) for n in range(70)]
    await asyncio.gather(
        *(reading_store.write(meter, rows([(DAY + n, n)])) for n, meter in enumerate(meters))
    )
    for n in range(7):
        stored = await reading_store.page(f"mtr_{n}", *ALL, 100)
        assert pairs(stored) == [(DAY + m, m) for m in range(n, 70, 7)]


async def test_an_interval_is_half_open_and_pages_are_in_order(
    reading_store: ReadingStore,
) -> None:
    await reading_store.write(MAINS, regular(DAY, MINUTE_US, 1_000))
    stored = await reading_store.page("mtr_1", DAY + MINUTE_US, DAY + 5 * MINUTE_US, 10)
    assert stored.times_us.tolist() == [DAY + n * MINUTE_US for n in (1, 2, 3, 4)]
    assert len(await reading_store.page("mtr_1", *ALL, 7)) == 7


async def test_pages_cross_long_gaps(reading_store: ReadingStore) -> None:
    await reading_store.write(MAINS, regular(DAY, MINUTE_US, 50))
    await reading_store.write(MAINS, regular(DAY + 400 * DAY_US, MINUTE_US, 50))
    assert len(await reading_store.page("mtr_1", *ALL, 80)) == 80
    assert len(await reading_store.page("mtr_1", *ALL, 800)) == 100


async def test_extents_tell_first_last_and_newest_power(reading_store: ReadingStore) -> None:
    await reading_store.write(MAINS, rows([(DAY + 10, 10)]))
    await reading_store.write(MAINS, rows([(DAY + 5, 5)]))
    await reading_store.write(KETTLE, rows([(DAY + 7, 7)]))
    await reading_store.write(KETTLE, rows([(DAY + 7, 8)]))
    (mains,) = await reading_store.extents(["mtr_1"])
    assert (mains.series, mains.first_us, mains.last_us, mains.last_w) == (
        MAINS,
        DAY + 5,
        DAY + 10,
        10,
    )
    assert {one.series.meter_id: one.last_w for one in await reading_store.extents()} == {
        "mtr_1": 10,
        "mtr_2": 8,
    }


async def test_quarters_equal_the_integral_of_held_readings(reading_store: ReadingStore) -> None:
    readings = regular(DAY + 17_000_000, 37_000_000, 5_000)
    keep = np.ones(5_000, np.bool_)
    keep[700:900] = False  # a gap
    readings = Readings(readings.times_us[keep], readings.power_w[keep])
    await reading_store.write(MAINS, readings)
    end = DAY + 2 * DAY_US
    quarters = await reading_store.quarters("mtr_1", DAY, end)
    power = readings.power_w.astype(np.float64)
    energy, coverage = integrate_wh(readings.times_us, power, DAY, end)
    assert quarters.energy_wh.sum() == pytest.approx(energy, rel=1e-9)
    assert quarters.covered_us.sum() / (end - DAY) == pytest.approx(coverage, rel=1e-9)
    assert quarters.count.sum() == len(readings.between(DAY, end))


async def test_a_late_row_is_seen_in_a_day_that_was_added_up(reading_store: ReadingStore) -> None:
    await reading_store.write(MAINS, regular(DAY, MINUTE_US, 3 * 1_440))
    before = await reading_store.quarters("mtr_1", DAY, DAY + 2 * DAY_US)
    again = await reading_store.quarters("mtr_1", DAY, DAY + 2 * DAY_US)
    assert_same_quarters(before, again)
    await reading_store.write(MAINS, rows([(DAY + DAY_US, 9_999)]))  # first of the second day
    after = await reading_store.quarters("mtr_1", DAY, DAY + 2 * DAY_US)
    assert after.max_w.max() == 9_999
    assert after.count.sum() == before.count.sum()
    await reading_store.write(MAINS, rows([(DAY + DAY_US + 1, 9_998)]))
    later = await reading_store.quarters("mtr_1", DAY, DAY + 2 * DAY_US)
    assert later.count.sum() == before.count.sum() + 1


async def test_the_newest_reading_holds_to_the_end_of_its_quarter_hour(
    reading_store: ReadingStore,
) -> None:
    await reading_store.write(MAINS, regular(DAY, MINUTE_US, 15))
    (quarter,) = (await reading_store.quarters("mtr_1", DAY, DAY + DAY_US)).covered_us
    assert quarter == QUARTER_US
    await reading_store.write(KETTLE, regular(DAY, MINUTE_US, 8))  # 7 minutes before its end
    (quarter,) = (await reading_store.quarters("mtr_2", DAY, DAY + DAY_US)).covered_us
    assert quarter == 7 * MINUTE_US


_writes = st.lists(
    st.lists(
        st.tuples(
            st.integers(0, 4 * DAY_US // (7 * MINUTE_US)).map(lambda n: DAY + n * 7 * MINUTE_US),
            st.integers(-50, 5_000).map(float),
        ),
        min_size=1,
        max_size=60,
    ),
    min_size=1,
    max_size=12,
)
_number = count()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(writes=_writes, step=st.sampled_from([60, 300, 900, 3_600, 21_600, 86_400]))
async def test_any_writes_leave_what_a_dictionary_would_hold(
    tmp_path: Path, writes: list[list[tuple[int, float]]], step: int
) -> None:
    model: dict[int, float] = {}
    reference = MemoryReadingStore()
    config = DatabaseConfig(tmp_path / f"{next(_number)}.duckdb", threads=1, readers=1)
    start, end = DAY, DAY + 5 * DAY_US
    async with DuckDbStores(config) as stores:
        store = stores.readings
        for write in writes:
            await store.write(MAINS, rows(write))
            await reference.write(MAINS, rows(write))
            model.update(write)
            assert_same_quarters(
                await store.quarters("mtr_1", start, end),
                await reference.quarters("mtr_1", start, end),
            )
        assert pairs(await store.page("mtr_1", *ALL, 10_000)) == sorted(model.items())
        grid = TimeGrid.covering(from_us(start + 1), from_us(end), timedelta(seconds=step))
        assert span_us(grid.period) == step * 1_000_000
        assert_same_buckets(
            await store.buckets("mtr_1", grid, start + 1, end),
            await reference.buckets("mtr_1", grid, start + 1, end),
        )
        before = await store.extents()
    async with DuckDbStores(config) as stores:
        assert pairs(await stores.readings.page("mtr_1", *ALL, 10_000)) == sorted(model.items())
        assert await stores.readings.extents() == before
        assert_same_quarters(
            await stores.readings.quarters("mtr_1", start, end),
            await reference.quarters("mtr_1", start, end),
        )
