"""A building's meters and appliances."""

from dataclasses import dataclass
from datetime import datetime

from nilm_core.access import MeterKind


@dataclass(frozen=True, slots=True)
class Meter:
    """Something that sends readings."""

    meter_id: str
    """Identifier such as `mtr_4k2mzq0v7w1c9d3x`, unique in the installation."""
    building_id: str
    """The building that it measures."""
    display_name: str
    """Name to show."""
    kind: MeterKind
    """What it measures; never changes."""
    appliance_id: str
    """The appliance that it measures; empty for the mains."""
    create_time: datetime
    """When it was made."""


@dataclass(frozen=True, slots=True)
class MeterDraft:
    """A meter that is to be made."""

    building_id: str
    """The building that it measures."""
    display_name: str
    """Name to show."""
    kind: MeterKind
    """What it measures."""
    appliance_id: str = ""
    """The appliance that it measures; empty for the mains."""


@dataclass(frozen=True, slots=True)
class Appliance:
    """An appliance of a building."""

    building_id: str
    """The building that it stands in."""
    appliance_id: str
    """Kind of appliance that models know it by, unique in its building."""
    display_name: str
    """Name to show."""
    rated_power_w: float
    """Power on its rating plate, W; 0 where unknown."""
    create_time: datetime
    """When it was made."""


@dataclass(frozen=True, slots=True)
class ApplianceDraft:
    """An appliance that is to be made."""

    building_id: str
    """The building that it stands in."""
    appliance_id: str
    """Kind of appliance that models know it by."""
    display_name: str
    """Name to show."""
    rated_power_w: float = 0.0
    """Power on its rating plate, W; 0 where unknown."""


@dataclass(frozen=True, slots=True)
class ApplianceChanges:
    """What changes in an appliance; None leaves a field as it is."""

    display_name: str | None = None
    """Name to show."""
    rated_power_w: float | None = None
    """Power on its rating plate, W; 0 where unknown."""
