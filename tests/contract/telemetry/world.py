"""One household, a real telemetry server in this process, and clients of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc

from nilm.buildings.v1 import meter_pb2
from nilm.telemetry.v1 import cache_service_pb2_grpc as cache_grpc
from nilm.telemetry.v1 import correction_service_pb2_grpc as correction_grpc
from nilm.telemetry.v1 import device_service_pb2_grpc as device_grpc
from nilm.telemetry.v1 import prediction_pb2, reading_pb2
from nilm.telemetry.v1 import prediction_service_pb2 as prediction_pb
from nilm.telemetry.v1 import prediction_service_pb2_grpc as prediction_grpc
from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as reading_grpc
from nilm.telemetry.v1 import run_service_pb2_grpc as run_grpc
from nilm.telemetry.v1 import summary_service_pb2_grpc as summary_grpc
from nilm.telemetry.v1 import transfer_service_pb2_grpc as transfer_grpc
from nilm_core.clock import ManualClock
from nilm_rpc.channel import connect
from nilm_rpc.convert import to_duration, to_timestamp
from nilm_rpc.server import RunningServer
from nilm_telemetry.main import assembled
from nilm_telemetry.settings import TelemetrySettings
from tests.contract.telemetry.stand_in_auth import VIEWER, WARDEN, Building, StandInAuth
from tests.support.tokens import TokenAuthority, bearer

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
HOME = "bld_home"
MAINS = "mtr_mains"
KETTLE = "mtr_kettle"
TRUTH = "mtr_truth"


@dataclass
class World:
    authority: TokenAuthority
    auth: StandInAuth
    clock: ManualClock
    home: Building
    channel: grpc.aio.Channel

    def __post_init__(self) -> None:
        self.readings = reading_grpc.ReadingServiceStub(self.channel)
        self.transfers = transfer_grpc.TransferServiceStub(self.channel)
        self.predictions = prediction_grpc.PredictionServiceStub(self.channel)
        self.runs = run_grpc.RunServiceStub(self.channel)
        self.summaries = summary_grpc.SummaryServiceStub(self.channel)
        self.corrections = correction_grpc.CorrectionServiceStub(self.channel)
        self.devices = device_grpc.DeviceServiceStub(self.channel)
        self.caches = cache_grpc.CacheServiceStub(self.channel)
        self.warden = self.caller("warden")
        self.viewer = self.caller("viewer")
        self.stranger = self.caller("stranger")
        self.admin = self.caller("root", admin=True)
        self.service = self.caller("inference", kind="service")

    def caller(self, subject: str, **claims: Any) -> dict[str, Any]:
        return {"metadata": bearer(self.authority.token(subject, **claims)), "timeout": 120}

    async def write(
        self,
        start: datetime,
        power_w: Sequence[float],
        *,
        period: timedelta = timedelta(seconds=60),
        meter_id: str = MAINS,
        building_id: str = HOME,
    ) -> reading_pb.WriteReadingsResponse:
        """Writes regular readings as the warden."""
        request = reading_pb.WriteReadingsRequest(
            building_id=building_id,
            meter_id=meter_id,
            readings=columns(start, power_w, period),
        )
        return await self.readings.WriteReadings(request, **self.warden)

    async def predict(
        self,
        start: datetime,
        power_w: Sequence[float],
        *,
        appliance_id: str = "kettle",
        period: timedelta = timedelta(seconds=60),
        confidence: float = 0.9,
        version: str = "v1",
    ) -> prediction_pb.WritePredictionsResponse:
        """Writes predictions as the inference service."""
        series = prediction_pb2.PredictionSeries(
            appliance_id=appliance_id,
            model_version=version,
            start_time=to_timestamp(start),
            sample_period=to_duration(period),
            power_w=power_w,
            confidence=[confidence] * len(power_w),
        )
        request = prediction_pb.WritePredictionsRequest(building_id=HOME, series=[series])
        return await self.predictions.WritePredictions(request, **self.service)


def columns(
    start: datetime, power_w: Sequence[float], period: timedelta = timedelta(seconds=60)
) -> reading_pb2.ReadingColumns:
    """Returns regular readings as a message."""
    step_us = period // timedelta(microseconds=1)
    return reading_pb2.ReadingColumns(
        start_time=to_timestamp(start),
        offset_us=[index * step_us for index in range(len(power_w))],
        power_w=power_w,
    )


@asynccontextmanager
async def open_world(folder: Path) -> AsyncIterator[World]:
    """Serves telemetry on an empty store, with a household at whose clock it is `NOW`."""
    authority = TokenAuthority()
    auth = StandInAuth()
    home = auth.add(Building(HOME, {"warden": WARDEN, "viewer": VIEWER}))
    home.add_meter(MAINS, meter_pb2.METER_KIND_MAINS)
    home.add_meter(KETTLE, meter_pb2.METER_KIND_APPLIANCE, "kettle")
    home.add_meter(TRUTH, meter_pb2.METER_KIND_SIMULATED_TRUTH, "dishwasher")
    clock = ManualClock(NOW)
    async with auth.served(authority.verifier()) as auth_target:
        settings = TelemetrySettings(
            port=0,
            ops_port=0,
            drain_grace_s=0.2,
            database_path=folder / "telemetry.duckdb",
            auth_target=auth_target,
        )
        async with (
            assembled(settings, authority.verifier(), clock) as definition,
            RunningServer(settings, definition) as server,
            connect(f"127.0.0.1:{server.port}") as channel,
        ):
            yield World(authority, auth, clock, home, channel)
