"""The RPC of access decisions."""

from nilm.auth.v1 import access_service_pb2 as access_pb
from nilm.auth.v1 import access_service_pb2_grpc as access_grpc
from nilm_auth.convert.access import access_message, target
from nilm_auth.service.access import Access
from nilm_auth.servicer.caller import caller
from nilm_rpc.interceptors.base import Context


class AccessServicer(access_grpc.AccessServiceServicer):
    """Serves `nilm.auth.v1.AccessService`."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def GetBuildingAccess(
        self, request: access_pb.GetBuildingAccessRequest, context: Context
    ) -> access_pb.GetBuildingAccessResponse:
        """See `GetBuildingAccess` in the contract."""
        building_id, meter_id = target(request)
        if meter_id:
            return access_message(await self._access.to_meter(caller(), meter_id))
        return access_message(await self._access.to_building(caller(), building_id))
