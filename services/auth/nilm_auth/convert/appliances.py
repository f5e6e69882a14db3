"""Messages of appliances."""

from nilm.buildings.v1 import appliance_pb2 as appliance_pb
from nilm.buildings.v1 import appliance_service_pb2 as appliances_pb
from nilm_auth.domain import rules
from nilm_auth.domain.etag import etag_of
from nilm_auth.domain.meter import Appliance, ApplianceChanges, ApplianceDraft


def appliance_draft(request: appliances_pb.CreateApplianceRequest) -> ApplianceDraft:
    """Checks an appliance that is to be made."""
    return ApplianceDraft(
        building_id=request.building_id,
        appliance_id=rules.resource_id(request.appliance_id, "appliance_id"),
        display_name=rules.display_name(request.display_name),
        rated_power_w=_rated_power_w(request.rated_power_w),
    )


def appliance_changes(request: appliances_pb.UpdateApplianceRequest) -> ApplianceChanges:
    """Checks what changes in an appliance."""
    return ApplianceChanges(
        display_name=(
            rules.display_name(request.display_name) if request.HasField("display_name") else None
        ),
        rated_power_w=(
            _rated_power_w(request.rated_power_w) if request.HasField("rated_power_w") else None
        ),
    )


def appliance_message(appliance: Appliance) -> appliance_pb.Appliance:
    """Returns an appliance as its message."""
    return appliance_pb.Appliance(
        appliance_id=appliance.appliance_id,
        building_id=appliance.building_id,
        display_name=appliance.display_name,
        rated_power_w=appliance.rated_power_w,
        create_time=appliance.create_time,
        etag=etag_of(appliance),
    )


def _rated_power_w(power_w: float) -> float:
    return rules.bounded(power_w, "rated_power_w", rules.MAX_RATED_POWER_W)
