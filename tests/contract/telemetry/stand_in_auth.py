"""An `auth` that answers from plain lists, behind real gRPC."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from nilm.auth.v1 import access_service_pb2 as access_pb
from nilm.auth.v1 import access_service_pb2_grpc as access_grpc
from nilm.buildings.v1 import building_pb2, building_service_pb2, meter_pb2, tariff_pb2
from nilm.buildings.v1 import building_service_pb2_grpc as building_grpc
from nilm.buildings.v1 import tariff_service_pb2 as tariff_service_pb
from nilm.buildings.v1 import tariff_service_pb2_grpc as tariff_grpc
from nilm_core.access import Permission
from nilm_core.errors import NotFoundError
from nilm_rpc.call import current_call
from nilm_rpc.policy import AUTHENTICATED
from nilm_rpc.server import RunningServer, ServiceDefinition
from nilm_rpc.settings import ServerSettings
from nilm_rpc.tokens import TokenVerifier

VIEWER = frozenset({Permission.BUILDING_READ, Permission.READINGS_READ})
WARDEN = VIEWER | {Permission.READINGS_WRITE, Permission.PREDICTIONS_WRITE}


@dataclass
class Building:
    building_id: str
    members: dict[str, frozenset[Permission]]
    time_zone: str = "Europe/London"
    meters: list[meter_pb2.Meter] = field(default_factory=list)
    tariffs: list[tariff_pb2.Tariff] = field(default_factory=list)
    carbon_intensity_g_per_kwh: float | None = None

    def add_meter(self, meter_id: str, kind: "meter_pb2.MeterKind", appliance_id: str = "") -> None:
        self.meters.append(
            meter_pb2.Meter(
                meter_id=meter_id,
                building_id=self.building_id,
                display_name=meter_id.title(),
                kind=kind,
                appliance_id=appliance_id,
            )
        )


class StandInAuth(
    access_grpc.AccessServiceServicer,
    building_grpc.BuildingServiceServicer,
    tariff_grpc.TariffServiceServicer,
):
    def __init__(self) -> None:
        self.buildings: dict[str, Building] = {}

    def add(self, building: Building) -> Building:
        self.buildings[building.building_id] = building
        return building

    def _visible(self) -> list[tuple[Building, frozenset[Permission]]]:
        principal = current_call().principal
        assert principal is not None
        if principal.is_service or principal.is_admin:
            return [(building, frozenset(Permission)) for building in self.buildings.values()]
        return [
            (building, building.members[principal.subject])
            for building in self.buildings.values()
            if principal.subject in building.members
        ]

    async def GetBuildingAccess(
        self, request: Any, context: Any
    ) -> access_pb.GetBuildingAccessResponse:
        for building, permissions in self._visible():
            if building.building_id == request.building_id or any(
                meter.meter_id == request.meter_id for meter in building.meters
            ):
                return access_pb.GetBuildingAccessResponse(
                    building_id=building.building_id,
                    permissions=[
                        access_pb.Permission.Value(f"PERMISSION_{one}") for one in permissions
                    ],
                    time_zone=building.time_zone,
                    meters=building.meters,
                )
        what = request.building_id or request.meter_id
        raise NotFoundError(f"{what} not found")

    async def ListBuildings(
        self, request: Any, context: Any
    ) -> building_service_pb2.ListBuildingsResponse:
        return building_service_pb2.ListBuildingsResponse(
            buildings=[
                building_pb2.Building(building_id=building.building_id)
                for building, _ in self._visible()
            ]
        )

    async def GetBuilding(
        self, request: Any, context: Any
    ) -> building_service_pb2.GetBuildingResponse:
        building = self.buildings[request.building_id]
        return building_service_pb2.GetBuildingResponse(
            building=building_pb2.Building(
                building_id=building.building_id,
                carbon_intensity_g_per_kwh=building.carbon_intensity_g_per_kwh,
            )
        )

    async def ListTariffs(
        self, request: Any, context: Any
    ) -> tariff_service_pb.ListTariffsResponse:
        tariffs = self.buildings[request.building_id].tariffs
        first = int(request.page_token or 0)
        more = str(first + 1) if first + 1 < len(tariffs) else ""
        return tariff_service_pb.ListTariffsResponse(
            tariffs=tariffs[first : first + 1], next_page_token=more
        )

    @asynccontextmanager
    async def served(self, verifier: TokenVerifier) -> AsyncIterator[str]:
        """Yields the address at which it answers."""
        methods = (
            "nilm.auth.v1.AccessService/GetBuildingAccess",
            "nilm.buildings.v1.BuildingService/GetBuilding",
            "nilm.buildings.v1.BuildingService/ListBuildings",
            "nilm.buildings.v1.TariffService/ListTariffs",
        )
        definition = ServiceDefinition(
            name="stand-in-auth",
            servicers=(self,),
            policy={f"/{method}": AUTHENTICATED for method in methods},
            verifier=verifier,
        )
        async with RunningServer(ServerSettings(drain_grace_s=0.2), definition) as server:
            yield f"127.0.0.1:{server.port}"
