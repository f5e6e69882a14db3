"""Messages of buildings."""

from nilm.buildings.v1 import building_pb2 as building_pb
from nilm.buildings.v1 import building_service_pb2 as buildings_pb
from nilm_auth.domain import rules
from nilm_auth.domain.building import Building, BuildingChanges, BuildingDraft
from nilm_auth.domain.etag import etag_of
from nilm_core.errors import InvalidArgumentError


def building_draft(request: buildings_pb.CreateBuildingRequest) -> BuildingDraft:
    """Checks a building that is to be made."""
    return BuildingDraft(
        display_name=rules.display_name(request.display_name),
        time_zone=rules.time_zone(request.time_zone),
        address=_address(request.address),
        is_simulated=request.is_simulated,
        carbon_intensity_g_per_kwh=_carbon_intensity(request),
    )


def building_changes(request: buildings_pb.UpdateBuildingRequest) -> BuildingChanges:
    """Checks what changes in a building."""
    intensity = _carbon_intensity(request)
    if request.clear_carbon_intensity and intensity is not None:
        raise InvalidArgumentError.of_field(
            "clear_carbon_intensity", "must be false where carbon_intensity_g_per_kwh is given"
        )
    return BuildingChanges(
        display_name=(
            rules.display_name(request.display_name) if request.HasField("display_name") else None
        ),
        time_zone=rules.time_zone(request.time_zone) if request.HasField("time_zone") else None,
        address=_address(request.address) if request.HasField("address") else None,
        carbon_intensity_g_per_kwh=intensity,
        clears_carbon_intensity=request.clear_carbon_intensity,
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
        etag=etag_of(building),
        update_time=building.update_time,
        carbon_intensity_g_per_kwh=building.carbon_intensity_g_per_kwh,
    )


def _carbon_intensity(
    request: buildings_pb.CreateBuildingRequest | buildings_pb.UpdateBuildingRequest,
) -> float | None:
    if not request.HasField("carbon_intensity_g_per_kwh"):
        return None
    return rules.bounded(
        request.carbon_intensity_g_per_kwh,
        "carbon_intensity_g_per_kwh",
        rules.MAX_CARBON_INTENSITY_G_PER_KWH,
    )


def _address(text: str) -> str:
    return rules.free_text(text, "address", rules.MAX_ADDRESS_LENGTH)
