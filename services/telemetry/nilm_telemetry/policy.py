"""Which RPC needs what; a method that is absent here is denied."""

from operator import attrgetter

from nilm_core.access import Permission
from nilm_rpc.policy import ADMIN, AUTHENTICATED, SERVICE, Policy, on_building

_READ = on_building(Permission.READINGS_READ)
_WRITE = on_building(Permission.READINGS_WRITE)

POLICY: Policy = {
    "/nilm.telemetry.v1.ReadingService/WriteReadings": _WRITE,
    "/nilm.telemetry.v1.ReadingService/StreamReadings": _WRITE,
    "/nilm.telemetry.v1.ReadingService/QueryReadings": _READ,
    "/nilm.telemetry.v1.ReadingService/GetLatest": _READ,
    "/nilm.telemetry.v1.ReadingService/WatchReadings": _READ,
    "/nilm.telemetry.v1.TransferService/ImportReadings": on_building(
        Permission.READINGS_WRITE, attrgetter("options.building_id")
    ),
    "/nilm.telemetry.v1.TransferService/ExportReadings": _READ,
    "/nilm.telemetry.v1.TransferService/ExportPredictions": _READ,
    "/nilm.telemetry.v1.PredictionService/WritePredictions": on_building(
        Permission.PREDICTIONS_WRITE
    ),
    "/nilm.telemetry.v1.PredictionService/QueryPredictions": _READ,
    "/nilm.telemetry.v1.PredictionService/ListActivity": SERVICE,
    "/nilm.telemetry.v1.CorrectionService/CreateCorrection": _WRITE,
    "/nilm.telemetry.v1.CorrectionService/ListCorrections": _READ,
    "/nilm.telemetry.v1.CorrectionService/DeleteCorrection": _WRITE,
    "/nilm.telemetry.v1.RunService/ListApplianceRuns": _READ,
    "/nilm.telemetry.v1.RunService/GetTypicalProgramme": _READ,
    "/nilm.telemetry.v1.SummaryService/GetSummary": _READ,
    "/nilm.telemetry.v1.SummaryService/ListHourlyAggregates": _READ,
    # a device names no building: the servicer looks it up and checks the permission there
    "/nilm.telemetry.v1.DeviceService/CreateDeviceReading": AUTHENTICATED,
    "/nilm.telemetry.v1.DeviceService/BatchCreateDeviceReadings": AUTHENTICATED,
    "/nilm.telemetry.v1.DeviceService/ListDeviceReadings": AUTHENTICATED,
    "/nilm.telemetry.v1.DeviceService/GetDeviceStats": AUTHENTICATED,
    "/nilm.telemetry.v1.DeviceService/GetDeviceSummary": AUTHENTICATED,
    "/nilm.telemetry.v1.DeviceService/ListRealtimeReadings": AUTHENTICATED,
    "/nilm.telemetry.v1.DeviceService/ListDevices": AUTHENTICATED,
    "/nilm.telemetry.v1.CacheService/GetCacheStats": ADMIN,
    "/nilm.telemetry.v1.CacheService/InvalidateCache": ADMIN,
}
