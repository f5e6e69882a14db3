"""Predictions and activity."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from nilm.telemetry.v1 import prediction_pb2 as prediction_pb
from nilm.telemetry.v1 import prediction_service_pb2 as service_pb
from nilm_core.errors import InvalidArgumentError
from nilm_core.ids import is_resource_id
from nilm_core.timegrid import Int64Array, TimeGrid, span_us, to_us
from nilm_rpc.convert import (
    from_duration,
    from_timestamp,
    require_text,
    timestamp_of_us,
    to_duration,
)
from nilm_telemetry.domain.predictions import (
    MAX_CELL,
    MergedCells,
    PredictedCells,
    PredictionReach,
    regular_runs,
)
from nilm_telemetry.domain.readings import Float32Array
from nilm_telemetry.domain.validation import EARLIEST, MAX_POWER_W
from nilm_telemetry.service.predictions import BuildingActivity

MAX_CELLS = 100_000
"""Most cells of one request."""
_MAX_VERSION_LENGTH = 128
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def cells_from(series: Sequence[prediction_pb.PredictionSeries]) -> list[PredictedCells]:
    """Returns the predicted cells of a request; cells that are NaN are left out.

    Raises:
        InvalidArgumentError: A series is wrong, or there are too many cells.
    """
    if sum(len(message.power_w) for message in series) > MAX_CELLS:
        raise InvalidArgumentError.of_field(
            "series", f"must have at most {MAX_CELLS:,} cells in all; send more in several calls"
        )
    return [_cells(message, f"series[{index}]") for index, message in enumerate(series)]


def _cells(message: prediction_pb.PredictionSeries, field: str) -> PredictedCells:
    if not is_resource_id(message.appliance_id):
        raise InvalidArgumentError.of_field(
            f"{field}.appliance_id", "must be 1 to 63 of a-z, 0-9, `_` and `-`"
        )
    version = require_text(message.model_version, f"{field}.model_version", _MAX_VERSION_LENGTH)
    count = len(message.power_w)
    if len(message.confidence) != count:
        raise InvalidArgumentError.of_field(
            f"{field}.confidence",
            f"has {len(message.confidence)} values for {count} powers; send one for each",
        )
    start = from_timestamp(message.start_time, f"{field}.start_time")
    if not EARLIEST <= start < _LATEST:
        raise InvalidArgumentError.of_field(f"{field}.start_time", "must be from 2000 to 2099")
    period = from_duration(message.sample_period, f"{field}.sample_period")
    if period > MAX_CELL:
        raise InvalidArgumentError.of_field(f"{field}.sample_period", "must be at most 1 hour")
    power_w = np.fromiter(message.power_w, np.float32, count)
    confidence = np.fromiter(message.confidence, np.float32, count)
    present = ~(np.isnan(power_w) | np.isnan(confidence))
    _check_bounds(power_w[present], confidence[present], field)
    times_us = to_us(start) + span_us(period) * np.flatnonzero(present)
    return PredictedCells(
        message.appliance_id,
        version,
        span_us(period),
        times_us,
        power_w[present],
        confidence[present],
    )


def _check_bounds(power_w: Float32Array, confidence: Float32Array, field: str) -> None:
    if not np.all(np.abs(power_w) <= MAX_POWER_W):
        raise InvalidArgumentError.of_field(f"{field}.power_w", "must be within ±10,000,000 W")
    if not np.all((confidence >= 0) & (confidence <= 1)):
        raise InvalidArgumentError.of_field(f"{field}.confidence", "must be 0 to 1, or NaN")


def series_to(cells: Sequence[PredictedCells]) -> list[prediction_pb.PredictionSeries]:
    """Returns cells as dense series, NaN in small holes, a new series after a large one."""
    return [_dense(run) for part in cells for run in regular_runs(part)]


def _dense(cells: PredictedCells) -> prediction_pb.PredictionSeries:
    start_us = int(cells.times_us[0])
    index = (cells.times_us - start_us) // cells.period_us
    return _series(cells, index, start_us, cells.period_us)


def merged_to(
    grid: TimeGrid, merged: Sequence[MergedCells]
) -> list[prediction_pb.PredictionSeries]:
    """Returns merged cells as one dense series an appliance, NaN where nothing was predicted."""
    period_us, start_us = span_us(grid.period), to_us(grid.start)
    return [
        _series(
            cells,
            cells.index - cells.index[0],
            start_us + int(cells.index[0]) * period_us,
            period_us,
        )
        for cells in merged
    ]


def _series(
    cells: PredictedCells | MergedCells, index: Int64Array, start_us: int, period_us: int
) -> prediction_pb.PredictionSeries:
    """Returns cells, at these indexes from `start_us`, as one dense series."""
    power_w, confidence = (np.full(int(index[-1]) + 1, np.nan, np.float32) for _ in range(2))
    power_w[index] = cells.power_w
    confidence[index] = cells.confidence
    return prediction_pb.PredictionSeries(
        appliance_id=cells.appliance_id,
        model_version=cells.model_version,
        start_time=timestamp_of_us(start_us),
        sample_period=to_duration(timedelta(microseconds=period_us)),
        power_w=power_w.tolist(),
        confidence=confidence.tolist(),
    )


def activity_to(activity: BuildingActivity) -> service_pb.BuildingActivity:
    """Returns how far a building is as a message."""
    mains = activity.mains
    return service_pb.BuildingActivity(
        building_id=mains.series.building_id,
        meter_id=mains.series.meter_id,
        first_reading_time=timestamp_of_us(mains.first_us),
        latest_reading_time=timestamp_of_us(mains.last_us),
        reaches=[_reach(reach) for reach in activity.reaches],
    )


def _reach(reach: PredictionReach) -> service_pb.PredictionReach:
    return service_pb.PredictionReach(
        appliance_id=reach.appliance_id,
        model_version=reach.model_version,
        predicted_until_time=timestamp_of_us(reach.until_us),
    )
