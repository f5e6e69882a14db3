"""Who may see what."""

from nilm_auth.domain.role import ADMIN_PERMISSIONS, PERMISSIONS, SERVICE_PERMISSIONS
from nilm_auth.ports.accounts import UserStore
from nilm_auth.ports.buildings import BuildingStore, MemberStore, MeterStore
from nilm_core.access import BuildingAccess, MeterRef, Permission, Principal
from nilm_core.errors import NotFoundError


class Access:
    """Tells what a caller may do in a building.

    The account is looked at, not only the token, so that who is disabled, demoted or removed is
    refused at once.
    """

    def __init__(
        self,
        users: UserStore,
        buildings: BuildingStore,
        members: MemberStore,
        meters: MeterStore,
    ) -> None:
        self._users = users
        self._buildings = buildings
        self._members = members
        self._meters = meters

    async def to_building(self, caller: Principal, building_id: str) -> BuildingAccess:
        """Returns what the caller may do in a building.

        Raises:
            NotFoundError: It is not there, or the caller may not see it: both look the same.
        """
        access = await self._find(caller, building_id)
        if access is None:
            raise NotFoundError(f"building {building_id} not found")
        return access

    async def to_meter(self, caller: Principal, meter_id: str) -> BuildingAccess:
        """Returns what the caller may do in the building of a meter.

        Raises:
            NotFoundError: It is not there, or the caller may not see it: both look the same.
        """
        meter = await self._meters.get(meter_id)
        access = None if meter is None else await self._find(caller, meter.building_id)
        if access is None:
            raise NotFoundError(f"meter {meter_id} not found")
        return access

    async def sees_all(self, caller: Principal) -> bool:
        """Tells whether the caller sees every building: administrators and services do."""
        if caller.is_service:
            return True
        user = await self._users.get(caller.subject)
        return user is not None and user.is_admin and not user.is_disabled

    async def _find(self, caller: Principal, building_id: str) -> BuildingAccess | None:
        building = await self._buildings.get(building_id)
        granted = await self._grant(caller, building_id)
        if building is None or granted is None:
            return None
        role, permissions = granted
        meters = await self._meters.list(building_id)
        return BuildingAccess(
            building_id=building_id,
            role=role,
            permissions=permissions,
            time_zone=building.time_zone,
            meters=tuple(
                MeterRef(meter.meter_id, meter.kind, meter.appliance_id, meter.display_name)
                for meter in meters
            ),
        )

    async def _grant(
        self, caller: Principal, building_id: str
    ) -> tuple[str, frozenset[Permission]] | None:
        """Returns a caller's role and permissions, or None for who may not see the building."""
        if caller.is_service:
            return "", SERVICE_PERMISSIONS
        user = await self._users.get(caller.subject)
        if user is None or user.is_disabled:
            return None
        if user.is_admin:
            return "", ADMIN_PERMISSIONS
        member = await self._members.get(building_id, user.user_id)
        return None if member is None else (member.role, PERMISSIONS[member.role])
