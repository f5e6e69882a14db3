"""Reads what an appliance used: measured where it has a meter of its own, else estimated."""

from collections.abc import AsyncIterator

from nilm_core.access import BuildingAccess
from nilm_telemetry.domain.attribution import EnergySource
from nilm_telemetry.domain.samples import (
    Samples,
    Spans,
    cell_samples,
    covered_spans,
    reading_samples,
)
from nilm_telemetry.domain.tariffs import QuarterPrices
from nilm_telemetry.ports import PredictionStore, ReadingStore
from nilm_telemetry.service.meters import appliance_meters

_PAGE_ROWS = 400_000
"""Rows that are held at once."""


class ApplianceSamples:
    """Samples of the appliances of all buildings; intervals are half-open, in microseconds."""

    def __init__(self, readings: ReadingStore, predictions: PredictionStore) -> None:
        self._readings = readings
        self._predictions = predictions

    async def read(
        self,
        access: BuildingAccess,
        appliance_id: str,
        interval_us: tuple[int, int],
        prices: QuarterPrices,
    ) -> AsyncIterator[tuple[EnergySource, Samples]]:
        """Yields the samples of an interval part by part, first what is measured.

        Within each source they come in time order. Estimates are left out where there are
        measurements.

        Args:
            access: The building.
            appliance_id: The appliance.
            interval_us: The interval.
            prices: Prices of the whole interval.
        """
        spans: list[Spans] = []
        own = {meter.appliance_id: meter for meter in appliance_meters(access)}.get(appliance_id)
        if own is not None:
            async for part in self._measured(own.meter_id, interval_us, prices):
                spans.append(covered_spans(part))
                yield EnergySource.MEASURED, part
        async for part in self._estimated(access.building_id, appliance_id, interval_us, prices):
            estimated = part
            for measured in spans:
                estimated = estimated.chosen(~measured.hold(estimated.start_us))
            yield EnergySource.ESTIMATED, estimated

    async def _measured(
        self, meter_id: str, interval_us: tuple[int, int], prices: QuarterPrices
    ) -> AsyncIterator[Samples]:
        first_us, end_us = interval_us
        while True:
            page = await self._readings.page(meter_id, first_us, end_us, _PAGE_ROWS)
            yield reading_samples(page, prices)
            if len(page) < _PAGE_ROWS:
                return
            first_us = int(page.times_us[-1])  # it holds until the first reading of the next page

    async def _estimated(
        self,
        building_id: str,
        appliance_id: str,
        interval_us: tuple[int, int],
        prices: QuarterPrices,
    ) -> AsyncIterator[Samples]:
        first_us, end_us = interval_us
        while True:
            page = await self._predictions.page(
                building_id, appliance_id, first_us, end_us, _PAGE_ROWS
            )
            yield cell_samples(page, prices)
            if sum(map(len, page)) < _PAGE_ROWS:
                return
            first_us = int(page[-1].times_us[-1]) + 1
