"""Writes a household's readings: first the history that is missing, then each as it falls due."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from nilm_core.clock import Clock
from nilm_core.errors import NilmError, UnauthenticatedError
from nilm_core.timegrid import span_us, to_us
from nilm_rpc.ops import Health
from nilm_simulator.domain.household import Household
from nilm_simulator.metrics import LAG_SECONDS, READINGS_WRITTEN
from nilm_simulator.ports import ReadingStore, Site, SiteDirectory

_log = logging.getLogger(__name__)

CHUNK_SAMPLES = 8_640
"""Readings of a meter that are made and written at a time; keeps memory bounded."""

_FIRST_DELAY_S = 0.25
_LONGEST_DELAY_S = 15.0
_US_PER_S = 1_000_000

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """Which readings there are to be."""

    sample_period: timedelta
    """Time between two readings of a meter; they fall on multiples of it since the epoch."""
    history: timedelta
    """How far back the readings of a meter without any begin."""


class Feed:
    """Keeps a building's readings up to the present.

    What is stored already is asked of the store at the start and after each failure, and the feed
    goes on from there: nothing is written twice by a restart. After a failure it goes on from the
    last write that was acknowledged where that is earlier: of one that was not, a later part may be
    stored without an earlier one.
    """

    def __init__(
        self,
        household: Household,
        sites: SiteDirectory,
        readings: ReadingStore,
        *,
        plan: FeedPlan,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._household = household
        self._sites = sites
        self._readings = readings
        self._period_us = span_us(plan.sample_period)
        self._history_us = span_us(plan.history)
        self._clock = clock
        self._sleep = sleep
        self._due_us: dict[str, int] = {}
        self._has_begun = False
        self._failures = 0
        self._health = Health(ready=False, failures={"feed": "starting"})

    def health(self) -> Health:
        """Returns whether every reading that is due has been stored."""
        return self._health

    async def run(self) -> None:
        """Feeds until it is cancelled; waits ever longer while a service is away.

        Raises:
            UnauthenticatedError: The account's email or password is wrong from the start.
        """
        while True:
            try:
                await self._follow()
            except NilmError as error:
                if isinstance(error, UnauthenticatedError) and not self._has_begun:
                    raise
                await self._wait_after(error)

    async def _follow(self) -> None:
        site = await self._sites.prepare()
        self._has_begun = True
        due = self._due_us = await self._due(site)
        while True:
            now_us = to_us(self._clock.now())
            await self._catch_up(site, due, now_us)
            self._tell_recovery()
            next_us = min(due.values())
            await self._sleep(max(0.0, (next_us - to_us(self._clock.now())) / _US_PER_S))

    async def _due(self, site: Site) -> dict[str, int]:
        """Returns the time of the first reading of each meter that is not stored yet."""
        latest = await self._readings.latest(site.building_id)
        begin_us = to_us(self._clock.now()) - self._history_us
        due = {
            meter_id: (latest.get(meter_id, begin_us - 1) // self._period_us + 1) * self._period_us
            for meter_id in (site.mains_meter_id, *site.truth_meter_ids.values())
        }
        return {
            meter_id: min(first_us, self._due_us.get(meter_id, first_us))
            for meter_id, first_us in due.items()
        }

    async def _catch_up(self, site: Site, due: dict[str, int], now_us: int) -> None:
        """Writes what is due by now, chunk by chunk, and moves `due` on as it is stored."""
        while (first_us := min(due.values())) <= now_us:
            LAG_SECONDS.set((now_us - first_us) / _US_PER_S)
            end_us = min(now_us + 1, first_us + CHUNK_SAMPLES * self._period_us)
            times_us = np.arange(first_us, end_us, self._period_us, dtype=np.int64)
            power = self._household.power_at(times_us)
            series = {site.mains_meter_id: power.mains_w} | {
                meter_id: power.appliances_w[appliance_id]
                for appliance_id, meter_id in site.truth_meter_ids.items()
            }
            outcomes = await asyncio.gather(
                *(
                    self._write(site.building_id, meter_id, due, times_us, power_w)
                    for meter_id, power_w in series.items()
                ),
                return_exceptions=True,
            )
            for outcome in outcomes:
                if outcome is not None:
                    raise outcome
        LAG_SECONDS.set(0.0)

    async def _write(
        self,
        building_id: str,
        meter_id: str,
        due: dict[str, int],
        times_us: np.ndarray[tuple[int], np.dtype[np.int64]],
        power_w: np.ndarray[tuple[int], np.dtype[np.float64]],
    ) -> None:
        first = int(np.searchsorted(times_us, due[meter_id]))
        if first < times_us.size:
            await self._readings.write(building_id, meter_id, times_us[first:], power_w[first:])
            READINGS_WRITTEN.inc(times_us.size - first)
            due[meter_id] = int(times_us[-1]) + self._period_us

    def _tell_recovery(self) -> None:
        if not self._health.ready:
            _log.info("every reading that was due is stored")
        self._failures = 0
        self._health = Health(ready=True, failures={})

    async def _wait_after(self, error: NilmError) -> None:
        if not self._failures:
            _log.warning("readings wait", extra={"reason": error.reason, "cause": error.message})
        self._health = Health(ready=False, failures={"feed": error.message})
        delay_s = min(_FIRST_DELAY_S * 2.0**self._failures, _LONGEST_DELAY_S)
        if error.retry_after is not None:
            delay_s = max(delay_s, error.retry_after.total_seconds())
        self._failures += 1
        await self._sleep(delay_s)
