"""A building and its members."""

from dataclasses import dataclass
from datetime import datetime

from nilm_auth.domain.role import Role


@dataclass(frozen=True, slots=True)
class Building:
    """A building whose energy is watched."""

    building_id: str
    """Identifier such as `bld_4k2mzq0v7w1c9d3x`."""
    display_name: str
    """Name to show."""
    time_zone: str
    """IANA time zone in which its days are counted."""
    address: str
    """Postal address or other note; may be empty."""
    is_simulated: bool
    """Whether its readings come from a simulation."""
    create_time: datetime
    """When it was made."""
    update_time: datetime
    """When it last changed."""
    carbon_intensity_g_per_kwh: float | None = None
    """Greenhouse gas emitted for its electricity, g CO2e/kWh; None where not configured."""


@dataclass(frozen=True, slots=True)
class BuildingDraft:
    """A building that is to be made."""

    display_name: str
    """Name to show."""
    time_zone: str
    """IANA time zone."""
    address: str = ""
    """Postal address or other note."""
    is_simulated: bool = False
    """Whether its readings come from a simulation."""
    carbon_intensity_g_per_kwh: float | None = None
    """Greenhouse gas emitted for its electricity, g CO2e/kWh; None for none configured."""


@dataclass(frozen=True, slots=True)
class BuildingChanges:
    """What changes in a building; None leaves a field as it is."""

    display_name: str | None = None
    """Name to show."""
    time_zone: str | None = None
    """IANA time zone."""
    address: str | None = None
    """Postal address or other note."""
    carbon_intensity_g_per_kwh: float | None = None
    """Greenhouse gas emitted for its electricity, g CO2e/kWh."""
    clears_carbon_intensity: bool = False
    """Whether the intensity is to be forgotten."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person's membership of a building."""

    building_id: str
    """The building."""
    user_id: str
    """The person."""
    email: str
    """The person's address, read from the account."""
    display_name: str
    """The person's name, read from the account."""
    role: Role
    """What the person may do."""
    create_time: datetime
    """When the membership was made."""
