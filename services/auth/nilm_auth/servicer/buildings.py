"""The RPCs of buildings."""

from nilm.buildings.v1 import building_service_pb2 as buildings_pb
from nilm.buildings.v1 import building_service_pb2_grpc as buildings_grpc
from nilm_auth.convert.buildings import building_changes, building_draft, building_message
from nilm_auth.convert.paging import page_request
from nilm_auth.service.buildings import Buildings
from nilm_auth.servicer.caller import caller
from nilm_rpc.interceptors.base import Context


class BuildingServicer(buildings_grpc.BuildingServiceServicer):
    """Serves `nilm.buildings.v1.BuildingService`."""

    def __init__(self, buildings: Buildings) -> None:
        self._buildings = buildings

    async def CreateBuilding(
        self, request: buildings_pb.CreateBuildingRequest, context: Context
    ) -> buildings_pb.CreateBuildingResponse:
        """See `CreateBuilding` in the contract."""
        building = await self._buildings.create(caller(), building_draft(request))
        return buildings_pb.CreateBuildingResponse(building=building_message(building))

    async def GetBuilding(
        self, request: buildings_pb.GetBuildingRequest, context: Context
    ) -> buildings_pb.GetBuildingResponse:
        """See `GetBuilding` in the contract."""
        building = await self._buildings.get(request.building_id)
        return buildings_pb.GetBuildingResponse(building=building_message(building))

    async def ListBuildings(
        self, request: buildings_pb.ListBuildingsRequest, context: Context
    ) -> buildings_pb.ListBuildingsResponse:
        """See `ListBuildings` in the contract."""
        page = await self._buildings.list(caller(), page_request(request))
        return buildings_pb.ListBuildingsResponse(
            buildings=[building_message(building) for building in page.rows],
            next_page_token=page.next_token,
        )

    async def UpdateBuilding(
        self, request: buildings_pb.UpdateBuildingRequest, context: Context
    ) -> buildings_pb.UpdateBuildingResponse:
        """See `UpdateBuilding` in the contract."""
        building = await self._buildings.update(
            request.building_id, building_changes(request), request.etag
        )
        return buildings_pb.UpdateBuildingResponse(building=building_message(building))

    async def DeleteBuilding(
        self, request: buildings_pb.DeleteBuildingRequest, context: Context
    ) -> buildings_pb.DeleteBuildingResponse:
        """See `DeleteBuilding` in the contract."""
        await self._buildings.delete(request.building_id)
        return buildings_pb.DeleteBuildingResponse()
