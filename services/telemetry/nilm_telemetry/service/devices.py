"""Devices: meters that a script knows by their id alone."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nilm_core.access import BuildingAccess, MeterRef, Permission
from nilm_core.errors import NotFoundError, PermissionDeniedError
from nilm_rpc.authorization import require
from nilm_rpc.call import Call
from nilm_telemetry.domain.readings import MeterSeries, Readings
from nilm_telemetry.domain.validation import Rejection, RejectionReason
from nilm_telemetry.ports import AccountDirectory, MeterDirectory
from nilm_telemetry.service.meters import series_of
from nilm_telemetry.service.recording import Recorder

_LOOKUPS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Device:
    """A meter and the building that it measures."""

    building_id: str
    meter: MeterRef


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One reading of a batch."""

    device_id: str
    time_us: int
    power_w: float


class Devices:
    """Finds devices for a caller, and writes their readings."""

    def __init__(
        self, directory: MeterDirectory, accounts: AccountDirectory, recorder: Recorder
    ) -> None:
        self._directory = directory
        self._accounts = accounts
        self._recorder = recorder

    async def find(self, call: Call, device_id: str, permission: Permission) -> MeterSeries:
        """Returns the series of a device on which the caller has a permission.

        Raises:
            NotFoundError: There is no such device, or the caller may not see it.
            PermissionDeniedError: He sees it, and lacks the permission.
        """
        access = await self._directory.access(call, meter_id=device_id)
        require(access, permission)
        meter = access.meter(device_id)
        if meter is None:
            raise NotFoundError(f"device {device_id} not found")
        return series_of(access, meter)

    async def visible(self, call: Call) -> list[Device]:
        """Returns the devices whose readings the caller may read, by building and id."""
        building_ids = await self._accounts.building_ids()
        gate = asyncio.Semaphore(_LOOKUPS_AT_ONCE)

        async def access_to(building_id: str) -> BuildingAccess | None:
            async with gate:
                try:
                    return await self._directory.access(call, building_id=building_id)
                except NotFoundError:  # deleted since it was listed
                    return None

        found = await asyncio.gather(*(access_to(building_id) for building_id in building_ids))
        devices = [
            Device(access.building_id, meter)
            for access in found
            if access is not None and Permission.READINGS_READ in access.permissions
            for meter in access.meters
        ]
        return sorted(devices, key=lambda device: (device.building_id, device.meter.meter_id))

    async def record(self, call: Call, rows: Sequence[DeviceRow]) -> list[Rejection]:
        """Stores the good rows, durable on return, and returns the others by index."""
        by_device: defaultdict[str, list[int]] = defaultdict(list)
        for index, row in enumerate(rows):
            by_device[row.device_id].append(index)
        parts = await asyncio.gather(
            *(
                self._record_device(call, device_id, [(index, rows[index]) for index in indexes])
                for device_id, indexes in by_device.items()
            )
        )
        return sorted((one for part in parts for one in part), key=lambda one: one.index)

    async def _record_device(
        self, call: Call, device_id: str, rows: Sequence[tuple[int, DeviceRow]]
    ) -> list[Rejection]:
        try:
            series = await self.find(call, device_id, Permission.READINGS_WRITE)
        except (NotFoundError, PermissionDeniedError) as error:
            return [
                Rejection(index, RejectionReason.UNKNOWN_METER, error.message) for index, _ in rows
            ]
        readings = Readings(
            np.array([row.time_us for _, row in rows], np.int64),
            np.array([row.power_w for _, row in rows], np.float64),
        )
        recorded = await self._recorder.record(series, readings)
        return [Rejection(rows[one.index][0], one.reason, one.message) for one in recorded.rejected]
