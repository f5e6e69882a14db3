"""The RPCs of appliances."""

from nilm.buildings.v1 import appliance_service_pb2 as appliances_pb
from nilm.buildings.v1 import appliance_service_pb2_grpc as appliances_grpc
from nilm_auth.convert.appliances import appliance_changes, appliance_draft, appliance_message
from nilm_auth.convert.paging import page_request
from nilm_auth.service.appliances import Appliances
from nilm_rpc.interceptors.base import Context


class ApplianceServicer(appliances_grpc.ApplianceServiceServicer):
    """Serves `nilm.buildings.v1.ApplianceService`."""

    def __init__(self, appliances: Appliances) -> None:
        self._appliances = appliances

    async def CreateAppliance(
        self, request: appliances_pb.CreateApplianceRequest, context: Context
    ) -> appliances_pb.CreateApplianceResponse:
        """See `CreateAppliance` in the contract."""
        appliance = await self._appliances.create(appliance_draft(request))
        return appliances_pb.CreateApplianceResponse(appliance=appliance_message(appliance))

    async def GetAppliance(
        self, request: appliances_pb.GetApplianceRequest, context: Context
    ) -> appliances_pb.GetApplianceResponse:
        """See `GetAppliance` in the contract."""
        appliance = await self._appliances.get(request.building_id, request.appliance_id)
        return appliances_pb.GetApplianceResponse(appliance=appliance_message(appliance))

    async def ListAppliances(
        self, request: appliances_pb.ListAppliancesRequest, context: Context
    ) -> appliances_pb.ListAppliancesResponse:
        """See `ListAppliances` in the contract."""
        page = await self._appliances.list(request.building_id, page_request(request))
        return appliances_pb.ListAppliancesResponse(
            appliances=[appliance_message(appliance) for appliance in page.rows],
            next_page_token=page.next_token,
        )

    async def UpdateAppliance(
        self, request: appliances_pb.UpdateApplianceRequest, context: Context
    ) -> appliances_pb.UpdateApplianceResponse:
        """See `UpdateAppliance` in the contract."""
        appliance = await self._appliances.update(
            request.building_id, request.appliance_id, appliance_changes(request), request.etag
        )
        return appliances_pb.UpdateApplianceResponse(appliance=appliance_message(appliance))

    async def DeleteAppliance(
        self, request: appliances_pb.DeleteApplianceRequest, context: Context
    ) -> appliances_pb.DeleteApplianceResponse:
        """See `DeleteAppliance` in the contract."""
        await self._appliances.delete(request.building_id, request.appliance_id)
        return appliances_pb.DeleteApplianceResponse()
