"""Messages of buildings."""

from nilm.buildings.v1 import building_pb2 as building_pb
from nilm.buildings.v1 import building_service_pb2 as buildings_pb
from nilm_auth.domain import rules
from nilm_auth.domain.building import Building, BuildingChanges, BuildingDraft


def building_draft(request: buildings_pb.CreateBuildingRequest) -> BuildingDraft:
    """Checks a building that is to be made."""
    return BuildingDraft(
        display_name=rules.display_name(request.display_name),
        time_zone=rules.time_zone(request.time_zone),
        address=_address(request.address),
        is_simulated=request.is_simulated,
    )


def building_changes(request: buildings_pb.UpdateBuildingRequest) -> BuildingChanges:
    """Checks what changes in a building."""
    return BuildingChanges(
        display_name=(
            rules.display_name(request.display_name) if request.HasField("display_name") else None
        ),
        time_zone=rules.time_zone(request.time_zone) if request.HasField("time_zone") else None,
        address=_address(request.address) if request.HasField("address") else None,
    )


def building_message(building: Building) -> building_pb.Building:
    """Returns a building as its message."""
    return building_pb.Building(
        building_id=building.building_id,
        display_name=building.display_name,
        time_zone=building.time_zone,
        address=building.address,
        is_simulated=building.is_simulated,
        create_time=building.create_time,
        update_time=building.update_time,
    )


def _address(text: str) -> str:
    return rules.free_text(text, "address", rules.MAX_ADDRESS_LENGTH)
