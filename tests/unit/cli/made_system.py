"""A small made system behind one port, as the gateway is: real gRPC, everything in memory."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import grpc
import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from nilm.auth.v1 import auth_service_pb2, auth_service_pb2_grpc, user_pb2
from nilm.buildings.v1 import (
    building_pb2,
    building_service_pb2,
    building_service_pb2_grpc,
    meter_pb2,
    meter_service_pb2,
    meter_service_pb2_grpc,
)
from nilm.inference.v1 import (
    inference_service_pb2,
    inference_service_pb2_grpc,
    model_pb2,
    model_service_pb2,
    model_service_pb2_grpc,
)
from nilm.telemetry.v1 import (
    prediction_pb2,
    prediction_service_pb2,
    prediction_service_pb2_grpc,
    reading_pb2,
    transfer_service_pb2,
    transfer_service_pb2_grpc,
)

MINUTE_US = 60_000_000
PAGE_CELLS = 1_000
BASE_W = 200.0


@dataclass
class MadeSystem:
    """What the made services know, and how they are to fail."""

    accounts: dict[str, str] = field(default_factory=dict)
    buildings: dict[str, str] = field(default_factory=dict)
    meters: dict[str, list[meter_pb2.Meter]] = field(default_factory=dict)
    mains: dict[int, float] = field(default_factory=dict)
    served: tuple[str, ...] = ("kettle",)
    predicted: dict[int, float] = field(default_factory=dict)
    imports: list[transfer_service_pb2.ImportOptions] = field(default_factory=list)
    resumed_with: list[str] = field(default_factory=list)
    cuts: int = 0
    """How often a disaggregation is still to be cut half-way."""
    busy: int = 0
    """How often a sign-in is still to be answered with UNAVAILABLE."""
    import_cuts: int = 0
    """How often an import is still to be cut half-way."""
    rejected_rows: int = 0
    token_life_s: int = 900
    calls: list[str] = field(default_factory=list)
    """What was asked of auth."""
    refresh_tokens: set[str] = field(default_factory=set)
    """The refresh tokens that may be used, once each."""


class Auth(auth_service_pb2_grpc.AuthServiceServicer):
    def __init__(self, system: MadeSystem) -> None:
        self.system = system

    def SignUp(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.system.accounts[request.email] = request.password
        return auth_service_pb2.SignUpResponse()

    def SignIn(self, request: Any, context: grpc.ServicerContext) -> Any:
        if self.system.busy:
            self.system.busy -= 1
            context.abort(grpc.StatusCode.UNAVAILABLE, "starting")
        if self.system.accounts.get(request.email) != request.password:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "wrong email or password")
        self.system.calls.append("SignIn")
        return auth_service_pb2.SignInResponse(tokens=self._tokens())

    def RefreshToken(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.system.calls.append("RefreshToken")
        if request.refresh_token not in self.system.refresh_tokens:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "the session has ended")
        self.system.refresh_tokens.discard(request.refresh_token)
        return auth_service_pb2.RefreshTokenResponse(tokens=self._tokens())

    def _tokens(self) -> user_pb2.TokenPair:
        expires = Timestamp()
        expires.GetCurrentTime()
        expires.seconds += self.system.token_life_s
        refresh_token = f"refresh-{len(self.system.calls)}"
        self.system.refresh_tokens.add(refresh_token)
        return user_pb2.TokenPair(
            access_token="made-token", access_expire_time=expires, refresh_token=refresh_token
        )


def check_token(context: grpc.ServicerContext) -> None:
    if ("authorization", "Bearer made-token") not in context.invocation_metadata():
        context.abort(grpc.StatusCode.UNAUTHENTICATED, "no access token")


class Buildings(
    building_service_pb2_grpc.BuildingServiceServicer, meter_service_pb2_grpc.MeterServiceServicer
):
    def __init__(self, system: MadeSystem) -> None:
        self.system = system

    def CreateBuilding(self, request: Any, context: grpc.ServicerContext) -> Any:
        check_token(context)
        building_id = f"bld_{len(self.system.buildings)}"
        self.system.buildings[building_id] = request.display_name
        return building_service_pb2.CreateBuildingResponse(
            building=building_pb2.Building(building_id=building_id)
        )

    def ListBuildings(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Answers one building a page."""
        check_token(context)
        names = list(self.system.buildings.items())
        index = int(request.page_token or 0)
        return building_service_pb2.ListBuildingsResponse(
            buildings=[
                building_pb2.Building(building_id=building_id, display_name=name)
                for building_id, name in names[index : index + 1]
            ],
            next_page_token=str(index + 1) if index + 1 < len(names) else "",
        )

    def CreateMeter(self, request: Any, context: grpc.ServicerContext) -> Any:
        check_token(context)
        meter = meter_pb2.Meter(
            meter_id=f"mtr_{request.building_id}", display_name="Mains", kind=request.kind
        )
        self.system.meters.setdefault(request.building_id, []).append(meter)
        return meter_service_pb2.CreateMeterResponse(meter=meter)

    def ListMeters(self, request: Any, context: grpc.ServicerContext) -> Any:
        check_token(context)
        return meter_service_pb2.ListMetersResponse(
            meters=self.system.meters.get(request.building_id, [])
        )


