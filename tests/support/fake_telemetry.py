"""The part of telemetry that inference stands on, in memory, with ways to make it fail."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nilm.telemetry.v1 import prediction_pb2, reading_pb2
from nilm.telemetry.v1 import prediction_service_pb2 as prediction_pb
from nilm.telemetry.v1 import prediction_service_pb2_grpc as prediction_grpc
from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as reading_grpc
from nilm_core.access import Permission
from nilm_core.errors import UnavailableError
from nilm_core.timegrid import from_us, span_us, to_us
from nilm_rpc.authorization import Authorizer
from nilm_rpc.call import current_call
from nilm_rpc.convert import from_timestamp, to_duration, to_timestamp
from nilm_rpc.policy import SERVICE, on_building
from nilm_rpc.server import ServiceDefinition
from nilm_rpc.tokens import TokenVerifier


@dataclass(frozen=True)
class Cell:
    """One stored prediction."""

    power_w: float
    confidence: float
    model_version: str


@dataclass
class FakeTelemetry(reading_grpc.ReadingServiceServicer, prediction_grpc.PredictionServiceServicer):
    """Readings go in by `add_readings`; predictions are what was written."""

    readings: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    cells: dict[tuple[str, str], dict[int, Cell]] = field(default_factory=lambda: defaultdict(dict))
    """By building and appliance, by start in microseconds."""
    writes: list[tuple[str, prediction_pb.WritePredictionsRequest]] = field(default_factory=list)
    """Who wrote what, in order."""
    write_delay_s: float = 0.0
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    """Writes of these buildings wait for theirs."""
    writes_until_failure: int | None = None
    """Writes that succeed before all fail; None for no failure."""
    query_count: int = 0
    page_rows: int = 500

    def add_readings(
        self, building_id: str, start: datetime, period: timedelta, power_w: list[float]
    ) -> None:
        """Adds readings on a regular grid."""
        first, step = to_us(start), span_us(period)
        self.readings[building_id].update(
            {first + index * step: value for index, value in enumerate(power_w)}
        )

    def predicted(self, building_id: str, appliance_id: str) -> dict[datetime, float]:
        """Returns the stored power of an appliance by time, W."""
        cells = self.cells[building_id, appliance_id]
        return {from_us(time_us): cells[time_us].power_w for time_us in sorted(cells)}

    def definition(self, verifier: TokenVerifier, authorizer: Authorizer) -> ServiceDefinition:
        """Returns this as a service."""
        service = "/nilm.telemetry.v1.PredictionService"
        read = on_building(Permission.READINGS_READ)
        return ServiceDefinition(
            name="telemetry",
            servicers=(self,),
            policy={
                "/nilm.telemetry.v1.ReadingService/QueryReadings": read,
                f"{service}/WritePredictions": on_building(Permission.PREDICTIONS_WRITE),
                f"{service}/QueryPredictions": read,
                f"{service}/ListActivity": SERVICE,
            },
            verifier=verifier,
            authorizer=authorizer,
        )

    async def QueryReadings(self, request: Any, context: Any) -> reading_pb.QueryReadingsResponse:
        self.query_count += 1
        start = to_us(from_timestamp(request.start_time, "start_time"))
        end = to_us(from_timestamp(request.end_time, "end_time"))
        after = int(request.page_token) if request.page_token else start
        rows = sorted(
            (time, power)
            for time, power in self.readings[request.building_id].items()
            if after <= time < end
        )
        page = rows[: self.page_rows]
        columns = reading_pb2.ReadingColumns(
            start_time=request.start_time,
            offset_us=[time - start for time, _ in page],
            power_w=[power for _, power in page],
        )
        more = str(rows[self.page_rows][0]) if len(rows) > self.page_rows else ""
        return reading_pb.QueryReadingsResponse(readings=columns, next_page_token=more)

    async def WritePredictions(
        self, request: Any, context: Any
    ) -> prediction_pb.WritePredictionsResponse:
        principal = current_call().principal
        self.writes.append((principal.subject if principal else "", request))
        await asyncio.sleep(self.write_delay_s)
        if (gate := self.gates.get(request.building_id)) is not None:
            await gate.wait()
        if self.writes_until_failure is not None:
            if self.writes_until_failure == 0:
                raise UnavailableError("the store is away", retry_after=timedelta(seconds=1))
            self.writes_until_failure -= 1
        count = 0
        for series in request.series:
            start = to_us(from_timestamp(series.start_time, "start_time"))
            step = span_us(series.sample_period.ToTimedelta())
            cells = self.cells[request.building_id, series.appliance_id]
            for index, power_w in enumerate(series.power_w):
                if power_w == power_w:  # noqa: PLR0124 # NaN alone differs from itself
                    cells[start + index * step] = Cell(
                        power_w, series.confidence[index], series.model_version
                    )
                    count += 1
        return prediction_pb.WritePredictionsResponse(accepted_count=count)

    async def QueryPredictions(
        self, request: Any, context: Any
    ) -> prediction_pb.QueryPredictionsResponse:
        start = to_us(from_timestamp(request.start_time, "start_time"))
        end = to_us(from_timestamp(request.end_time, "end_time"))
        answer = prediction_pb.QueryPredictionsResponse()
        for appliance_id in request.appliance_ids:
            cells = self.cells[request.building_id, appliance_id]
            for time in sorted(time for time in cells if start <= time < end):
                answer.series.append(
                    prediction_pb2.PredictionSeries(
                        appliance_id=appliance_id,
                        model_version=cells[time].model_version,
                        start_time=to_timestamp(from_us(time)),
                        sample_period=to_duration(timedelta(seconds=60)),
                        power_w=[cells[time].power_w],
                        confidence=[cells[time].confidence],
                    )
                )
        return answer

    async def ListActivity(self, request: Any, context: Any) -> prediction_pb.ListActivityResponse:
        answer = prediction_pb.ListActivityResponse()
        for building_id, readings in self.readings.items():
            building = answer.buildings.add(
                building_id=building_id,
                first_reading_time=to_timestamp(from_us(min(readings))),
                latest_reading_time=to_timestamp(from_us(max(readings))),
            )
            for (owner, appliance_id), cells in self.cells.items():
                if owner == building_id and cells:
                    end = from_us(max(cells)) + timedelta(seconds=60)
                    building.reaches.add(
                        appliance_id=appliance_id, predicted_until_time=to_timestamp(end)
                    )
        return answer
