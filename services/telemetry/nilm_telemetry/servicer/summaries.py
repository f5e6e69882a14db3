"""SummaryService."""

from typing import Any

import grpc

from nilm.telemetry.v1 import summary_service_pb2 as pb
from nilm.telemetry.v1 import summary_service_pb2_grpc as pb_grpc
from nilm_core.paging import decode_page_token, encode_page_token, page_size_or_default
from nilm_core.timegrid import to_us
from nilm_rpc.call import building_access, current_call
from nilm_rpc.convert import interval
from nilm_telemetry.convert.summaries import LONGEST, hour_to, period_from, summary_to
from nilm_telemetry.domain.hours import HOUR_US
from nilm_telemetry.service.meters import MeterFinder
from nilm_telemetry.service.summaries import Summaries

Context = grpc.aio.ServicerContext


class SummaryServicer(pb_grpc.SummaryServiceServicer):
    """What it added up to: energy, cost and peaks."""

    def __init__(self, meters: MeterFinder, summaries: Summaries) -> None:
        self._meters = meters
        self._summaries = summaries

    async def GetSummary(
        self, request: pb.GetSummaryRequest, context: Context[Any, Any]
    ) -> pb.GetSummaryResponse:
        """Sums up a building's energy and cost."""
        span = interval(request.start_time, request.end_time, longest=LONGEST)
        period = period_from(request.period)
        mains = await self._meters.find(current_call(), building_access(), "")
        summary = await self._summaries.summarise(building_access(), mains.meter_id, span, period)
        return summary_to(summary)

    async def ListHourlyAggregates(
        self, request: pb.ListHourlyAggregatesRequest, context: Context[Any, Any]
    ) -> pb.ListHourlyAggregatesResponse:
        """Lists a meter's hours."""
        start, end = interval(request.start_time, request.end_time)
        limit = page_size_or_default(request.page_size)
        series = await self._meters.find(current_call(), building_access(), request.meter_id)
        start_us, end_us = to_us(start) // HOUR_US * HOUR_US, -(-to_us(end) // HOUR_US) * HOUR_US
        filters = {"meter": series.meter_id, "start": str(start_us), "end": str(end_us)}
        position = decode_page_token(request.page_token, filters)
        if position is not None:
            start_us = int(position) + HOUR_US
        hours, more = await self._summaries.hours(series.meter_id, start_us, end_us, limit)
        return pb.ListHourlyAggregatesResponse(
            hours=[hour_to(hour) for hour in hours],
            next_page_token="" if more is None else encode_page_token(str(more), filters),
        )
