"""Prediction series to and from messages."""

import numpy as np

from nilm.telemetry.v1 import prediction_pb2
from nilm_inference.domain.series import PredictionSeries
from nilm_rpc.convert import from_duration, from_timestamp, to_duration, to_timestamp


def series_to_message(series: PredictionSeries) -> prediction_pb2.PredictionSeries:
    """Returns a series as a message."""
    return prediction_pb2.PredictionSeries(
        appliance_id=series.appliance_id,
        model_version=series.model_version,
        start_time=to_timestamp(series.start),
        sample_period=to_duration(series.sample_period),
        power_w=series.power_w.tolist(),
        confidence=series.confidence.tolist(),
    )


def series_from_message(message: prediction_pb2.PredictionSeries) -> PredictionSeries:
    """Returns a message of telemetry as a series."""
    return PredictionSeries(
        message.appliance_id,
        message.model_version,
        from_timestamp(message.start_time, "start_time"),
        from_duration(message.sample_period, "sample_period"),
        np.fromiter(message.power_w, np.float32, len(message.power_w)),
        np.fromiter(message.confidence, np.float32, len(message.confidence)),
    )
