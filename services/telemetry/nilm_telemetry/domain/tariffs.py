"""What energy cost at each quarter hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
import numpy.typing as npt

from nilm_core.timegrid import Float64Array, Int64Array
from nilm_telemetry.domain.calendar import LocalQuarters
from nilm_telemetry.domain.quarters import QUARTER_US

NO_CURRENCY = -1
"""Index of the currency where no tariff holds."""

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class TimeOfUseRate:
    """A price at certain times of the local week."""

    weekdays: frozenset[int]
    """ISO weekdays that it begins on; empty for all. The hours after midnight belong to the day
    that it began on."""
    start_minute: int
    end_minute: int
    """First minute after; not above `start_minute` where it runs over midnight."""
    price_per_kwh: float


@dataclass(frozen=True, slots=True)
class Tariff:
    """What energy costs from a local day on, until the next tariff holds."""

    effective_date: date
    currency_code: str
    price_per_kwh: float
    standing_charge_per_day: float
    rates: tuple[TimeOfUseRate, ...] = ()


@dataclass(frozen=True, slots=True)
class Prices:
    """What held at each quarter hour."""

    tariffs: tuple[Tariff, ...]
    """In order of their dates."""
    tariff_index: Int64Array
    """The tariff that held, -1 where none did, shape (n,)."""
    per_kwh: Float64Array
    """Price of energy in that tariff's currency; 0 where none held, shape (n,)."""


@dataclass(frozen=True, slots=True)
class QuarterPrices:
    """Prices of consecutive quarter hours, to look up by time."""

    start_us: int
    """Start of the first quarter hour."""
    per_kwh: Float64Array
    """0 where no tariff holds, shape (n,)."""
    currency: Int64Array
    """Index into `currency_codes`, or `NO_CURRENCY`, shape (n,)."""
    currency_codes: tuple[str, ...]

    @classmethod
    def of(cls, prices: Prices, start_us: int) -> Self:
        """Returns the prices of quarter hours, the first of which starts at `start_us`."""
        codes = tuple(sorted({tariff.currency_code for tariff in prices.tariffs}))
        of_tariff = [codes.index(tariff.currency_code) for tariff in prices.tariffs]
        currency = np.array([*of_tariff, NO_CURRENCY], np.int64)[prices.tariff_index]
        return cls(start_us, prices.per_kwh, currency, codes)

    def at(self, times_us: Int64Array) -> tuple[Float64Array, Int64Array]:
        """Returns price and currency at times within the quarter hours, each of shape (m,)."""
        index = (times_us - self.start_us) // QUARTER_US
        return self.per_kwh[index], self.currency[index]


def price_quarters(tariffs: Sequence[Tariff], local: LocalQuarters) -> Prices:
    """Returns the prices that held at each quarter hour."""
    ordered = tuple(sorted(tariffs, key=lambda tariff: tariff.effective_date))
    days = np.array([(tariff.effective_date - _EPOCH).days for tariff in ordered], np.int64)
    index = np.searchsorted(days, local.day, side="right").astype(np.int64) - 1
    price = np.zeros(len(local.day))
    weekday = local.weekday
    for number, tariff in enumerate(ordered):
        held = index == number
        price[held] = tariff.price_per_kwh
        for rate in reversed(tariff.rates):  # the first that matches applies, so it comes last
            price[held & _applies(rate, local.minute, weekday)] = rate.price_per_kwh
    return Prices(ordered, index, price)


def _applies(rate: TimeOfUseRate, minute: Int64Array, weekday: Int64Array) -> npt.NDArray[np.bool_]:
    today = _on_weekdays(rate, weekday)
    if rate.end_minute > rate.start_minute:
        return today & (minute >= rate.start_minute) & (minute < rate.end_minute)
    day_before = _on_weekdays(rate, (weekday - 2) % 7 + 1)
    return (today & (minute >= rate.start_minute)) | (day_before & (minute < rate.end_minute))


def _on_weekdays(rate: TimeOfUseRate, weekday: Int64Array) -> npt.NDArray[np.bool_]:
    if not rate.weekdays:
        return np.ones(len(weekday), np.bool_)
    return np.isin(weekday, sorted(rate.weekdays))