class Telemetry(
    transfer_service_pb2_grpc.TransferServiceServicer,
    prediction_service_pb2_grpc.PredictionServiceServicer,
):
    def __init__(self, system: MadeSystem) -> None:
        self.system = system

    def ImportReadings(self, parts: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        check_token(context)
        options = next(parts).options
        self.system.imports.append(options)
        content = b"".join(part.chunk for part in parts)
        if options.format != transfer_service_pb2.FILE_FORMAT_PARQUET:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no column aggregate_w")
        table = pq.read_table(io.BytesIO(content))
        times_us = pc.cast(table[options.time_column], "int64").to_numpy()
        power_w = table[options.power_column].to_numpy()
        rows = zip(times_us.tolist(), power_w.tolist(), strict=True)
        present = {time: power for time, power in rows if not np.isnan(power)}
        self.system.mains |= present
        total = table.num_rows
        yield transfer_service_pb2.ImportReadingsResponse(row_count=total // 2)
        if self.system.import_cuts:
            self.system.import_cuts -= 1
            context.abort(grpc.StatusCode.UNAVAILABLE, "the store is away")
        yield transfer_service_pb2.ImportReadingsResponse(
            row_count=total,
            total_row_count=total,
            accepted_count=len(present) - self.system.rejected_rows,
            missing_count=total - len(present),
            rejected_count=self.system.rejected_rows,
            rejected=[
                reading_pb2.RejectedReading(index=index, message="power is out of range")
                for index in range(self.system.rejected_rows)
            ],
            done=True,
        )

    def QueryPredictions(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Answers pages of `PAGE_CELLS` cells."""
        check_token(context)
        start, end = (
            moment.seconds * 1_000_000 for moment in (request.start_time, request.end_time)
        )
        rows = sorted(row for row in self.system.predicted.items() if start <= row[0] < end)
        first = int(request.page_token or 0)
        page = rows[first : first + PAGE_CELLS]
        series = []
        if page:
            power_w = [power for _, power in page]
            series = [
                prediction_pb2.PredictionSeries(
                    appliance_id="kettle",
                    model_version="1.0.0",
                    start_time=Timestamp(seconds=page[0][0] // 1_000_000),
                    sample_period=Duration(seconds=60),
                    power_w=power_w,
                    confidence=[0.9] * len(power_w),
                )
            ]
        more = first + PAGE_CELLS < len(rows)
        return prediction_service_pb2.QueryPredictionsResponse(
            series=series, next_page_token=str(first + PAGE_CELLS) if more else ""
        )


class Inference(
    inference_service_pb2_grpc.InferenceServiceServicer,
    model_service_pb2_grpc.ModelServiceServicer,
):
    """Takes what is above the base load as the kettle's, where it is above 1 kW."""

    def __init__(self, system: MadeSystem) -> None:
        self.system = system

    def ListModels(self, request: Any, context: grpc.ServicerContext) -> Any:
        check_token(context)
        return model_service_pb2.ListModelsResponse(
            models=[
                model_pb2.Model(appliance_id=name, state=model_pb2.MODEL_STATE_READY)
                for name in self.system.served
            ]
        )

    def Disaggregate(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        check_token(context)
        self.system.resumed_with.append(request.resume_token)
        start = int(request.resume_token or request.start_time.seconds)
        end = request.end_time.seconds
        half = (start + (end - start) // 2) // 60 * 60
        for until, fraction in ((half, 0.5), (end, 1.0)):
            self._predict(start, until)
            yield inference_service_pb2.DisaggregateResponse(
                progress=inference_service_pb2.DisaggregateProgress(
                    fraction=fraction, resume_token=str(until)
                )
            )
            start = until
            if self.system.cuts:
                self.system.cuts -= 1
                context.abort(grpc.StatusCode.UNAVAILABLE, "draining")

    def _predict(self, start: int, end: int) -> None:
        for minute in range(start, end, 60):
            rows = [
                self.system.mains[time]
                for time in (minute * 1_000_000, (minute + 30) * 1_000_000)
                if time in self.system.mains
            ]
            if rows:
                rest_w = float(np.mean(rows)) - BASE_W
                self.system.predicted[minute * 1_000_000] = rest_w if rest_w > 1_000 else 0.0


@contextmanager
def serving(system: MadeSystem) -> Iterator[str]:
    """Serves a system on a free port and yields its URL."""
    server = grpc.server(ThreadPoolExecutor(4))
    auth, buildings = Auth(system), Buildings(system)
    telemetry, inference = Telemetry(system), Inference(system)
    auth_service_pb2_grpc.add_AuthServiceServicer_to_server(auth, server)
    building_service_pb2_grpc.add_BuildingServiceServicer_to_server(buildings, server)
    meter_service_pb2_grpc.add_MeterServiceServicer_to_server(buildings, server)
    transfer_service_pb2_grpc.add_TransferServiceServicer_to_server(telemetry, server)
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(telemetry, server)
    inference_service_pb2_grpc.add_InferenceServiceServicer_to_server(inference, server)
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(inference, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop(0).wait()


def utc_text(timestamp: Timestamp) -> str:
    """Returns a Timestamp as ISO 8601 text."""
    return timestamp.ToDatetime(tzinfo=UTC).isoformat()
