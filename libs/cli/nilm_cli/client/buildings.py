"""Buildings and their meters, by id or by name."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from nilm.buildings.v1 import (
    building_service_pb2,
    building_service_pb2_grpc,
    meter_pb2,
    meter_service_pb2,
    meter_service_pb2_grpc,
)
from nilm_cli.client.gateway import Gateway
from nilm_core.errors import InvalidArgumentError, NotFoundError
from nilm_core.ids import new_id


async def find_building(gateway: Gateway, name: str) -> str:
    """Returns the id of the building of that id or name.

    Raises:
        NotFoundError: The account sees no such building.
        InvalidArgumentError: Several buildings have that name.
    """
    stub = building_service_pb2_grpc.BuildingServiceStub(gateway.channel)
    request = building_service_pb2.ListBuildingsRequest()
    rows = _rows(gateway, stub.ListBuildings, request, "buildings")
    return _only([(row.building_id, row.display_name) async for row in rows], "building", name)


async def only_building(gateway: Gateway) -> str:
    """Returns the id of the only building that the account sees.

    Raises:
        NotFoundError: It sees none.
        InvalidArgumentError: It sees several.
    """
    stub = building_service_pb2_grpc.BuildingServiceStub(gateway.channel)
    request = building_service_pb2.ListBuildingsRequest()
    rows = [row async for row in _rows(gateway, stub.ListBuildings, request, "buildings")]
    if not rows:
        raise NotFoundError("the account sees no building")
    if len(rows) > 1:
        names = ", ".join(row.display_name for row in rows)
        raise InvalidArgumentError.of_field("building", f"give one of {names}")
    found: str = rows[0].building_id
    return found


async def find_meter(gateway: Gateway, building_id: str, name: str) -> str:
    """Returns the id of the meter of that id or name.

    Raises:
        NotFoundError: The building has no such meter.
        InvalidArgumentError: Several of its meters have that name.
    """
    stub = meter_service_pb2_grpc.MeterServiceStub(gateway.channel)
    request = meter_service_pb2.ListMetersRequest(building_id=building_id)
    rows = _rows(gateway, stub.ListMeters, request, "meters")
    return _only([(row.meter_id, row.display_name) async for row in rows], "meter", name)


async def create_metered_building(gateway: Gateway, display_name: str, time_zone: str) -> str:
    """Makes a building with a mains meter and returns its id."""
    buildings = building_service_pb2_grpc.BuildingServiceStub(gateway.channel)
    meters = meter_service_pb2_grpc.MeterServiceStub(gateway.channel)
    answer = await gateway.call(
        buildings.CreateBuilding,
        building_service_pb2.CreateBuildingRequest(
            display_name=display_name, time_zone=time_zone, request_id=new_id("req")
        ),
    )
    building_id: str = answer.building.building_id
    await gateway.call(
        meters.CreateMeter,
        meter_service_pb2.CreateMeterRequest(
            building_id=building_id,
            display_name="Mains",
            kind=meter_pb2.METER_KIND_MAINS,
            request_id=new_id("req"),
        ),
    )
    return building_id


async def _rows(
    gateway: Gateway, method: Callable[..., Any], request: Any, field: str
) -> AsyncIterator[Any]:
    while True:
        answer = await gateway.call(method, request)
        for row in getattr(answer, field):
            yield row
        if not answer.next_page_token:
            return
        request.page_token = answer.next_page_token


def _only(known: list[tuple[str, str]], noun: str, name: str) -> str:
    """Returns the id in `known` that equals `name`, else the only one of that name."""
    found = [each for each, _ in known if each == name]
    found = found or [each for each, display_name in known if display_name == name]
    if not found:
        raise NotFoundError(f"{noun} {name!r} not found")
    if len(found) > 1:
        raise InvalidArgumentError.of_field(
            noun, f"several are named {name!r}: give one of {', '.join(found)}"
        )
    return found[0]
