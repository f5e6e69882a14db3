"""Messages of access decisions."""

from nilm.auth.v1 import access_service_pb2 as access_pb
from nilm.buildings.v1 import member_pb2 as member_pb
from nilm.buildings.v1 import meter_pb2 as meter_pb
from nilm_auth.convert.members import ROLE_NUMBERS
from nilm_auth.convert.meters import METER_KIND_NUMBERS
from nilm_auth.domain.role import Role
from nilm_core.access import BuildingAccess, MeterRef
from nilm_core.errors import InvalidArgumentError


def target(request: access_pb.GetBuildingAccessRequest) -> tuple[str, str]:
    """Returns the building's id and the meter's id, of which one is empty."""
    if not request.building_id and not request.meter_id:
        raise InvalidArgumentError.of_field(
            "building_id", "is needed: name the building, or one of its meters by meter_id"
        )
    return request.building_id, request.meter_id


def access_message(access: BuildingAccess) -> access_pb.GetBuildingAccessResponse:
    """Returns an access decision as its message, permissions by name."""
    return access_pb.GetBuildingAccessResponse(
        building_id=access.building_id,
        role=ROLE_NUMBERS[Role(access.role)] if access.role else member_pb.ROLE_UNSPECIFIED,
        permissions=sorted(f"PERMISSION_{permission}" for permission in access.permissions),
        time_zone=access.time_zone,
        meters=[_meter_message(access.building_id, meter) for meter in access.meters],
    )


def _meter_message(building_id: str, meter: MeterRef) -> meter_pb.Meter:
    return meter_pb.Meter(
        meter_id=meter.meter_id,
        building_id=building_id,
        display_name=meter.display_name,
        kind=METER_KIND_NUMBERS[meter.kind],
        appliance_id=meter.appliance_id,
    )
