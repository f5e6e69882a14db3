"""Buildings and tariffs, asked of `auth` in the caller's name."""

from datetime import date

import grpc

from nilm.buildings.v1 import building_service_pb2 as building_pb
from nilm.buildings.v1 import building_service_pb2_grpc as building_grpc
from nilm.buildings.v1 import tariff_pb2 as tariff_pb
from nilm.buildings.v1 import tariff_service_pb2 as tariff_service_pb
from nilm.buildings.v1 import tariff_service_pb2_grpc as tariff_grpc
from nilm_rpc.call import outgoing
from nilm_rpc.status import from_rpc_error
from nilm_telemetry.domain.tariffs import Tariff, TimeOfUseRate

_PAGE = 1_000


class AuthAccountDirectory:
    """See `nilm_telemetry.ports.AccountDirectory`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._buildings = building_grpc.BuildingServiceStub(channel)
        self._tariffs = tariff_grpc.TariffServiceStub(channel)

    async def building_ids(self) -> list[str]:
        """Returns the buildings that the caller may see."""
        found: list[str] = []
        token = ""
        while True:
            request = building_pb.ListBuildingsRequest(page_size=_PAGE, page_token=token)
            try:
                answer = await self._buildings.ListBuildings(request, **outgoing())
            except grpc.aio.AioRpcError as error:
                raise from_rpc_error(error) from error
            found += [building.building_id for building in answer.buildings]
            token = answer.next_page_token
            if not token:
                return found

    async def tariffs(self, building_id: str) -> list[Tariff]:
        """Returns a building's tariffs."""
        found: list[Tariff] = []
        token = ""
        while True:
            request = tariff_service_pb.ListTariffsRequest(
                building_id=building_id, page_size=_PAGE, page_token=token
            )
            try:
                answer = await self._tariffs.ListTariffs(request, **outgoing())
            except grpc.aio.AioRpcError as error:
                raise from_rpc_error(error) from error
            found += [_tariff(tariff) for tariff in answer.tariffs]
            token = answer.next_page_token
            if not token:
                return found

    async def carbon_intensity(self, building_id: str) -> float | None:
        """Returns the greenhouse gas of a building's electricity, g CO2e/kWh, if configured."""
        request = building_pb.GetBuildingRequest(building_id=building_id)
        try:
            building = (await self._buildings.GetBuilding(request, **outgoing())).building
        except grpc.aio.AioRpcError as error:
            raise from_rpc_error(error) from error
        is_configured = building.HasField("carbon_intensity_g_per_kwh")
        return building.carbon_intensity_g_per_kwh if is_configured else None


def _tariff(message: tariff_pb.Tariff) -> Tariff:
    return Tariff(
        effective_date=date.fromisoformat(message.effective_date),
        currency_code=message.currency_code,
        price_per_kwh=message.price_per_kwh,
        standing_charge_per_day=message.standing_charge_per_day,
        rates=tuple(
            TimeOfUseRate(
                frozenset(rate.weekdays), rate.start_minute, rate.end_minute, rate.price_per_kwh
            )
            for rate in message.rates
        ),
    )
