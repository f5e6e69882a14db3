"""InferenceService: convert in, call, convert out."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from nilm.inference.v1 import inference_service_pb2 as inference_pb
from nilm.inference.v1 import inference_service_pb2_grpc as inference_grpc
from nilm_inference.convert.intervals import (
    disaggregate_response,
    interval_request,
    stream_header,
    stream_response,
    stream_samples,
)
from nilm_inference.convert.windows import infer_response, sample_time_from, window_from
from nilm_inference.service.disaggregation import IntervalDisaggregation
from nilm_inference.service.streaming import StreamDisaggregation
from nilm_inference.service.windows import WindowInference
from nilm_rpc.call import current_call


class InferenceServicer(inference_grpc.InferenceServiceServicer):
    """From mains to appliances."""

    def __init__(
        self,
        windows: WindowInference,
        intervals: IntervalDisaggregation,
        streams: StreamDisaggregation,
    ) -> None:
        self._windows = windows
        self._intervals = intervals
        self._streams = streams

    async def Infer(
        self,
        request: inference_pb.InferRequest,
        context: Any,
    ) -> inference_pb.InferResponse:
        """Runs one window and keeps the prediction."""
        call = current_call()
        prediction = await self._windows.infer(
            request.building_id,
            request.appliance_id,
            window_from(request),
            sample_time_from(request),
            call.deadline,
        )
        return infer_response(prediction, request.request_id or call.request_id)

    async def Disaggregate(
        self,
        request: inference_pb.DisaggregateRequest,
        context: Any,
    ) -> AsyncIterator[inference_pb.DisaggregateResponse]:
        """Disaggregates an interval and keeps the predictions."""
        events = self._intervals.run(
            interval_request(request),
            resume_token=request.resume_token,
            omit_results=request.omit_results,
        )
        async with aclosing(events):
            async for event in events:
                yield disaggregate_response(event)

    async def StreamDisaggregate(
        self,
        request_iterator: AsyncIterator[inference_pb.StreamDisaggregateRequest],
        context: Any,
    ) -> AsyncIterator[inference_pb.StreamDisaggregateResponse]:
        """Disaggregates mains as they are sent."""
        first = await anext(request_iterator)
        stream = await self._streams.open(stream_header(first))
        yield stream_response(await stream.push(stream_samples(first)))
        async for request in request_iterator:
            yield stream_response(await stream.push(stream_samples(request)))
        yield stream_response(await stream.finish())
