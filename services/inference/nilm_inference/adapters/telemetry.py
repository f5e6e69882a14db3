"""Asks `telemetry` for readings and hands it predictions."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import grpc
import numpy as np

from nilm.telemetry.v1 import prediction_pb2
from nilm.telemetry.v1 import prediction_service_pb2 as prediction_pb
from nilm.telemetry.v1 import prediction_service_pb2_grpc as prediction_grpc
from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as reading_grpc
from nilm_core.timegrid import to_us
from nilm_inference.convert.series import series_from_message, series_to_message
from nilm_inference.domain.series import (
    BuildingActivity,
    PredictionReach,
    PredictionSeries,
    Readings,
)
from nilm_rpc.call import outgoing
from nilm_rpc.convert import from_timestamp, to_timestamp
from nilm_rpc.status import from_rpc_error

_READINGS_A_PAGE = 20_000
_CELLS_A_PAGE = 20_000
_CELLS_A_WRITE = 100_000

TokenSource = Callable[[], Awaitable[str]]


class TelemetryClient:
    """Implements the ports, with the caller's own token, or with that of `token` if given."""

    def __init__(self, channel: grpc.aio.Channel, token: TokenSource | None = None) -> None:
        self._readings = reading_grpc.ReadingServiceStub(channel)
        self._predictions = prediction_grpc.PredictionServiceStub(channel)
        self._token = token

    async def mains(self, building_id: str, start: datetime, end: datetime) -> Readings:
        """Returns the readings of the mains meter, see `nilm_inference.ports.MainsSource`."""
        request = reading_pb.QueryReadingsRequest(
            building_id=building_id,
            start_time=to_timestamp(start),
            end_time=to_timestamp(end),
            page_size=_READINGS_A_PAGE,
        )
        times: list[np.ndarray[Any, np.dtype[np.int64]]] = []
        power: list[np.ndarray[Any, np.dtype[np.float64]]] = []
        while True:
            answer = await self._call(self._readings.QueryReadings, request)
            columns = answer.readings
            first_us = to_us(from_timestamp(columns.start_time, "start_time"))
            times.append(
                first_us + np.fromiter(columns.offset_us, np.int64, len(columns.offset_us))
            )
            power.append(np.fromiter(columns.power_w, np.float64, len(columns.power_w)))
            if not answer.next_page_token:
                return Readings(np.concatenate(times), np.concatenate(power))
            request.page_token = answer.next_page_token

    async def write(self, building_id: str, series: Sequence[PredictionSeries]) -> None:
        """Keeps predictions, see `nilm_inference.ports.PredictionSink`."""
        batch: list[prediction_pb2.PredictionSeries] = []
        cell_count = 0
        for each in series:
            if batch and cell_count + len(each.power_w) > _CELLS_A_WRITE:
                await self._write(building_id, batch)
                batch, cell_count = [], 0
            batch.append(series_to_message(each))
            cell_count += len(each.power_w)
        if batch:
            await self._write(building_id, batch)

    async def read(
        self, building_id: str, appliance_ids: Sequence[str], start: datetime, end: datetime
    ) -> AsyncIterator[PredictionSeries]:
        """Yields stored predictions, see `nilm_inference.ports.PredictionSource`."""
        request = prediction_pb.QueryPredictionsRequest(
            building_id=building_id,
            appliance_ids=appliance_ids,
            start_time=to_timestamp(start),
            end_time=to_timestamp(end),
            page_size=_CELLS_A_PAGE,
        )
        while True:
            answer = await self._call(self._predictions.QueryPredictions, request)
            for series in answer.series:
                yield series_from_message(series)
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    async def activity(self) -> Sequence[BuildingActivity]:
        """Returns how far each building is, see `nilm_inference.ports.ActivitySource`."""
        request = prediction_pb.ListActivityRequest()
        answer = await self._call(self._predictions.ListActivity, request)
        return [_activity(building) for building in answer.buildings]

    async def _write(
        self, building_id: str, series: Sequence[prediction_pb2.PredictionSeries]
    ) -> None:
        request = prediction_pb.WritePredictionsRequest(building_id=building_id, series=series)
        await self._call(self._predictions.WritePredictions, request)

    async def _call(self, rpc: Callable[..., Any], request: Any) -> Any:
        token = await self._token() if self._token is not None else None
        try:
            return await rpc(request, **outgoing(token=token))
        except grpc.aio.AioRpcError as error:
            raise from_rpc_error(error) from error


def _activity(building: prediction_pb.BuildingActivity) -> BuildingActivity:
    return BuildingActivity(
        building.building_id,
        from_timestamp(building.first_reading_time, "first_reading_time"),
        from_timestamp(building.latest_reading_time, "latest_reading_time"),
        tuple(
            PredictionReach(
                reach.appliance_id,
                from_timestamp(reach.predicted_until_time, "predicted_until_time"),
            )
            for reach in building.reaches
        ),
    )
