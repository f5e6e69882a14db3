"""Predictions, read back from `telemetry`."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from nilm.telemetry.v1 import prediction_pb2
from nilm.telemetry.v1 import prediction_service_pb2 as prediction_pb
from nilm.telemetry.v1 import prediction_service_pb2_grpc as prediction_grpc
from nilm_cli.client.gateway import Gateway
from nilm_core.errors import FailedPreconditionError
from nilm_core.timegrid import TimeGrid, span_us, to_us
from nilm_core.units import energy_wh, wh_to_kwh
from nilm_rpc.convert import to_timestamp

Float32Array = npt.NDArray[np.float32]

_PAGE_CELLS = 100_000
_SECONDS_PER_HOUR = 3_600.0


@dataclass(slots=True)
class ApplianceTotal:
    """What the predictions of one appliance add up to."""

    model_version: str = ""
    """The last model version that predicted it."""
    energy_kwh: float = 0.0
    on_hours: float = 0.0
    predicted_hours: float = 0.0
    """Time for which there are predictions; the rest are gaps."""
    mean_confidence_on: float | None = None
    """Mean confidence where the appliance is said to be on; None if it never is."""


async def read_predictions(
    gateway: Gateway,
    building_id: str,
    start: datetime,
    end: datetime,
    appliance_ids: Sequence[str] = (),
) -> AsyncIterator[prediction_pb2.PredictionSeries]:
    """Yields the predictions of [start, end) as they were made, page by page."""
    stub = prediction_grpc.PredictionServiceStub(gateway.channel)
    request = prediction_pb.QueryPredictionsRequest(
        building_id=building_id,
        appliance_ids=appliance_ids,
        start_time=to_timestamp(start),
        end_time=to_timestamp(end),
        page_size=_PAGE_CELLS,
    )
    while True:
        answer = await gateway.call(stub.QueryPredictions, request)
        for series in answer.series:
            yield series
        if not answer.next_page_token:
            return
        request.page_token = answer.next_page_token


async def power_on_grid(
    predictions: AsyncIterator[prediction_pb2.PredictionSeries], grid: TimeGrid
) -> dict[str, Float32Array]:
    """Returns the predicted power of each appliance on a grid, W, shape (count,); NaN without one.

    Raises:
        FailedPreconditionError: Predictions are not on the cells of the grid.
    """
    power_w: dict[str, Float32Array] = {}
    period_us = span_us(grid.period)
    async for series in predictions:
        lead_us = to_us(series.start_time.ToDatetime(tzinfo=UTC)) - to_us(grid.start)
        if span_us(series.sample_period.ToTimedelta()) != period_us or lead_us % period_us:
            raise FailedPreconditionError(
                f"{series.appliance_id}: predictions are not on cells of {grid.period}"
            )
        target = power_w.setdefault(
            series.appliance_id, np.full(grid.count, np.nan, dtype=np.float32)
        )
        values = np.array(series.power_w, dtype=np.float32)
        first = lead_us // period_us
        low, high = max(first, 0), min(first + values.size, grid.count)
        if low < high:
            target[low:high] = values[low - first : high - first]
    return power_w


async def add_up(
    predictions: AsyncIterator[prediction_pb2.PredictionSeries],
) -> dict[str, ApplianceTotal]:
    """Returns the totals of each appliance."""
    totals: dict[str, ApplianceTotal] = {}
    confidence_sums: dict[str, float] = {}
    async for series in predictions:
        total = totals.setdefault(series.appliance_id, ApplianceTotal())
        period: timedelta = series.sample_period.ToTimedelta()
        hours = period.total_seconds() / _SECONDS_PER_HOUR
        power_w = np.array(series.power_w, dtype=np.float64)
        confidence = np.array(series.confidence, dtype=np.float64)
        on = power_w > 0.0
        total.model_version = series.model_version
        total.energy_kwh += wh_to_kwh(energy_wh(float(np.nansum(power_w)), period))
        total.predicted_hours += hours * int(np.count_nonzero(~np.isnan(power_w)))
        total.on_hours += hours * int(np.count_nonzero(on))
        weighted = confidence_sums.get(series.appliance_id, 0.0) + hours * float(
            np.nansum(confidence[on])
        )
        confidence_sums[series.appliance_id] = weighted
        if total.on_hours:
            total.mean_confidence_on = weighted / total.on_hours
    return totals
