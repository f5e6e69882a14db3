"""Energy, cost and peaks of a building over spans of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from nilm_core.timegrid import Float64Array, Int64Array, from_us, to_us
from nilm_core.units import G_PER_KG, W_PER_KW
from nilm_telemetry.domain.attribution import EnergySource, Share, dense
from nilm_telemetry.domain.calendar import LocalQuarters
from nilm_telemetry.domain.quarters import QUARTER_US, US_PER_HOUR, ReadingQuarters
from nilm_telemetry.domain.tariffs import Prices

BASELOAD_PERCENTILE = 5.0


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of one currency."""

    currency_code: str
    energy_cost: float
    standing_charge: float


@dataclass(frozen=True, slots=True)
class ApplianceEnergy:
    """What one appliance used."""

    appliance_id: str
    source: EnergySource
    energy_kwh: float
    energy_cost: float | None
    currency_code: str
    mean_confidence: float | None
    co2_kg: float | None
    """Greenhouse gas, CO2e; None where no carbon intensity is configured."""


@dataclass(frozen=True, slots=True)
class EnergySummary:
    """One span of time, added up."""

    start: datetime
    end: datetime
    energy_kwh: float
    peak_w: float | None
    peak_time: datetime | None
    baseload_w: float | None
    coverage: float
    costs: tuple[Cost, ...]
    unpriced_energy_kwh: float
    appliances: tuple[ApplianceEnergy, ...]
    co2_kg: float | None
    """Greenhouse gas, CO2e; None where no carbon intensity is configured."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that is known of the quarter hours of an interval; any span of it can be summed up."""

    grid_us: Int64Array
    """Starts of consecutive quarter hours, shape (n,)."""
    local: LocalQuarters
    mains: ReadingQuarters
    prices: Prices
    shares: Sequence[Share]
    now_us: int
    """Days that begin after this have no standing charge yet."""
    carbon_g_per_kwh: float | None = None
    """Greenhouse gas of the electricity, CO2e; None where not configured."""

    def summarise(self, first: int, last: int) -> EnergySummary:
        """Sums up the quarter hours [first, last), by index."""
        start_us = int(self.grid_us[first])
        end_us = start_us + (last - first) * QUARTER_US
        inside = slice(*np.searchsorted(self.mains.start_us, (start_us, end_us)).tolist())
        energy_wh = dense(
            self.mains.start_us[inside], self.mains.energy_wh[inside], self.grid_us[first:last]
        )
        energy_kwh = float(energy_wh.sum()) / W_PER_KW
        peak_w, peak_time = self._peak(inside)
        return EnergySummary(
            start=from_us(start_us),
            end=from_us(end_us),
            energy_kwh=energy_kwh,
            peak_w=peak_w,
            peak_time=peak_time,
            baseload_w=self._baseload(inside),
            coverage=float(self.mains.covered_us[inside].sum()) / (end_us - start_us),
            costs=self._costs(energy_wh, first, last),
            unpriced_energy_kwh=float(
                energy_wh[self.prices.tariff_index[first:last] < 0].sum() / W_PER_KW
            ),
            appliances=tuple(self._appliance(share, first, last) for share in self.shares),
            co2_kg=self._co2_kg(energy_kwh),
        )

    def _peak(self, inside: slice) -> tuple[float | None, datetime | None]:
        greatest = self.mains.max_w[inside]
        if not np.any(self.mains.count[inside] > 0):
            return None, None
        at = int(np.nanargmax(greatest))
        return float(greatest[at]), from_us(int(self.mains.max_time_us[inside][at]))

    def _baseload(self, inside: slice) -> float | None:
        """Returns the low percentile of the quarters' means, each reading weighted by its hold."""
        covered, count = self.mains.covered_us[inside], self.mains.count[inside]
        if not np.any(count > 0):
            return None
        held = self.mains.energy_wh[inside] * US_PER_HOUR / np.maximum(covered, 1)
        plain = self.mains.sum_w[inside] / np.maximum(count, 1)
        return float(np.percentile(np.where(covered > 0, held, plain), BASELOAD_PERCENTILE))

    def _costs(self, energy_wh: Float64Array, first: int, last: int) -> tuple[Cost, ...]:
        index = self.prices.tariff_index[first:last]
        paid = energy_wh * self.prices.per_kwh[first:last] / W_PER_KW
        days = self.local.day[first:last]
        is_first_of_day = np.append(True, days[1:] != days[:-1])
        has_begun = self.grid_us[first:last] <= self.now_us
        costs: dict[str, tuple[float, float]] = {}
        for number in np.unique(index[index >= 0]).tolist():
            tariff = self.prices.tariffs[number]
            held = index == number
            begun_days = int(np.count_nonzero(held & is_first_of_day & has_begun))
            energy, standing = costs.get(tariff.currency_code, (0.0, 0.0))
            costs[tariff.currency_code] = (
                energy + float(paid[held].sum()),
                standing + begun_days * tariff.standing_charge_per_day,
            )
        return tuple(Cost(code, *amounts) for code, amounts in costs.items())

    def _appliance(self, share: Share, first: int, last: int) -> ApplianceEnergy:
        energy_wh = share.energy_wh[first:last]
        energy_kwh = float(energy_wh.sum()) / W_PER_KW
        on_us = float(share.on_us[first:last].sum())
        index = self.prices.tariff_index[first:last]
        held = {self.prices.tariffs[i].currency_code for i in np.unique(index[index >= 0]).tolist()}
        cost = float((energy_wh * self.prices.per_kwh[first:last]).sum()) / W_PER_KW
        return ApplianceEnergy(
            appliance_id=share.appliance_id,
            source=share.source,
            energy_kwh=energy_kwh,
            energy_cost=cost if len(held) == 1 else None,
            currency_code=held.pop() if len(held) == 1 else "",
            mean_confidence=(
                float(share.on_confidence_us[first:last].sum()) / on_us if on_us > 0 else None
            ),
            co2_kg=self._co2_kg(energy_kwh),
        )

    def _co2_kg(self, energy_kwh: float) -> float | None:
        if self.carbon_g_per_kwh is None:
            return None
        return energy_kwh * self.carbon_g_per_kwh / G_PER_KG


def quarter_grid(start: datetime, end: datetime) -> Int64Array:
    """Returns the starts of the quarter hours that cover [start, end)."""
    first, last = to_us(start) // QUARTER_US, -(-to_us(end) // QUARTER_US)
    return np.arange(first, last, dtype=np.int64) * QUARTER_US
