"""ReadingService."""

from collections.abc import AsyncIterator
from typing import Any

import grpc

from nilm.telemetry.v1 import reading_service_pb2 as pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as pb_grpc
from nilm_core.clock import Clock
from nilm_core.errors import InvalidArgumentError, NotFoundError
from nilm_core.paging import decode_page_token, encode_page_token, page_size_or_default
from nilm_core.timegrid import to_us
from nilm_rpc.call import building_access, current_call
from nilm_rpc.convert import interval, to_timestamp
from nilm_telemetry.convert.readings import (
    buckets_to,
    heartbeat_from,
    latest_to,
    max_points_from,
    readings_from,
    readings_to,
    rejected_to,
)
from nilm_telemetry.domain.readings import MeterSeries
from nilm_telemetry.service.meters import MeterFinder
from nilm_telemetry.service.querying import ReadingQueries
from nilm_telemetry.service.recording import Recorder
from nilm_telemetry.service.watching import WatchHub

Context = grpc.aio.ServicerContext

DEFAULT_PAGE = 10_000
LARGEST_PAGE = 100_000


class ReadingServicer(pb_grpc.ReadingServiceServicer):
    """Readings: written, queried and watched."""

    def __init__(
        self,
        meters: MeterFinder,
        recorder: Recorder,
        queries: ReadingQueries,
        hub: WatchHub,
        clock: Clock,
    ) -> None:
        self._meters = meters
        self._recorder = recorder
        self._queries = queries
        self._hub = hub
        self._clock = clock

    async def WriteReadings(
        self, request: pb.WriteReadingsRequest, context: Context[Any, Any]
    ) -> pb.WriteReadingsResponse:
        """Writes readings of one meter."""
        series = await self._series(request.meter_id)
        readings = readings_from(request.readings)
        recorded = await self._recorder.record(series, readings)
        return pb.WriteReadingsResponse(
            accepted_count=len(recorded.stored), rejected=rejected_to(recorded.rejected)
        )

    async def StreamReadings(
        self,
        request_iterator: AsyncIterator[pb.StreamReadingsRequest],
        context: Context[Any, Any],
    ) -> AsyncIterator[pb.StreamReadingsResponse]:
        """Writes readings as they come; each message is acknowledged once it is durable."""
        series: MeterSeries | None = None
        count = 0
        async for request in request_iterator:
            if series is None:
                series = await self._series(request.meter_id)
            _check_same(request, series)
            readings = readings_from(request.readings)
            recorded = await self._recorder.record(series, readings, count)
            count += len(readings)
            yield pb.StreamReadingsResponse(
                acknowledged_count=count, rejected=rejected_to(recorded.rejected)
            )

    async def QueryReadings(
        self, request: pb.QueryReadingsRequest, context: Context[Any, Any]
    ) -> pb.QueryReadingsResponse:
        """Answers raw readings, or buckets where `max_points` is given."""
        start, end = interval(request.start_time, request.end_time)
        max_points = max_points_from(request.max_points)
        limit = page_size_or_default(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
        meter_id = (await self._series(request.meter_id)).meter_id
        if max_points:
            buckets = await self._queries.buckets(meter_id, start, end, max_points)
            return pb.QueryReadingsResponse(buckets=buckets_to(buckets))
        filters = {"meter": meter_id, "start": str(to_us(start)), "end": str(to_us(end))}
        position = decode_page_token(request.page_token, filters)
        after_us = None if position is None else int(position)
        page, more = await self._queries.raw(meter_id, start, end, limit, after_us)
        return pb.QueryReadingsResponse(
            readings=readings_to(page, int(page.times_us[0]) if len(page) else to_us(start)),
            next_page_token="" if more is None else encode_page_token(str(more), filters),
        )

    async def GetLatest(
        self, request: pb.GetLatestRequest, context: Context[Any, Any]
    ) -> pb.GetLatestResponse:
        """Answers the newest reading of each meter."""
        meter_ids = [meter.meter_id for meter in building_access().meters]
        extents = await self._queries.latest(meter_ids)
        return pb.GetLatestResponse(latest=[latest_to(extent) for extent in extents])

    async def WatchReadings(
        self, request: pb.WatchReadingsRequest, context: Context[Any, Any]
    ) -> AsyncIterator[pb.WatchReadingsResponse]:
        """Sends new readings, and a heartbeat when the watch begins and while nothing comes."""
        period_s = heartbeat_from(request.heartbeat_period, request.HasField("heartbeat_period"))
        for meter_id in request.meter_ids:
            await self._series(meter_id)
        building_id = building_access().building_id
        async with self._hub.watching(building_id, request.meter_ids) as watcher:
            yield self._heartbeat()
            while True:
                event = await watcher.next(period_s)
                if event is None:
                    yield self._heartbeat()
                    continue
                meter_id, readings = event
                columns = readings_to(readings, int(readings.times_us[0]))
                yield pb.WatchReadingsResponse(
                    readings=pb.MeterReadings(meter_id=meter_id, readings=columns)
                )

    async def _series(self, meter_id: str) -> MeterSeries:
        return await self._meters.find(current_call(), building_access(), meter_id)

    def _heartbeat(self) -> pb.WatchReadingsResponse:
        now = to_timestamp(self._clock.now())
        return pb.WatchReadingsResponse(heartbeat=pb.Heartbeat(server_time=now))


def _check_same(request: pb.StreamReadingsRequest, series: MeterSeries) -> None:
    """Checks that a later message names the building and meter of the first, or none."""
    if request.building_id not in {"", series.building_id}:
        raise NotFoundError(f"building {request.building_id} not found")
    if request.meter_id not in {"", series.meter_id}:
        raise InvalidArgumentError.of_field(
            "meter_id", "must be the first message's, or empty; open a stream for each meter"
        )
