"""Who a caller is and what he may do in a building."""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """Something that a role allows in a building; `auth` maps roles to them."""

    BUILDING_READ = "BUILDING_READ"
    BUILDING_MANAGE = "BUILDING_MANAGE"
    MEMBERS_MANAGE = "MEMBERS_MANAGE"
    READINGS_READ = "READINGS_READ"
    READINGS_WRITE = "READINGS_WRITE"
    PREDICTIONS_WRITE = "PREDICTIONS_WRITE"


class MeterKind(StrEnum):
    """What a meter measures."""

    MAINS = "MAINS"
    APPLIANCE = "APPLIANCE"
    SIMULATED_TRUTH = "SIMULATED_TRUTH"


@dataclass(frozen=True, slots=True)
class Principal:
    """The person or service that a token speaks for."""

    subject: str
    """A user id, or the name of a service."""
    is_service: bool = False
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class MeterRef:
    """What other services need to know of a meter."""

    meter_id: str
    kind: MeterKind
    appliance_id: str
    """The appliance that it measures; empty for the mains."""
    display_name: str


@dataclass(frozen=True, slots=True)
class BuildingAccess:
    """What one caller may do in one building."""

    building_id: str
    role: str
    """The caller's role there; empty for administrators and services."""
    permissions: frozenset[Permission]
    time_zone: str
    """IANA name."""
    meters: tuple[MeterRef, ...]

    @property
    def mains(self) -> MeterRef | None:
        """The building's mains meter, if it has one."""
        return next((meter for meter in self.meters if meter.kind is MeterKind.MAINS), None)

    def meter(self, meter_id: str) -> MeterRef | None:
        """Returns the meter of that id, if it is the building's."""
        return next((meter for meter in self.meters if meter.meter_id == meter_id), None)
