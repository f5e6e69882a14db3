"""Finds the runs of appliances, and what they have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from nilm_core.access import BuildingAccess
from nilm_core.clock import Clock
from nilm_core.timegrid import from_us, span_us, to_us
from nilm_telemetry.domain.attribution import EnergySource
from nilm_telemetry.domain.calendar import local_quarters
from nilm_telemetry.domain.programme import TypicalProgramme, typical_programme
from nilm_telemetry.domain.runs import Run, RunFinder, RunRule, run_rule
from nilm_telemetry.domain.samples import Samples, joined
from nilm_telemetry.domain.summary import quarter_grid
from nilm_telemetry.domain.tariffs import QuarterPrices, price_quarters
from nilm_telemetry.ports import AccountDirectory
from nilm_telemetry.service.appliance_samples import ApplianceSamples

_LOOKBACK_US = span_us(timedelta(hours=2))
"""Longer than a pause that is part of a run and a cell together: what was on then began before."""
_LOOKAHEAD_US = span_us(timedelta(days=1))
"""How long a run that starts in an interval is followed beyond its end."""
_SOURCES = (EnergySource.MEASURED, EnergySource.ESTIMATED)
_PROGRAMME_RUNS = 100
"""So many of the newest runs make the typical programme."""

Position = tuple[int, ...]
"""Where a run stands in an order: by what it is ordered, then its start."""


class RunOrder(StrEnum):
    """In which order runs are listed, the greatest first."""

    NEWEST = "NEWEST"
    LONGEST = "LONGEST"
    MOST_ENERGY = "MOST_ENERGY"


_POSITIONS: Mapping[RunOrder, Callable[[Run], Position]] = MappingProxyType(
    {
        RunOrder.NEWEST: lambda run: (run.start_us,),
        RunOrder.LONGEST: lambda run: (run.end_us - run.start_us, run.start_us),
        RunOrder.MOST_ENERGY: lambda run: (round(run.energy_wh * 1e6), run.start_us),
    }
)


@dataclass(frozen=True, slots=True)
class FoundRuns:
    """The runs of an appliance that start in an interval, in time order."""

    appliance_id: str
    runs: tuple[Run, ...]
    currency_codes: tuple[str, ...]
    """What `Run.currency` indexes."""
    coverage: float
    """Part of the interval up to now that is measured or estimated, 0 to 1."""
    rule: RunRule

    def page(
        self, order: RunOrder, limit: int, after: Position | None
    ) -> tuple[list[Run], Position | None]:
        """Returns a page of runs in an order, and where it ended if there is more."""
        position = _POSITIONS[order]
        ordered = sorted(self.runs, key=position, reverse=True)
        left = [run for run in ordered if after is None or position(run) < after]
        page = left[:limit]
        return page, position(page[-1]) if len(left) > limit else None


class ApplianceRuns:
    """The runs of the appliances of all buildings."""

    def __init__(self, samples: ApplianceSamples, accounts: AccountDirectory, clock: Clock) -> None:
        self._samples = samples
        self._accounts = accounts
        self._clock = clock

    async def find(
        self, access: BuildingAccess, appliance_id: str, interval: tuple[datetime, datetime]
    ) -> FoundRuns:
        """Finds the runs that start in an interval.

        Raises:
            UnavailableError: `auth`, which knows the tariffs, is away.
        """
        start_us, end_us = (to_us(time) for time in interval)
        return await self._find(
            access, appliance_id, (start_us, end_us), await self._prices(access, start_us, end_us)
        )

    async def typical_programme(
        self, access: BuildingAccess, appliance_id: str, interval: tuple[datetime, datetime]
    ) -> TypicalProgramme | None:
        """Returns what the newest whole runs that start in an interval have in common.

        Raises:
            UnavailableError: `auth`, which knows the tariffs, is away.
        """
        start_us, end_us = (to_us(time) for time in interval)
        prices = await self._prices(access, start_us, end_us)
        found = await self._find(access, appliance_id, (start_us, end_us), prices)
        whole = [run for run in found.runs if run.is_whole][-_PROGRAMME_RUNS:]
        return typical_programme(
            [(run, await self._samples_of(access, appliance_id, run, prices)) for run in whole]
        )

    async def _find(
        self,
        access: BuildingAccess,
        appliance_id: str,
        interval_us: tuple[int, int],
        prices: QuarterPrices,
    ) -> FoundRuns:
        start_us, end_us = interval_us
        known_until_us = min(end_us, to_us(self._clock.now()))
        rule = run_rule(appliance_id)
        finders = {source: RunFinder(source, rule) for source in _SOURCES}
        covered_us = 0
        around_us = (start_us - _LOOKBACK_US, end_us + _LOOKAHEAD_US)
        async for source, samples in self._samples.read(access, appliance_id, around_us, prices):
            finders[source].add(samples)
            covered_us += samples.covered_us(start_us, known_until_us)
        runs = [
            run
            for source in _SOURCES
            for run in finders[source].runs()
            if start_us <= run.start_us < end_us
        ]
        known_us = known_until_us - start_us
        return FoundRuns(
            appliance_id,
            tuple(sorted(runs, key=_POSITIONS[RunOrder.NEWEST])),
            prices.currency_codes,
            covered_us / known_us if known_us > 0 else 0.0,
            rule,
        )

    async def _samples_of(
        self, access: BuildingAccess, appliance_id: str, run: Run, prices: QuarterPrices
    ) -> Samples:
        """Returns the samples of a run, which the reading or cell at its end may end."""
        held_us = (run.start_us, run.end_us + 1)
        parts = [
            samples.chosen(samples.start_us < run.end_us)
            async for source, samples in self._samples.read(access, appliance_id, held_us, prices)
            if source is run.source
        ]
        return joined(parts)

    async def _prices(self, access: BuildingAccess, start_us: int, end_us: int) -> QuarterPrices:
        tariffs = await self._accounts.tariffs(access.building_id)
        grid_us = quarter_grid(from_us(start_us - _LOOKBACK_US), from_us(end_us + _LOOKAHEAD_US))
        local = local_quarters(grid_us, ZoneInfo(access.time_zone))
        return QuarterPrices.of(price_quarters(tariffs, local), int(grid_us[0]))
