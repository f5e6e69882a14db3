"""Sums up what buildings used."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from nilm_core.access import BuildingAccess
from nilm_core.clock import Clock
from nilm_core.timegrid import to_us
from nilm_telemetry.domain.attribution import attribute, dense
from nilm_telemetry.domain.calendar import Period, local_quarters, period_starts
from nilm_telemetry.domain.hours import HourlyAggregate, hours_of
from nilm_telemetry.domain.quarters import QUARTER_US
from nilm_telemetry.domain.summary import EnergySummary, Ledger, quarter_grid
from nilm_telemetry.domain.tariffs import price_quarters
from nilm_telemetry.ports import AccountDirectory, PredictionStore, ReadingStore
from nilm_telemetry.service.meters import appliance_meters


@dataclass(frozen=True, slots=True)
class BuildingSummary:
    """A building's interval, whole and cut into periods."""

    total: EnergySummary
    periods: tuple[EnergySummary, ...]
    time_zone: str


class Summaries:
    """Energy, cost and peaks of buildings and meters."""

    def __init__(
        self,
        readings: ReadingStore,
        predictions: PredictionStore,
        accounts: AccountDirectory,
        clock: Clock,
    ) -> None:
        self._readings = readings
        self._predictions = predictions
        self._accounts = accounts
        self._clock = clock

    async def summarise(
        self,
        access: BuildingAccess,
        mains_id: str,
        interval: tuple[datetime, datetime],
        period: Period,
    ) -> BuildingSummary:
        """Sums up an interval, widened to quarter hours.

        Raises:
            UnavailableError: `auth`, which knows tariffs and carbon intensity, is away.
        """
        grid_us = quarter_grid(*interval)
        start_us, end_us = int(grid_us[0]), int(grid_us[-1]) + QUARTER_US
        meters = appliance_meters(access)
        reaches = await self._predictions.reaches([access.building_id])
        tariffs, carbon_g_per_kwh, mains, own, said = await asyncio.gather(
            self._accounts.tariffs(access.building_id),
            self._accounts.carbon_intensity(access.building_id),
            self._readings.quarters(mains_id, start_us, end_us),
            asyncio.gather(
                *(self._readings.quarters(meter.meter_id, start_us, end_us) for meter in meters)
            ),
            asyncio.gather(
                *(
                    self._predictions.quarters(
                        access.building_id, reach.appliance_id, start_us, end_us
                    )
                    for reach in reaches
                )
            ),
        )
        measured = {meter.appliance_id: each for meter, each in zip(meters, own, strict=True)}
        estimated = {reach.appliance_id: each for reach, each in zip(reaches, said, strict=True)}
        mains_wh = dense(mains.start_us, mains.energy_wh, grid_us)
        shares = attribute(mains_wh, measured, estimated, grid_us)
        local = local_quarters(grid_us, ZoneInfo(access.time_zone))
        prices = price_quarters(tariffs, local)
        now_us = to_us(self._clock.now())
        ledger = Ledger(grid_us, local, mains, prices, shares, now_us, carbon_g_per_kwh)
        count = len(grid_us)
        periods: tuple[EnergySummary, ...] = ()
        if period is not Period.WHOLE:
            starts = period_starts(local, period).tolist()
            spans = zip(starts, [*starts[1:], count], strict=True)
            periods = tuple(ledger.summarise(first, last) for first, last in spans)
        return BuildingSummary(ledger.summarise(0, count), periods, access.time_zone)

    async def hours(
        self, meter_id: str, start_us: int, end_us: int, limit: int
    ) -> tuple[list[HourlyAggregate], int | None]:
        """Returns the first `limit` hours of a meter that have a reading.

        Args:
            meter_id: The meter.
            start_us: First hour.
            end_us: First hour after.
            limit: Most hours to return.

        Returns:
            The hours, and the start of the last one if there are more.
        """
        quarters = await self._readings.quarters(meter_id, start_us, end_us)
        hours = hours_of(quarters, limit + 1)
        if len(hours) <= limit:
            return hours, None
        return hours[:limit], hours[limit - 1].start_us
