"""What energy costs in a building, and from when."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class TimeOfUseRate:
    """A price that holds at certain times of the local week."""

    weekdays: tuple[int, ...]
    """ISO weekdays, 1 (Monday) to 7 (Sunday), ascending; empty for all."""
    start_minute: int
    """First local minute of the day, in steps of 15."""
    end_minute: int
    """First local minute after it; not above `start_minute` runs over midnight."""
    price_per_kwh: float
    """Price in the tariff's currency a kWh."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices that hold from a day on, until the next tariff does."""

    tariff_id: str
    """Identifier such as `trf_4k2mzq0v7w1c9d3x`."""
    building_id: str
    """The building."""
    display_name: str
    """Name to show."""
    effective_date: date
    """First local day that it holds on, unique in its building."""
    currency_code: str
    """ISO 4217 code of its prices."""
    price_per_kwh: float
    """Price a kWh where no rate applies."""
    standing_charge_per_day: float
    """Charge for each day."""
    rates: tuple[TimeOfUseRate, ...]
    """Prices at certain times; the first that matches applies."""
    create_time: datetime
    """When it was made."""


@dataclass(frozen=True, slots=True)
class TariffDraft:
    """A tariff that is to be made."""

    building_id: str
    """The building."""
    display_name: str
    """Name to show."""
    effective_date: date
    """First local day that it holds on."""
    currency_code: str
    """ISO 4217 code of its prices."""
    price_per_kwh: float
    """Price a kWh where no rate applies."""
    standing_charge_per_day: float = 0.0
    """Charge for each day."""
    rates: tuple[TimeOfUseRate, ...] = ()
    """Prices at certain times."""


@dataclass(frozen=True, slots=True)
class TariffChanges:
    """What changes in a tariff; None leaves a field as it is."""

    display_name: str | None = None
    """Name to show."""
    effective_date: date | None = None
    """First local day that it holds on."""
    currency_code: str | None = None
    """ISO 4217 code of its prices."""
    price_per_kwh: float | None = None
    """Price a kWh where no rate applies."""
    standing_charge_per_day: float | None = None
    """Charge for each day."""
    rates: tuple[TimeOfUseRate, ...] | None = None
    """Prices at certain times."""
