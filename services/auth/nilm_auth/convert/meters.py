"""Messages of meters."""

from collections.abc import Mapping
from types import MappingProxyType

from nilm.buildings.v1 import meter_pb2 as meter_pb
from nilm.buildings.v1 import meter_service_pb2 as meters_pb
from nilm_auth.domain import rules
from nilm_auth.domain.meter import Meter, MeterDraft
from nilm_core.access import MeterKind
from nilm_core.errors import InvalidArgumentError

METER_KIND_NUMBERS: Mapping[MeterKind, meter_pb.MeterKind] = MappingProxyType(
    {
        MeterKind.MAINS: meter_pb.METER_KIND_MAINS,
        MeterKind.APPLIANCE: meter_pb.METER_KIND_APPLIANCE,
        MeterKind.SIMULATED_TRUTH: meter_pb.METER_KIND_SIMULATED_TRUTH,
    }
)
"""The wire's number of each kind of meter."""

_KINDS = {number: kind for kind, number in METER_KIND_NUMBERS.items()}


def meter_draft(request: meters_pb.CreateMeterRequest) -> MeterDraft:
    """Checks a meter that is to be made."""
    kind = _KINDS.get(request.kind)
    if kind is None:
        raise InvalidArgumentError.of_field(
            "kind",
            "must be METER_KIND_MAINS, METER_KIND_APPLIANCE or METER_KIND_SIMULATED_TRUTH",
        )
    return MeterDraft(
        building_id=request.building_id,
        display_name=rules.display_name(request.display_name),
        kind=kind,
        appliance_id=rules.meter_appliance_id(kind, request.appliance_id),
    )


def changed_name(request: meters_pb.UpdateMeterRequest) -> str | None:
    """Checks a meter's new name; None leaves it."""
    return rules.display_name(request.display_name) if request.HasField("display_name") else None


def meter_message(meter: Meter) -> meter_pb.Meter:
    """Returns a meter as its message."""
    return meter_pb.Meter(
        meter_id=meter.meter_id,
        building_id=meter.building_id,
        display_name=meter.display_name,
        kind=METER_KIND_NUMBERS[meter.kind],
        appliance_id=meter.appliance_id,
        create_time=meter.create_time,
    )
