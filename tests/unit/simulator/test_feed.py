"""The feed: complete, never twice, through outages and restarts, with bounded chunks."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from nilm_core.clock import ManualClock
from nilm_core.errors import NotFoundError, UnauthenticatedError, UnavailableError
from nilm_core.timegrid import from_us, to_us
from nilm_simulator.domain.household import Household
from nilm_simulator.domain.noise import Float64Array, Int64Array
from nilm_simulator.feed import CHUNK_SAMPLES, Feed, FeedPlan
from nilm_simulator.ports import Site

NOW = datetime(2025, 3, 30, 12, 0, 3, tzinfo=UTC)
PERIOD = timedelta(seconds=10)
HISTORY = timedelta(days=2)
HOUSEHOLD = Household(7, ZoneInfo("Europe/London"))
SITE = Site("bld_1", "mtr_mains", {"kettle": "mtr_kettle", "fridge": "mtr_fridge"})


class OneSite:
    def __init__(self) -> None:
        self.error: Exception | None = None

    async def prepare(self) -> Site:
        if self.error is not None:
            raise self.error
        return SITE


class MemoryReadings:
    """Keeps readings, counts writes, and is away where it is told to be."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[int, float]] = {}
        self.written = 0
        self.largest_write = 0
        self.failures: list[Exception] = []

    async def latest(self, building_id: str) -> Mapping[str, int]:
        assert building_id == SITE.building_id
        return {meter_id: max(rows) for meter_id, rows in self.rows.items() if rows}

    async def write(
        self, building_id: str, meter_id: str, times_us: Int64Array, power_w: Float64Array
    ) -> None:
        assert building_id == SITE.building_id
        if self.failures:
            raise self.failures.pop(0)
        self.written += times_us.size
        self.largest_write = max(self.largest_write, times_us.size)
        rows = zip(times_us.tolist(), power_w.tolist(), strict=True)
        self.rows.setdefault(meter_id, {}).update(rows)


class Waits:
    """Moves the clock instead of sleeping, and stops the feed after some waits."""

    def __init__(self, clock: ManualClock, count: int) -> None:
        self.clock = clock
        self.left = count
        self.delays: list[float] = []

    async def __call__(self, delay_s: float) -> None:
        self.delays.append(delay_s)
        self.left -= 1
        if self.left <= 0:
            raise asyncio.CancelledError
        self.clock.advance(timedelta(seconds=delay_s))


async def feed_for(
    store: MemoryReadings,
    waits: int,
    *,
    now: datetime = NOW,
    sites: OneSite | None = None,
    history: timedelta = HISTORY,
) -> tuple[Feed, Waits]:
    clock = ManualClock(now)
    sleep = Waits(clock, waits)
    feed = Feed(
        HOUSEHOLD,
        sites or OneSite(),
        store,
        plan=FeedPlan(PERIOD, history),
        clock=clock,
        sleep=sleep,
    )
    with pytest.raises(asyncio.CancelledError):
        await feed.run()
    return feed, sleep


