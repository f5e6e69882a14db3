"""Asking what a caller may do in a building."""

from typing import Protocol

from nilm_core.access import BuildingAccess, Permission
from nilm_core.errors import PermissionDeniedError
from nilm_rpc.call import Call


class Authorizer(Protocol):
    """Knows who may do what in which building."""

    async def access(
        self, call: Call, *, building_id: str = "", meter_id: str = ""
    ) -> BuildingAccess:
        """Returns what the caller may do in the building, named by its id or by a meter's.

        Raises:
            NotFoundError: It is not there, or the caller may not see it: both look the same.
            UnavailableError: `auth` cannot be asked now.
        """
        ...


def require(access: BuildingAccess, permission: Permission) -> None:
    """Checks one permission.

    Raises:
        PermissionDeniedError: The caller sees the building and lacks the permission.
    """
    if permission not in access.permissions:
        raise PermissionDeniedError(
            f"building {access.building_id}: {permission} is needed; ask a manager of the building",
            metadata={"permission": str(permission), "building_id": access.building_id},
        )
