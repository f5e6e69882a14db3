"""What energy cost at each quarter hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from nilm_core.timegrid import Float64Array, Int64Array
from nilm_telemetry.domain.calendar import LocalQuarters

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
