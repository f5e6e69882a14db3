"""Disaggregate and StreamDisaggregate: messages to domain types and back."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from nilm.inference.v1 import inference_service_pb2 as inference_pb
from nilm_core.errors import InvalidArgumentError
from nilm_core.timegrid import from_us
from nilm_inference.convert.series import series_to_message
from nilm_inference.convert.training_data import training_data_to
from nilm_inference.convert.windows import check_power
from nilm_inference.domain.progress import IntervalRequest, Progress
from nilm_inference.domain.series import Float32Array, PredictionSeries, StreamHeader
from nilm_rpc.convert import from_duration, from_timestamp, interval, to_timestamp

LONGEST = timedelta(days=3 * 366)
"""Longest interval of one request."""
_MAX_SAMPLES = 100_000
_EPOCH = from_us(0)


def interval_request(request: inference_pb.DisaggregateRequest) -> IntervalRequest:
    """Returns the interval that is asked for.

    Raises:
        InvalidArgumentError: A time is missing, or the interval is empty or over 3 years.
    """
    start, end = interval(request.start_time, request.end_time, longest=LONGEST)
    return IntervalRequest(request.building_id, tuple(request.appliance_ids), start, end)


def disaggregate_response(event: Progress | PredictionSeries) -> inference_pb.DisaggregateResponse:
    """Returns progress or a part of the results."""
    if isinstance(event, PredictionSeries):
        return inference_pb.DisaggregateResponse(
            result=series_to_message(event), training_data=training_data_to(event.training_data)
        )
    return inference_pb.DisaggregateResponse(
        progress=inference_pb.DisaggregateProgress(
            fraction=event.fraction,
            done_until_time=to_timestamp(event.done_until),
            resume_token=event.resume_token,
            prediction_count=event.prediction_count,
        )
    )


def stream_header(request: inference_pb.StreamDisaggregateRequest) -> StreamHeader:
    """Returns what the first message says.

    Raises:
        InvalidArgumentError: The start or the period is missing.
    """
    start = from_timestamp(request.start_time, "start_time")
    if start == _EPOCH:
        raise InvalidArgumentError.of_field("start_time", "is needed in the first message")
    return StreamHeader(
        building_id=request.building_id,
        appliance_ids=tuple(request.appliance_ids),
        start=start,
        sample_period=from_duration(request.sample_period, "sample_period"),
        persist=request.persist,
    )


def stream_samples(request: inference_pb.StreamDisaggregateRequest) -> Float32Array:
    """Returns the samples of a message, W; NaN is missing.

    Raises:
        InvalidArgumentError: There are too many, or one is out of range.
    """
    if len(request.power_w) > _MAX_SAMPLES:
        raise InvalidArgumentError.of_field(
            "power_w", f"must have at most {_MAX_SAMPLES:,} samples a message"
        )
    power_w = np.fromiter(request.power_w, np.float32, len(request.power_w))
    check_power(power_w, "power_w", "10,000,000 W")
    return power_w


def stream_response(
    series: Sequence[PredictionSeries],
) -> inference_pb.StreamDisaggregateResponse:
    """Returns the next predictions of a stream."""
    return inference_pb.StreamDisaggregateResponse(
        series=[series_to_message(each) for each in series],
        training_data=[training_data_to(each.training_data) for each in series],
    )
