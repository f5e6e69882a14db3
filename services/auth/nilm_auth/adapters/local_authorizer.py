"""The Authorizer of `auth` itself, which asks nobody."""

from nilm_auth.service.access import Access
from nilm_core.access import BuildingAccess
from nilm_core.errors import UnauthenticatedError
from nilm_rpc.call import Call


class LocalAuthorizer:
    """Answers from the account store; nothing is cached, so a right that is taken is gone."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def access(
        self, call: Call, *, building_id: str = "", meter_id: str = ""
    ) -> BuildingAccess:
        """Returns what the caller may do, see `nilm_rpc.authorization.Authorizer`."""
        if call.principal is None:
            raise UnauthenticatedError("no access token", reason="TOKEN_MISSING")
        if meter_id:
            return await self._access.to_meter(call.principal, meter_id)
        return await self._access.to_building(call.principal, building_id)
