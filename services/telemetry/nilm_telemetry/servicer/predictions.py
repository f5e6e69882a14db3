"""PredictionService."""

from typing import Any

import grpc

from nilm.telemetry.v1 import prediction_service_pb2 as pb
from nilm.telemetry.v1 import prediction_service_pb2_grpc as pb_grpc
from nilm_core.paging import decode_page_token, encode_page_token, page_size_or_default
from nilm_core.timegrid import to_us
from nilm_rpc.convert import from_timestamp, interval
from nilm_telemetry.convert.predictions import activity_to, cells_from, merged_to, series_to
from nilm_telemetry.convert.readings import max_points_from
from nilm_telemetry.service.predictions import Position, Predictions
from nilm_telemetry.servicer.readings import DEFAULT_PAGE, LARGEST_PAGE

Context = grpc.aio.ServicerContext


class PredictionServicer(pb_grpc.PredictionServiceServicer):
    """Predictions: kept and queried."""

    def __init__(self, predictions: Predictions) -> None:
        self._predictions = predictions

    async def WritePredictions(
        self, request: pb.WritePredictionsRequest, context: Context[Any, Any]
    ) -> pb.WritePredictionsResponse:
        """Writes predictions of a building."""
        count = await self._predictions.record(request.building_id, cells_from(request.series))
        return pb.WritePredictionsResponse(accepted_count=count)

    async def QueryPredictions(
        self, request: pb.QueryPredictionsRequest, context: Context[Any, Any]
    ) -> pb.QueryPredictionsResponse:
        """Answers predictions page by page, or merged where `max_points` is given."""
        span = interval(request.start_time, request.end_time)
        max_points = max_points_from(request.max_points)
        limit = page_size_or_default(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
        building_id, appliance_ids = request.building_id, request.appliance_ids
        if max_points:
            merged = await self._predictions.means(building_id, appliance_ids, span, max_points)
            return pb.QueryPredictionsResponse(series=merged_to(*merged))
        filters = {
            "building": building_id,
            "appliances": ",".join(sorted(set(appliance_ids))),
            "start": str(to_us(span[0])),
            "end": str(to_us(span[1])),
        }
        after = _position(decode_page_token(request.page_token, filters))
        page, more = await self._predictions.page(building_id, appliance_ids, span, limit, after)
        token = "" if more is None else encode_page_token(f"{more[0]} {more[1]}", filters)
        return pb.QueryPredictionsResponse(series=series_to(page), next_page_token=token)

    async def ListActivity(
        self, request: pb.ListActivityRequest, context: Context[Any, Any]
    ) -> pb.ListActivityResponse:
        """Tells for each building how far it is."""
        since = (
            from_timestamp(request.active_since_time, "active_since_time")
            if request.HasField("active_since_time")
            else None
        )
        activity = await self._predictions.activity(since)
        return pb.ListActivityResponse(buildings=[activity_to(one) for one in activity])


def _position(text: str | None) -> Position | None:
    if text is None:
        return None
    appliance_id, _, time_us = text.partition(" ")
    return appliance_id, int(time_us)
