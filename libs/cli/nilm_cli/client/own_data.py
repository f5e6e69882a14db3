"""What is known of an appliance of a building: read from `telemetry`, as a record to learn from."""

from datetime import UTC, datetime, timedelta

import numpy as np

from nilm.buildings.v1 import meter_pb2, meter_service_pb2, meter_service_pb2_grpc
from nilm.telemetry.v1 import correction_pb2
from nilm.telemetry.v1 import correction_service_pb2 as correction_pb
from nilm.telemetry.v1 import correction_service_pb2_grpc as correction_grpc
from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as reading_grpc
from nilm_cli.client.gateway import Gateway
from nilm_cli.client.predictions import power_on_grid, read_predictions
from nilm_core.errors import FailedPreconditionError
from nilm_core.timegrid import TimeGrid, resample_mean, to_us
from nilm_rpc.convert import to_timestamp
from nilm_trainer.retrain_data import Float32Array, OwnRecord, Word

_PAGE_READINGS = 100_000
_PAGE = 1_000


async def read_record(
    gateway: Gateway,
    building_id: str,
    appliance_id: str,
    *,
    since: datetime,
    until: datetime,
    period: timedelta,
) -> OwnRecord:
    """Reads mains, measured and estimated power and corrections of [since, until).

    The record begins with the first mains reading.

    Raises:
        FailedPreconditionError: The building has no mains readings there.
        NilmError: The account may not read them, or the system does not answer.
    """
    grid = TimeGrid(
        TimeGrid.covering(since, until, period).start, period, (until - since) // period
    )
    mains_w = await _on_grid(gateway, building_id, "", grid)
    known = np.flatnonzero(~np.isnan(mains_w))
    if not known.size:
        raise FailedPreconditionError(
            f"the building has no mains readings since {since:%Y-%m-%d %H:%M} UTC"
        )
    first = int(known[0])
    grid = TimeGrid(grid.start + first * period, period, grid.count - first)
    meter_id = await _own_meter(gateway, building_id, appliance_id)
    nothing = np.full(grid.count, np.nan, dtype=np.float32)
    measured_w = await _on_grid(gateway, building_id, meter_id, grid) if meter_id else nothing
    estimates = read_predictions(gateway, building_id, grid.start, grid.end, [appliance_id])
    estimated_w = (await power_on_grid(estimates, grid)).get(appliance_id, nothing)
    words = await _words(gateway, building_id, appliance_id, grid)
    return OwnRecord(
        building_id, grid.start, period, mains_w[first:], measured_w, estimated_w, words
    )


async def _on_grid(
    gateway: Gateway, building_id: str, meter_id: str, grid: TimeGrid
) -> Float32Array:
    """Returns the mean power of a meter, or of the mains where `meter_id` is empty."""
    stub = reading_grpc.ReadingServiceStub(gateway.channel)
    request = reading_pb.QueryReadingsRequest(
        building_id=building_id,
        meter_id=meter_id,
        start_time=to_timestamp(grid.start),
        end_time=to_timestamp(grid.end),
        page_size=_PAGE_READINGS,
    )
    times_us: list[np.ndarray] = []
    power_w: list[np.ndarray] = []
    while True:
        answer = await gateway.call(stub.QueryReadings, request)
        columns = answer.readings
        start_us = to_us(columns.start_time.ToDatetime(tzinfo=UTC))
        times_us.append(start_us + np.array(columns.offset_us, dtype=np.int64))
        power_w.append(np.array(columns.power_w, dtype=np.float64))
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
    mean_w = resample_mean(np.concatenate(times_us), np.concatenate(power_w), grid)
    return mean_w.astype(np.float32)


async def _own_meter(gateway: Gateway, building_id: str, appliance_id: str) -> str:
    """Returns the meter that measures the appliance; empty where there is none."""
    stub = meter_service_pb2_grpc.MeterServiceStub(gateway.channel)
    request = meter_service_pb2.ListMetersRequest(building_id=building_id, page_size=_PAGE)
    answer = await gateway.call(stub.ListMeters, request)
    return next(
        (
            meter.meter_id
            for meter in answer.meters
            if meter.kind == meter_pb2.METER_KIND_APPLIANCE and meter.appliance_id == appliance_id
        ),
        "",
    )


async def _words(
    gateway: Gateway, building_id: str, appliance_id: str, grid: TimeGrid
) -> list[Word]:
    stub = correction_grpc.CorrectionServiceStub(gateway.channel)
    request = correction_pb.ListCorrectionsRequest(
        building_id=building_id,
        appliance_id=appliance_id,
        start_time=to_timestamp(grid.start),
        end_time=to_timestamp(grid.end),
        page_size=_PAGE,
    )
    words: list[Word] = []
    while True:
        answer = await gateway.call(stub.ListCorrections, request)
        words += [
            Word(
                each.start_time.ToDatetime(tzinfo=UTC),
                each.end_time.ToDatetime(tzinfo=UTC),
                each.verdict == correction_pb2.VERDICT_RAN,
                each.create_time.ToDatetime(tzinfo=UTC),
            )
            for each in answer.corrections
        ]
        if not answer.next_page_token:
            return words
        request.page_token = answer.next_page_token
