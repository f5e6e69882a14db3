"""The RPCs of tariffs."""

from nilm.buildings.v1 import tariff_service_pb2 as tariffs_pb
from nilm.buildings.v1 import tariff_service_pb2_grpc as tariffs_grpc
from nilm_auth.convert.paging import page_request
from nilm_auth.convert.tariffs import tariff_changes, tariff_draft, tariff_message
from nilm_auth.service.tariffs import Tariffs
from nilm_rpc.interceptors.base import Context


class TariffServicer(tariffs_grpc.TariffServiceServicer):
    """Serves `nilm.buildings.v1.TariffService`."""

    def __init__(self, tariffs: Tariffs) -> None:
        self._tariffs = tariffs

    async def CreateTariff(
        self, request: tariffs_pb.CreateTariffRequest, context: Context
    ) -> tariffs_pb.CreateTariffResponse:
        """See `CreateTariff` in the contract."""
        tariff = await self._tariffs.create(tariff_draft(request))
        return tariffs_pb.CreateTariffResponse(tariff=tariff_message(tariff))

    async def GetTariff(
        self, request: tariffs_pb.GetTariffRequest, context: Context
    ) -> tariffs_pb.GetTariffResponse:
        """See `GetTariff` in the contract."""
        tariff = await self._tariffs.get(request.building_id, request.tariff_id)
        return tariffs_pb.GetTariffResponse(tariff=tariff_message(tariff))

    async def ListTariffs(
        self, request: tariffs_pb.ListTariffsRequest, context: Context
    ) -> tariffs_pb.ListTariffsResponse:
        """See `ListTariffs` in the contract."""
        page = await self._tariffs.list(request.building_id, page_request(request))
        return tariffs_pb.ListTariffsResponse(
            tariffs=[tariff_message(tariff) for tariff in page.rows],
            next_page_token=page.next_token,
        )

    async def UpdateTariff(
        self, request: tariffs_pb.UpdateTariffRequest, context: Context
    ) -> tariffs_pb.UpdateTariffResponse:
        """See `UpdateTariff` in the contract."""
        tariff = await self._tariffs.update(
            request.building_id, request.tariff_id, tariff_changes(request), request.etag
        )
        return tariffs_pb.UpdateTariffResponse(tariff=tariff_message(tariff))

    async def DeleteTariff(
        self, request: tariffs_pb.DeleteTariffRequest, context: Context
    ) -> tariffs_pb.DeleteTariffResponse:
        """See `DeleteTariff` in the contract."""
        await self._tariffs.delete(request.building_id, request.tariff_id)
        return tariffs_pb.DeleteTariffResponse()
