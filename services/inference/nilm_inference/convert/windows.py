"""Infer: messages to arrays and back."""

from datetime import UTC, datetime

import numpy as np

from nilm.inference.v1 import inference_service_pb2 as inference_pb
from nilm_core.errors import InvalidArgumentError
from nilm_core.units import W_PER_KW, w_to_kw
from nilm_inference.convert.training_data import training_data_to
from nilm_inference.domain.series import Float32Array, WindowPrediction
from nilm_rpc.convert import from_timestamp

_MAX_POWER_W = 10_000_000.0
_MAX_WINDOW = 100_000
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def window_from(request: inference_pb.InferRequest) -> Float32Array:
    """Returns the window, W; NaN is missing.

    Raises:
        InvalidArgumentError: It is empty or far too long, or a power is out of range.
    """
    count = len(request.window_kw)
    if not 1 <= count <= _MAX_WINDOW:
        raise InvalidArgumentError.of_field("window", f"must have samples, up to {_MAX_WINDOW:,}")
    window_w = np.fromiter(request.window_kw, np.float32, count)
    window_w *= np.float32(W_PER_KW)
    check_power(window_w, "window", "10,000 kW")
    return window_w


def check_power(power_w: Float32Array, field: str, limit: str) -> None:
    """Checks that powers are finite and within ±10 MW, or NaN.

    Raises:
        InvalidArgumentError: One is not; the message names it.
    """
    is_wrong = np.abs(power_w) > _MAX_POWER_W
    if is_wrong.any():
        index = int(is_wrong.argmax())
        raise InvalidArgumentError.of_field(
            f"{field}[{index}]", f"must be within ±{limit}, or NaN where missing"
        )


def sample_time_from(request: inference_pb.InferRequest) -> datetime | None:
    """Returns the time of the middle sample, or None where the request has none.

    Raises:
        InvalidArgumentError: It is before 2000, as no reading may be.
    """
    if not request.HasField("sample_time"):
        return None
    time = from_timestamp(request.sample_time, "timestamp")
    if time < _EARLIEST:
        raise InvalidArgumentError.of_field("timestamp", "must not be before the year 2000")
    return time


def infer_response(prediction: WindowPrediction, request_id: str) -> inference_pb.InferResponse:
    """Returns the answer for a prediction that is durable."""
    return inference_pb.InferResponse(
        predicted_kw=w_to_kw(prediction.power_w),
        confidence=prediction.confidence,
        model_version=prediction.model_version,
        request_id=request_id,
        persisted=True,
        training_data=training_data_to(prediction.training_data),
    )
