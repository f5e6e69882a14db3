"""Tells watchers of new readings, and cuts those who are too slow."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from nilm_core.errors import ResourceExhaustedError
from nilm_telemetry import metrics
from nilm_telemetry.domain.readings import MeterSeries, Readings, last_of_each

MAX_WAITING_READINGS = 20_000
"""Readings that may wait for one watcher."""
MAX_WAITING_EVENTS = 1_000
"""Messages that may wait for one watcher."""
MAX_WATCHERS = 500
"""Watchers at once; each holds a stream open."""
_EVENT_READINGS = 10_000
"""Most readings of one message."""


class Watcher:
    """What waits for one watcher, bounded."""

    def __init__(self, meter_ids: Collection[str]) -> None:
        self._meter_ids = frozenset(meter_ids)
        self._waiting: deque[tuple[str, Readings]] = deque()
        self._waiting_readings = 0
        self._wake = asyncio.Event()
        self._is_slow = False

    def offer(self, meter_id: str, readings: Readings) -> None:
        """Lets an event wait, or gives the watcher up when too much waits."""
        if self._is_slow or (self._meter_ids and meter_id not in self._meter_ids):
            return
        self._waiting.append((meter_id, readings))
        self._waiting_readings += len(readings)
        if self._waiting_readings > MAX_WAITING_READINGS or len(self._waiting) > MAX_WAITING_EVENTS:
            self._is_slow = True
            self._waiting.clear()
            metrics.SLOW_WATCHERS.inc()
        self._wake.set()

    async def next(self, timeout_s: float) -> tuple[str, Readings] | None:
        """Returns the next event, or None after `timeout_s` without one.

        Raises:
            ResourceExhaustedError: This watcher was too slow; events were lost.
        """
        if not self._waiting and not self._is_slow:
            try:
                async with asyncio.timeout(timeout_s):
                    await self._wake.wait()
            except TimeoutError:
                return None
        if self._is_slow:
            raise ResourceExhaustedError(
                "this watcher reads more slowly than readings are written; watch anew, and query "
                "what was missed",
                reason="SLOW_READER",
            )
        event = self._waiting.popleft()
        self._waiting_readings -= len(event[1])
        if not self._waiting:
            self._wake.clear()
        return event


class WatchHub:
    """Knows who watches which building."""

    def __init__(self) -> None:
        self._watchers: defaultdict[str, set[Watcher]] = defaultdict(set)

    def publish(self, series: MeterSeries, readings: Readings) -> None:
        """Tells the watchers of a building of readings that are durable."""
        watchers = self._watchers.get(series.building_id)
        if not watchers or not len(readings):
            return
        chosen = last_of_each(readings.times_us)
        times, power = readings.times_us[chosen], readings.power_w[chosen]
        for first in range(0, len(times), _EVENT_READINGS):
            part = slice(first, first + _EVENT_READINGS)
            for watcher in watchers:
                watcher.offer(series.meter_id, Readings(times[part], power[part]))

    @asynccontextmanager
    async def watching(
        self, building_id: str, meter_ids: Collection[str]
    ) -> AsyncIterator[Watcher]:
        """Lets a watcher hear of a building's meters, or of those named, inside `async with`.

        Raises:
            ResourceExhaustedError: Too many watch.
        """
        if sum(len(watchers) for watchers in self._watchers.values()) >= MAX_WATCHERS:
            raise ResourceExhaustedError(
                f"{MAX_WATCHERS} streams watch already; try again later", reason="TOO_MANY_WATCHERS"
            )
        watcher = Watcher(meter_ids)
        self._watchers[building_id].add(watcher)
        metrics.WATCHERS.inc()
        try:
            yield watcher
        finally:
            metrics.WATCHERS.dec()
            self._watchers[building_id].discard(watcher)
            if not self._watchers[building_id]:
                del self._watchers[building_id]
