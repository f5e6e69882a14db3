from nilm.telemetry.v1 import (
    cache_service_pb2,
    correction_service_pb2,
    device_service_pb2,
    prediction_service_pb2,
    reading_service_pb2,
    run_service_pb2,
    summary_service_pb2,
    transfer_service_pb2,
)
from nilm_telemetry.policy import POLICY
from nilm_telemetry.servicer.caches import CacheServicer
from nilm_telemetry.servicer.corrections import CorrectionServicer
from nilm_telemetry.servicer.devices import DeviceServicer
from nilm_telemetry.servicer.predictions import PredictionServicer
from nilm_telemetry.servicer.readings import ReadingServicer
from nilm_telemetry.servicer.runs import RunServicer
from nilm_telemetry.servicer.summaries import SummaryServicer
from nilm_telemetry.servicer.transfers import TransferServicer

FILES = (
    cache_service_pb2,
    correction_service_pb2,
    device_service_pb2,
    prediction_service_pb2,
    reading_service_pb2,
    run_service_pb2,
    summary_service_pb2,
    transfer_service_pb2,
)
SERVICES = {
    service.full_name: [method.name for method in service.methods]
    for file in FILES
    for service in file.DESCRIPTOR.services_by_name.values()
}
SERVICERS = {
    "nilm.telemetry.v1.CacheService": CacheServicer,
    "nilm.telemetry.v1.CorrectionService": CorrectionServicer,
    "nilm.telemetry.v1.DeviceService": DeviceServicer,
    "nilm.telemetry.v1.PredictionService": PredictionServicer,
    "nilm.telemetry.v1.ReadingService": ReadingServicer,
    "nilm.telemetry.v1.RunService": RunServicer,
    "nilm.telemetry.v1.SummaryService": SummaryServicer,
    "nilm.telemetry.v1.TransferService": TransferServicer,
}


def test_every_rpc_of_the_contract_has_a_policy_and_nothing_else_has() -> None:
    methods = {f"/{service}/{name}" for service, names in SERVICES.items() for name in names}
    assert set(POLICY) == methods


def test_every_rpc_of_the_contract_is_implemented() -> None:
    assert set(SERVICERS) == set(SERVICES)
    missing = [
        f"{service}/{name}"
        for service, names in SERVICES.items()
        for name in names
        if name not in vars(SERVICERS[service])
    ]
    assert missing == []
