import asyncio

import numpy as np
import pytest

from nilm_core.access import MeterKind
from nilm_core.errors import ResourceExhaustedError
from nilm_telemetry.domain.readings import MeterSeries, Readings
from nilm_telemetry.service.watching import (
    MAX_WAITING_EVENTS,
    MAX_WAITING_READINGS,
    MAX_WATCHERS,
    WatchHub,
)

MAINS = MeterSeries("bld_1", "mtr_1", MeterKind.MAINS)


def readings(count: int) -> Readings:
    return Readings(np.arange(count, dtype=np.int64), np.zeros(count, np.float32))


async def test_an_event_wakes_a_waiting_watcher() -> None:
    hub = WatchHub()
    async with hub.watching("bld_1", []) as watcher:
        waiting = asyncio.create_task(watcher.next(10))
        await asyncio.sleep(0)
        hub.publish(MAINS, readings(3))
        event = await waiting
    assert event is not None
    assert event[0] == "mtr_1"
    assert len(event[1]) == 3


async def test_other_buildings_are_not_heard_of() -> None:
    hub = WatchHub()
    async with hub.watching("bld_2", []) as watcher:
        hub.publish(MAINS, readings(3))
        assert await watcher.next(0.01) is None


async def test_an_event_is_in_order_and_each_time_comes_once() -> None:
    hub = WatchHub()
    async with hub.watching("bld_1", []) as watcher:
        hub.publish(MAINS, Readings(np.array([5, 1, 5]), np.array([1, 2, 3], np.float32)))
        event = await watcher.next(1)
    assert event is not None
    assert event[1].times_us.tolist() == [1, 5]
    assert event[1].power_w.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("size", "events"), [(1, MAX_WAITING_EVENTS + 1), (1_000, MAX_WAITING_READINGS // 1_000 + 1)]
)
async def test_a_watcher_that_does_not_read_is_given_up_and_holds_nothing(
    size: int, events: int
) -> None:
    hub = WatchHub()
    async with hub.watching("bld_1", []) as watcher:
        for _ in range(events):
            hub.publish(MAINS, readings(size))
        assert not watcher._waiting
        with pytest.raises(ResourceExhaustedError) as caught:
            await watcher.next(1)
    assert caught.value.reason == "SLOW_READER"


async def test_a_watcher_that_reads_may_hear_of_any_number() -> None:
    hub = WatchHub()
    async with hub.watching("bld_1", []) as watcher:
        for _ in range(5):
            for _ in range(15):
                hub.publish(MAINS, readings(1_000))
            for _ in range(15):
                assert await watcher.next(1) is not None


async def test_a_large_write_is_told_in_parts() -> None:
    hub = WatchHub()
    async with hub.watching("bld_1", []) as watcher:
        hub.publish(MAINS, readings(15_000))
        events = [await watcher.next(1) for _ in range(2)]
    assert [len(event[1]) for event in events if event is not None] == [10_000, 5_000]


async def test_watchers_are_limited_and_leave_nothing_behind() -> None:
    hub = WatchHub()
    async with asyncio.TaskGroup() as group:
        leave = asyncio.Event()

        async def watch() -> None:
            async with hub.watching("bld_1", []):
                await leave.wait()

        for _ in range(MAX_WATCHERS):
            group.create_task(watch())
        await asyncio.sleep(0)
        with pytest.raises(ResourceExhaustedError):
            async with hub.watching("bld_2", []):
                pass
        leave.set()
    assert not hub._watchers
