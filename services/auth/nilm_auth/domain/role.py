"""Who may do what: the one table of permissions."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from nilm_core.access import Permission


class Role(StrEnum):
    """What a person is in a building."""

    VIEWER = "viewer"
    WARDEN = "warden"
    MANAGER = "manager"


_VIEWER = frozenset({Permission.BUILDING_READ, Permission.READINGS_READ})
_WARDEN = _VIEWER | {Permission.READINGS_WRITE, Permission.PREDICTIONS_WRITE}
_ALL = frozenset(Permission)

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {Role.VIEWER: _VIEWER, Role.WARDEN: _WARDEN, Role.MANAGER: _ALL}
)
"""What each role allows in its building."""

ADMIN_PERMISSIONS = _ALL
"""What an administrator may do in every building."""

SERVICE_PERMISSIONS = _ALL - {Permission.BUILDING_MANAGE, Permission.MEMBERS_MANAGE}
"""What the services themselves may do in every building: all data, no management."""
