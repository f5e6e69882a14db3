"""What is downsampled is never wrong: late rows, tasks that ran or did not, days that rest."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nilm_core.access import MeterKind
from nilm_core.clock import ManualClock
from nilm_core.timegrid import TimeGrid, from_us, to_us
from nilm_telemetry.adapters.influxdb.stores import InfluxStores
from nilm_telemetry.adapters.memory import MemoryPredictionStore, MemoryReadingStore
from nilm_telemetry.domain.predictions import PredictedCells
from nilm_telemetry.domain.quarters import DAY_US
from nilm_telemetry.domain.readings import MeterSeries, Readings
from tests.support.influxdb import StandInInfluxDb
from tests.support.influxdb_stores import stand_in_stores

BEGIN = datetime(2024, 3, 1, tzinfo=UTC)
DAY = to_us(BEGIN)
MINUTE_US = 60_000_000
MAINS = MeterSeries("bld_1", "mtr_1", MeterKind.MAINS)
REST = timedelta(minutes=16)
PERIODS_S = (60, 300, 900, 3_600, 21_600, 86_400, 728 * 86_400, 3_640_000 * 86_400)


def minutes(days: int, seed: int = 0, period_us: int = 5 * MINUTE_US) -> Readings:
    times = DAY + period_us * np.arange(days * DAY_US // period_us, dtype=np.int64)
    power = np.random.default_rng(seed).uniform(-100, 4_000, len(times)).astype(np.float32)
    return Readings(times, power)


def row(time_us: int, power_w: float) -> Readings:
    return Readings(np.array([time_us], np.int64), np.array([power_w], np.float32))


async def assert_same(
    stores: InfluxStores,
    reference: MemoryReadingStore,
    start_us: int = DAY + 3 * MINUTE_US,
    end_us: int = DAY + 4 * DAY_US - 7 * MINUTE_US,
) -> None:
    """Compares windows of every level and the quarters with a store that keeps rows alone."""
    for seconds in PERIODS_S:
        period = timedelta(seconds=seconds)
        grid = TimeGrid.covering(from_us(start_us), from_us(end_us), period)
        one = await stores.readings.buckets("mtr_1", grid, start_us, end_us)
        other = await reference.buckets("mtr_1", grid, start_us, end_us)
        np.testing.assert_array_equal(one.count, other.count, err_msg=str(period))
        np.testing.assert_array_equal(one.min_w, other.min_w, err_msg=str(period))
        np.testing.assert_array_equal(one.max_w, other.max_w, err_msg=str(period))
        np.testing.assert_allclose(one.mean_w, other.mean_w, rtol=1e-5, atol=1e-3)
    quarters = await stores.readings.quarters("mtr_1", DAY, DAY + 4 * DAY_US)
    expected = await reference.quarters("mtr_1", DAY, DAY + 4 * DAY_US)
    for name in ("start_us", "covered_us", "count", "min_w", "max_w", "max_time_us"):
        np.testing.assert_array_equal(getattr(quarters, name), getattr(expected, name), name)
    np.testing.assert_allclose(quarters.energy_wh, expected.energy_wh, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(quarters.sum_w, expected.sum_w, rtol=1e-9, atol=1e-6)


async def sources(
    server: StandInInfluxDb,
    stores: InfluxStores,
    seconds: int,
    start_us: int = DAY + MINUTE_US,
    end_us: int = DAY + 3 * DAY_US - MINUTE_US,
) -> set[str]:
    """Returns the buckets that the windows of an interval are asked of."""
    server.queries.clear()
    grid = TimeGrid.covering(from_us(start_us), from_us(end_us), timedelta(seconds=seconds))
    await stores.readings.buckets("mtr_1", grid, start_us, end_us)
    return {query.split('"')[1] for query in server.queries if "aggregateWindow" in query}


def downsampled(server: StandInInfluxDb, day: str) -> list[str]:
    """Returns the queries that downsampled a day."""
    begin = f"start: {day}T00:00:00"
    return [query for query in server.queries if "to(bucket" in query and begin in query]


async def test_settled_days_are_asked_of_the_coarsest_level_and_the_ends_of_the_rows() -> None:
    clock, reference = ManualClock(BEGIN + timedelta(days=3)), MemoryReadingStore()
    async with stand_in_stores(clock) as (server, stores):
        for store in (stores.readings, reference):
            await store.write(MAINS, minutes(3))
        assert await sources(server, stores, 3_600) == {"raw_sensor_data"}
        assert await stores.settler.settle_rested() == 0  # a row may still be on its way
        clock.advance(REST)
        assert await stores.settler.settle_rested() == 5  # those beside, to which an end matters
        assert await stores.settler.settle_rested() == 0
        raw = "raw_sensor_data"
        assert await sources(server, stores, 21_600) == {raw, f"{raw}_1h"}
        assert await sources(server, stores, 900) == {raw, f"{raw}_15m"}
        assert await sources(server, stores, 60) == {raw, f"{raw}_1m"}
        assert await sources(server, stores, 30) == {raw}
        await assert_same(stores, reference)


async def test_a_late_row_is_seen_at_once_and_downsampled_again_after_its_day_rests() -> None:
    clock, reference = ManualClock(BEGIN + timedelta(days=3)), MemoryReadingStore()
    async with stand_in_stores(clock) as (server, stores):
        for store in (stores.readings, reference):
            await store.write(MAINS, minutes(3))
        clock.advance(REST)
        await stores.settler.settle_rested()
        clock.advance(timedelta(hours=1))
        for store in (stores.readings, reference):
            await store.write(MAINS, row(DAY + DAY_US + 12 * 3_600_000_000 + 1, 9_999))
        await assert_same(stores, reference)
        clock.advance(REST)
        assert await stores.settler.settle_rested() == 1
        await assert_same(stores, reference)
        hour = server.buckets["raw_sensor_data_1h"].series
        assert 9_999 in {value for one in hour.values() for value in one.rows.values()}


async def test_an_import_of_the_past_is_downsampled_without_any_task() -> None:
    clock, reference = ManualClock(BEGIN + timedelta(days=900)), MemoryReadingStore()
    async with stand_in_stores(clock) as (server, stores):
        for store in (stores.readings, reference):
            await store.write(MAINS, minutes(3))
        clock.advance(REST)
        assert await stores.settler.settle_rested() > 0
        assert "raw_sensor_data_1h" in await sources(server, stores, 3_600)
        await assert_same(stores, reference)


async def test_a_day_that_the_tasks_made_is_not_made_again() -> None:
    clock, reference = ManualClock(BEGIN + timedelta(hours=23, minutes=50)), MemoryReadingStore()
    async with stand_in_stores(clock) as (server, stores):
        readings = minutes(1)
        for store in (stores.readings, reference):
            await store.write(MAINS, readings)
        server.run_tasks(BEGIN + timedelta(hours=23))
        clock.advance(REST)  # the day is over, its last hour not yet made
        server.queries.clear()
        await stores.settler.settle_rested()
        assert not downsampled(server, "2024-03-01")
        first_day = (3_600, DAY, DAY + DAY_US)
        assert await sources(server, stores, *first_day) == {"raw_sensor_data"}
        clock.advance(timedelta(hours=1))
        server.run_tasks(BEGIN + timedelta(hours=25))
        server.queries.clear()
        await stores.settler.settle_rested()
        assert not downsampled(server, "2024-03-01")
        assert await sources(server, stores, *first_day) == {"raw_sensor_data_1h"}
        await assert_same(stores, reference)


async def test_tasks_that_stand_still_are_not_waited_for_for_ever() -> None:
    clock, reference = ManualClock(BEGIN + timedelta(hours=23, minutes=50)), MemoryReadingStore()
    async with stand_in_stores(clock) as (server, stores):
        server.run_tasks(BEGIN + timedelta(hours=23))
        for store in (stores.readings, reference):
            await store.write(MAINS, minutes(1))
        clock.advance(timedelta(hours=4))
        assert await stores.settler.settle_rested() > 0
        assert "raw_sensor_data_1h" in await sources(server, stores, 3_600)
        await assert_same(stores, reference)


async def test_a_write_while_a_day_is_settled_leaves_it_unsettled() -> None:
    clock, reference = ManualClock(BEGIN + timedelta(days=3)), MemoryReadingStore()
    async with stand_in_stores(clock) as (_, stores):
        for store in (stores.readings, reference):
            await store.write(MAINS, minutes(3))
        clock.advance(REST)
        settle = stores.settler._catalog.settle

        async def settle_late(day: object, touched_us: int) -> None:
            for store in (stores.readings, reference):
                await store.write(MAINS, row(DAY + DAY_US + 5, 7_777))
            await settle(day, touched_us)  # type: ignore[arg-type]

        stores.settler._catalog.settle = settle_late  # type: ignore[method-assign,assignment]
        await stores.settler.settle_rested()
        await assert_same(stores, reference)


async def test_another_process_goes_on_where_one_ended() -> None:
    clock = ManualClock(BEGIN + timedelta(days=3))
    async with stand_in_stores(clock) as (server, stores):
        await stores.readings.write(MAINS, minutes(3))
        clock.advance(REST)
        assert await stores.settler.settle_rested() == 5
        async with InfluxStores(stores.client.config, clock) as next_process:
            assert await next_process.settler.settle_rested() == 0
            await next_process.readings.write(MAINS, row(DAY + 12 * 3_600_000_000 + 1, 1))
            clock.advance(REST)
            assert await next_process.settler.settle_rested() == 1
            assert server.buckets["raw_sensor_data_1h"].series


async def test_quarters_of_predictions_follow_a_rewrite_with_shorter_cells() -> None:
    clock, reference = ManualClock(BEGIN + timedelta(days=3)), MemoryPredictionStore()
    async with stand_in_stores(clock) as (_, stores):
        hours = [cells(DAY + hour * 60 * MINUTE_US, 3_600_000_000) for hour in range(24)]
        for writes in (hours, [cells(DAY + 60 * MINUTE_US, MINUTE_US)]):
            for store in (stores.predictions, reference):
                await store.write("bld_1", writes)
            clock.advance(REST)
            assert await stores.settler.settle_rested() > 0
            one = await stores.predictions.quarters("bld_1", "kettle", DAY, DAY + DAY_US)
            other = await reference.quarters("bld_1", "kettle", DAY, DAY + DAY_US)
            np.testing.assert_array_equal(one.start_us, other.start_us)
            np.testing.assert_array_equal(one.covered_us, other.covered_us)
            np.testing.assert_allclose(one.energy_wh, other.energy_wh)
            np.testing.assert_allclose(one.on_confidence_us, other.on_confidence_us)


def cells(start_us: int, period_us: int) -> PredictedCells:
    return PredictedCells(
        "kettle",
        "v1",
        period_us,
        np.array([start_us], np.int64),
        np.array([120], np.float32),
        np.array([0.75], np.float32),
    )


_steps = st.lists(
    st.one_of(
        st.lists(
            st.tuples(
                st.integers(0, 3 * DAY_US // (7 * MINUTE_US)).map(
                    lambda n: DAY + n * 7 * MINUTE_US
                ),
                st.integers(-50, 5_000).map(float),
            ),
            min_size=1,
            max_size=40,
        ),
        st.sampled_from(["rest", "moment", "tasks"]),
    ),
    min_size=2,
    max_size=10,
)


@settings(max_examples=8, deadline=None)
@given(steps=_steps)
async def test_any_order_of_writes_and_settling_leaves_what_rows_alone_would_tell(
    steps: list[str | list[tuple[int, float]]],
) -> None:
    clock, reference = ManualClock(BEGIN + timedelta(days=2, hours=23)), MemoryReadingStore()
    async with stand_in_stores(clock) as (server, stores):
        for step in steps:
            if step == "tasks":
                server.run_tasks(clock.now().replace(minute=0))
            elif isinstance(step, str):
                clock.advance(REST if step == "rest" else timedelta(minutes=2))
                await stores.settler.settle_rested()
            else:
                times = np.array([time for time, _ in step], np.int64)
                readings = Readings(times, np.array([power for _, power in step], np.float32))
                for store in (stores.readings, reference):
                    await store.write(MAINS, readings)
        await assert_same(stores, reference)


async def test_settling_too_early_is_refused() -> None:
    with pytest.raises(Exception, match="settle_after_s"):
        async with stand_in_stores(settle_after_s=10.0):
            pass
