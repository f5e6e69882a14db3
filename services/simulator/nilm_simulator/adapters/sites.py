"""The demo building in `auth`: found by its name, made where it is missing."""

import grpc

from nilm.buildings.v1 import (
    appliance_service_pb2,
    appliance_service_pb2_grpc,
    building_service_pb2,
    building_service_pb2_grpc,
    meter_pb2,
    meter_service_pb2,
    meter_service_pb2_grpc,
    tariff_pb2,
    tariff_service_pb2,
    tariff_service_pb2_grpc,
)
from nilm_simulator.adapters.calls import AccountCalls
from nilm_simulator.domain.household import APPLIANCES
from nilm_simulator.ports import Site

_FLAT_PRICE = 0.27
_NIGHT_PRICE = 0.16
_STANDING_CHARGE = 0.60
_NIGHT_MINUTES = (30, 270)
_TARIFF_SINCE = "2020-01-01"


class AuthSiteDirectory:
    """Finds or makes the building through the RPCs of `auth`."""

    def __init__(
        self, channel: grpc.aio.Channel, calls: AccountCalls, *, name: str, time_zone: str
    ) -> None:
        self._buildings = building_service_pb2_grpc.BuildingServiceStub(channel)
        self._appliances = appliance_service_pb2_grpc.ApplianceServiceStub(channel)
        self._meters = meter_service_pb2_grpc.MeterServiceStub(channel)
        self._tariffs = tariff_service_pb2_grpc.TariffServiceStub(channel)
        self._calls = calls
        self._name = name
        self._time_zone = time_zone

    async def prepare(self) -> Site:
        """Finds the building with all that belongs to it, and makes what is missing."""
        building_id = await self._building()
        await self._add_appliances(building_id)
        mains_meter_id, truth_meter_ids = await self._meter_ids(building_id)
        await self._add_tariff(building_id)
        return Site(building_id, mains_meter_id, truth_meter_ids)

    async def _building(self) -> str:
        request = building_service_pb2.ListBuildingsRequest()
        async for building in self._calls.rows(self._buildings.ListBuildings, request, "buildings"):
            if building.is_simulated and building.display_name == self._name:
                return str(building.building_id)
        answer = await self._calls.call(
            self._buildings.CreateBuilding,
            building_service_pb2.CreateBuildingRequest(
                display_name=self._name, time_zone=self._time_zone, is_simulated=True
            ),
        )
        return str(answer.building.building_id)

    async def _add_appliances(self, building_id: str) -> None:
        request = appliance_service_pb2.ListAppliancesRequest(building_id=building_id)
        rows = self._calls.rows(self._appliances.ListAppliances, request, "appliances")
        there = {row.appliance_id async for row in rows}
        for kind in APPLIANCES:
            if kind.appliance_id not in there:
                await self._calls.call(
                    self._appliances.CreateAppliance,
                    appliance_service_pb2.CreateApplianceRequest(
                        building_id=building_id,
                        appliance_id=kind.appliance_id,
                        display_name=kind.display_name,
                        rated_power_w=kind.rated_power_w,
                    ),
                )

    async def _meter_ids(self, building_id: str) -> tuple[str, dict[str, str]]:
        """Returns the mains meter and the meter of each appliance's truth."""
        request = meter_service_pb2.ListMetersRequest(building_id=building_id)
        rows = self._calls.rows(self._meters.ListMeters, request, "meters")
        there = {(row.kind, row.appliance_id): row.meter_id async for row in rows}
        wanted = {(meter_pb2.METER_KIND_MAINS, ""): "Mains"} | {
            (meter_pb2.METER_KIND_SIMULATED_TRUTH, kind.appliance_id): f"{kind.display_name} (true)"
            for kind in APPLIANCES
        }
        for (kind, appliance_id), display_name in wanted.items():
            if (kind, appliance_id) not in there:
                answer = await self._calls.call(
                    self._meters.CreateMeter,
                    meter_service_pb2.CreateMeterRequest(
                        building_id=building_id,
                        display_name=display_name,
                        kind=kind,
                        appliance_id=appliance_id,
                    ),
                )
                there[kind, appliance_id] = answer.meter.meter_id
        truth = {
            kind.appliance_id: there[meter_pb2.METER_KIND_SIMULATED_TRUTH, kind.appliance_id]
            for kind in APPLIANCES
        }
        return there[meter_pb2.METER_KIND_MAINS, ""], truth

    async def _add_tariff(self, building_id: str) -> None:
        """Gives the building a price by night and by day, where it has no tariff yet."""
        request = tariff_service_pb2.ListTariffsRequest(building_id=building_id)
        async for _ in self._calls.rows(self._tariffs.ListTariffs, request, "tariffs"):
            return
        start_minute, end_minute = _NIGHT_MINUTES
        await self._calls.call(
            self._tariffs.CreateTariff,
            tariff_service_pb2.CreateTariffRequest(
                building_id=building_id,
                display_name="Day and night",
                effective_date=_TARIFF_SINCE,
                currency_code="GBP",
                price_per_kwh=_FLAT_PRICE,
                standing_charge_per_day=_STANDING_CHARGE,
                rates=[
                    tariff_pb2.TimeOfUseRate(
                        start_minute=start_minute,
                        end_minute=end_minute,
                        price_per_kwh=_NIGHT_PRICE,
                    )
                ],
            ),
        )
