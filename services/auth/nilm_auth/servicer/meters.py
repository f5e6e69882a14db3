"""The RPCs of meters."""

from nilm.buildings.v1 import meter_service_pb2 as meters_pb
from nilm.buildings.v1 import meter_service_pb2_grpc as meters_grpc
from nilm_auth.convert.meters import changed_name, meter_draft, meter_message
from nilm_auth.convert.paging import page_request
from nilm_auth.service.meters import Meters
from nilm_rpc.interceptors.base import Context


class MeterServicer(meters_grpc.MeterServiceServicer):
    """Serves `nilm.buildings.v1.MeterService`."""

    def __init__(self, meters: Meters) -> None:
        self._meters = meters

    async def CreateMeter(
        self, request: meters_pb.CreateMeterRequest, context: Context
    ) -> meters_pb.CreateMeterResponse:
        """See `CreateMeter` in the contract."""
        meter = await self._meters.create(meter_draft(request))
        return meters_pb.CreateMeterResponse(meter=meter_message(meter))

    async def GetMeter(
        self, request: meters_pb.GetMeterRequest, context: Context
    ) -> meters_pb.GetMeterResponse:
        """See `GetMeter` in the contract."""
        meter = await self._meters.get(request.building_id, request.meter_id)
        return meters_pb.GetMeterResponse(meter=meter_message(meter))

    async def ListMeters(
        self, request: meters_pb.ListMetersRequest, context: Context
    ) -> meters_pb.ListMetersResponse:
        """See `ListMeters` in the contract."""
        page = await self._meters.list(request.building_id, page_request(request))
        return meters_pb.ListMetersResponse(
            meters=[meter_message(meter) for meter in page.rows],
            next_page_token=page.next_token,
        )

    async def UpdateMeter(
        self, request: meters_pb.UpdateMeterRequest, context: Context
    ) -> meters_pb.UpdateMeterResponse:
        """See `UpdateMeter` in the contract."""
        meter = await self._meters.update(
            request.building_id, request.meter_id, changed_name(request)
        )
        return meters_pb.UpdateMeterResponse(meter=meter_message(meter))

    async def DeleteMeter(
        self, request: meters_pb.DeleteMeterRequest, context: Context
    ) -> meters_pb.DeleteMeterResponse:
        """See `DeleteMeter` in the contract."""
        await self._meters.delete(request.building_id, request.meter_id)
        return meters_pb.DeleteMeterResponse()
