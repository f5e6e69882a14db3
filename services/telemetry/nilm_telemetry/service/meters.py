"""Which meter a caller means."""

from nilm_core.access import BuildingAccess, MeterKind, MeterRef
from nilm_core.errors import FailedPreconditionError, NotFoundError
from nilm_rpc.call import Call
from nilm_telemetry.domain.readings import MeterSeries
from nilm_telemetry.ports import MeterDirectory


class MeterFinder:
    """Finds meters of a building; asks anew before it says that there is none."""

    def __init__(self, directory: MeterDirectory) -> None:
        self._directory = directory

    async def find(self, call: Call, access: BuildingAccess, meter_id: str) -> MeterSeries:
        """Returns the series of a meter, or of the mains where `meter_id` is empty.

        Raises:
            NotFoundError: The building has no such meter.
            FailedPreconditionError: The building has no mains meter.
        """
        meter = _pick(access, meter_id)
        if meter is None:  # it may be newer than what is cached
            access = await self._directory.access(call, building_id=access.building_id, fresh=True)
            meter = _pick(access, meter_id)
        if meter is None and meter_id:
            raise NotFoundError(
                f"meter {meter_id} not found in building {access.building_id}",
                reason="METER_NOT_FOUND",
                metadata={"meter_id": meter_id, "building_id": access.building_id},
            )
        if meter is None:
            raise FailedPreconditionError(
                f"building {access.building_id} has no mains meter; create one, or name a meter",
                reason="NO_MAINS_METER",
                metadata={"building_id": access.building_id},
            )
        return series_of(access, meter)


def series_of(access: BuildingAccess, meter: MeterRef) -> MeterSeries:
    """Returns the series of a meter of a building."""
    return MeterSeries(access.building_id, meter.meter_id, meter.kind)


def appliance_meters(access: BuildingAccess) -> list[MeterRef]:
    """Returns the meters that measure one appliance; simulated truth never counts."""
    return [
        meter for meter in access.meters if meter.kind is MeterKind.APPLIANCE and meter.appliance_id
    ]


def _pick(access: BuildingAccess, meter_id: str) -> MeterRef | None:
    return access.meter(meter_id) if meter_id else access.mains
