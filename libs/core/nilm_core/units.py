"""Conversions between the units that names carry, see docs/units.md."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

W_PER_KW = 1_000.0
G_PER_KG = 1_000.0
SECONDS_PER_HOUR = 3_600.0

WATTS_PER_UNIT: Mapping[str, float] = MappingProxyType({"W": 1.0, "kW": W_PER_KW, "MW": 1e6})
"""Factor to watts for each power unit that an import may declare."""


def w_to_kw(power_w: float) -> float:
    """Converts watts to kilowatts."""
    return power_w / W_PER_KW


def wh_to_kwh(energy_wh: float) -> float:
    """Converts watt-hours to kilowatt-hours."""
    return energy_wh / W_PER_KW


def energy_wh(power_w: float, span: timedelta) -> float:
    """Returns the energy of a constant power held for a span, in watt-hours."""
    return power_w * span.total_seconds() / SECONDS_PER_HOUR
