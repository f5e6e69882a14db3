"""Readings in `telemetry`."""

from collections.abc import Mapping
from datetime import UTC

import grpc

from nilm.telemetry.v1 import reading_pb2, reading_service_pb2, reading_service_pb2_grpc
from nilm_core.errors import NilmError, NotFoundError
from nilm_core.timegrid import from_us, to_us
from nilm_rpc.convert import to_timestamp
from nilm_simulator.adapters.calls import AccountCalls
from nilm_simulator.domain.noise import Float64Array, Int64Array


class TelemetryReadingStore:
    """Writes through `telemetry.ReadingService`."""

    def __init__(self, channel: grpc.aio.Channel, calls: AccountCalls) -> None:
        self._stub = reading_service_pb2_grpc.ReadingServiceStub(channel)
        self._calls = calls

    async def latest(self, building_id: str) -> Mapping[str, int]:
        """Returns the time of the newest reading of each meter, in microseconds."""
        request = reading_service_pb2.GetLatestRequest(building_id=building_id)
        answer = await self._calls.call(self._stub.GetLatest, request)
        return {
            row.meter_id: to_us(row.reading_time.ToDatetime(tzinfo=UTC)) for row in answer.latest
        }

    async def write(
        self, building_id: str, meter_id: str, times_us: Int64Array, power_w: Float64Array
    ) -> None:
        """Makes readings of one meter durable."""
        columns = reading_pb2.ReadingColumns(
            start_time=to_timestamp(from_us(int(times_us[0]))),
            offset_us=(times_us - times_us[0]).tolist(),
            power_w=power_w.tolist(),
        )
        answer = await self._calls.call(
            self._stub.WriteReadings,
            reading_service_pb2.WriteReadingsRequest(
                building_id=building_id, meter_id=meter_id, readings=columns
            ),
        )
        for rejected in answer.rejected:
            if rejected.reason == reading_pb2.REJECTION_REASON_UNKNOWN_METER:
                raise NotFoundError(f"meter {meter_id} not found")
            raise NilmError(
                f"{len(answer.rejected)} readings were rejected, the first: {rejected.message}"
            )