def assert_complete(store: MemoryReadings, start: datetime, end: datetime) -> None:
    step = 10_000_000
    expected = np.arange(-(-to_us(start) // step) * step, to_us(end) + 1, step, dtype=np.int64)
    power = HOUSEHOLD.power_at(expected)
    series = {"mtr_mains": power.mains_w} | {
        meter: power.appliances_w[name] for name, meter in SITE.truth_meter_ids.items()
    }
    assert set(store.rows) == set(series)
    for meter_id, power_w in series.items():
        assert store.rows[meter_id] == dict(zip(expected.tolist(), power_w.tolist(), strict=True))


async def test_history_is_complete_and_written_in_bounded_chunks() -> None:
    store = MemoryReadings()
    feed, _ = await feed_for(store, 1)
    assert_complete(store, NOW - HISTORY, NOW)
    assert store.largest_write == CHUNK_SAMPLES
    assert store.written == 3 * len(store.rows["mtr_mains"])
    assert feed.health().ready


async def test_each_reading_follows_as_it_falls_due() -> None:
    store = MemoryReadings()
    _, sleep = await feed_for(store, 4)
    assert sleep.delays == [7.0, 10.0, 10.0, 10.0]
    assert_complete(store, NOW - HISTORY, NOW + timedelta(seconds=27))


async def test_a_restart_writes_only_what_is_missing() -> None:
    store = MemoryReadings()
    await feed_for(store, 1)
    before = store.written
    await feed_for(store, 1, now=NOW + timedelta(hours=1))
    assert store.written - before == 3 * 360
    assert_complete(store, NOW - HISTORY, NOW + timedelta(hours=1))


async def test_a_restart_goes_on_after_a_longer_time_than_the_history() -> None:
    store = MemoryReadings()
    short = timedelta(hours=1)
    await feed_for(store, 1, history=short)
    await feed_for(store, 1, now=NOW + timedelta(hours=5), history=short)
    assert_complete(store, NOW - short, NOW + timedelta(hours=5))


async def test_a_meter_that_fell_behind_catches_up_alone() -> None:
    store = MemoryReadings()
    await feed_for(store, 1)
    late_us = to_us(NOW - timedelta(hours=1))
    kept = {time: power for time, power in store.rows["mtr_kettle"].items() if time <= late_us}
    store.rows["mtr_kettle"] = kept
    before = store.written
    await feed_for(store, 1)
    assert store.written - before == 360
    assert_complete(store, NOW - HISTORY, NOW)


async def test_an_outage_loses_nothing_and_is_waited_for_ever_longer() -> None:
    store = MemoryReadings()
    store.failures = [UnavailableError("telemetry is away") for _ in range(9)]
    feed, sleep = await feed_for(store, 5)
    assert sleep.delays[:3] == [0.25, 0.5, 1.0]
    end = from_us(max(store.rows["mtr_mains"]))
    assert end > NOW
    assert_complete(store, NOW - HISTORY, end)
    assert feed.health().ready


async def test_a_write_that_was_stored_in_part_is_written_again_whole() -> None:
    store = MemoryReadings()
    await feed_for(store, 1, history=timedelta(hours=1))
    write, is_first = store.write, True

    async def lose_the_beginning(
        building_id: str, meter_id: str, times_us: Int64Array, power_w: Float64Array
    ) -> None:
        nonlocal is_first
        if is_first and meter_id == SITE.mains_meter_id:
            is_first = False
            await write(building_id, meter_id, times_us[100:], power_w[100:])
            raise UnavailableError("the store went away within the write")
        await write(building_id, meter_id, times_us, power_w)

    store.write = lose_the_beginning  # type: ignore[method-assign]
    later = NOW + timedelta(hours=1)
    _, sleep = await feed_for(store, 2, now=later, history=timedelta(hours=1))
    assert sleep.delays[0] == 0.25
    assert_complete(store, NOW - timedelta(hours=1), later + timedelta(seconds=0.25))


async def test_a_long_outage_shows_in_the_health_and_keeps_to_the_longest_wait() -> None:
    store = MemoryReadings()
    store.failures = [UnavailableError("telemetry is away") for _ in range(99)]
    feed, sleep = await feed_for(store, 12)
    assert max(sleep.delays) == 15.0
    assert not feed.health().ready
    assert feed.health().failures == {"feed": "telemetry is away"}


async def test_a_limit_is_waited_for_as_long_as_it_says() -> None:
    store = MemoryReadings()
    store.failures = [UnavailableError("later", retry_after=timedelta(seconds=42))]
    _, sleep = await feed_for(store, 2)
    assert sleep.delays[0] == 42.0


async def test_a_meter_that_was_deleted_is_asked_for_anew() -> None:
    store = MemoryReadings()
    store.failures = [NotFoundError("meter mtr_mains not found")]
    feed, _ = await feed_for(store, 2)
    assert feed.health().ready


async def test_a_wrong_password_ends_the_job() -> None:
    sites = OneSite()
    sites.error = UnauthenticatedError("wrong email or password")
    feed = Feed(
        HOUSEHOLD, sites, MemoryReadings(), plan=FeedPlan(PERIOD, HISTORY), clock=ManualClock(NOW)
    )
    with pytest.raises(UnauthenticatedError):
        await feed.run()
