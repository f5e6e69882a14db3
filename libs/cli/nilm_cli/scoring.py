"""Scores a running system on a household whose appliances are known.

The same reading of the file, the same fit of minutes and the same figures as `nilm evaluate`; only
the estimates come the long way round, through the gateway and every service.
"""

import io
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from nilm.inference.v1 import model_pb2, model_service_pb2, model_service_pb2_grpc
from nilm.telemetry.v1 import transfer_service_pb2 as transfer_pb
from nilm_cli.client.buildings import create_metered_building
from nilm_cli.client.disaggregation import disaggregate
from nilm_cli.client.gateway import Credentials, Gateway, open_gateway
from nilm_cli.client.predictions import power_on_grid, read_predictions
from nilm_cli.client.transfer import import_readings
from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_core.timegrid import TimeGrid
from nilm_models.appliances import APPLIANCES
from nilm_models.metrics import score
from nilm_trainer.formats import SHARED_FORM, Format
from nilm_trainer.household import Household
from nilm_trainer.readers.registry import open_recording

Figures = dict[str, float | int | None]


class Stage(Enum):
    """How far a score is."""

    READ = "reading the file"
    SIGN_UP = "making an account and a building"
    IMPORT = "importing the mains"
    DISAGGREGATE = "disaggregating"
    READ_BACK = "reading the predictions back"


async def score_through_gateway(
    path: Path,
    url: str,
    *,
    form: Format = SHARED_FORM,
    span: timedelta,
    start: datetime | None = None,
    on_stage: Callable[[Stage], None] = lambda _: None,
) -> dict[str, Figures]:
    """Goes the whole way and returns the figures of each appliance.

    Args:
        path: File or folder with mains and the appliances' true power.
        url: The gateway's address.
        form: How it was published, by default the shared Parquet.
        span: How much of the file.
        start: First instant; by default the last `span` before the file's last minute that counts.
        on_stage: Told of each stage as it begins.

    Raises:
        NilmError: The file cannot be used, the system refuses a step or does not answer.
    """
    on_stage(Stage.READ)
    recording = open_recording(path, form)
    recorded = recording.recorded(list(APPLIANCES))
    if not recorded:
        raise FailedPreconditionError(f"{path}: holds the true power of no known appliance")
    rows = chosen_rows(recording.read(recorded), span, start)
    credentials = Credentials(
        f"score-{secrets.token_hex(8)}@example.org", secrets.token_urlsafe(24)
    )
    async with open_gateway(url, credentials) as gateway:
        on_stage(Stage.SIGN_UP)
        await gateway.sign_up()
        scored = await _served(gateway, recorded)
        building_id = await create_metered_building(gateway, f"Score of {path.stem}"[:100], "UTC")
        on_stage(Stage.IMPORT)
        await _import_mains(gateway, building_id, rows)
        minutes = rows.minutes()
        grid = TimeGrid(minutes.start, minutes.sample_period, len(minutes))
        on_stage(Stage.DISAGGREGATE)
        await disaggregate(gateway, building_id, grid.start, grid.end)
        on_stage(Stage.READ_BACK)
        power_w = await power_on_grid(
            read_predictions(gateway, building_id, grid.start, grid.end, scored), grid
        )
    for name in scored:
        if name not in power_w:
            raise FailedPreconditionError(f"{name}: the system kept no predictions")
    return {
        name: asdict(score(minutes.truth_w[name], power_w[name], APPLIANCES[name].on_threshold_w))
        for name in scored
    }


def chosen_rows(household: Household, span: timedelta, start: datetime | None) -> Household:
    """Returns `span` of the household from `start` on, or the last that counts.

    Raises:
        FailedPreconditionError: Nothing there has mains and an appliance's true power.
    """
    counts = np.any([~np.isnan(truth) for truth in household.truth_w.values()], axis=0)
    length = span // household.sample_period
    if start is None:
        last = int(np.flatnonzero(counts)[-1]) + 1 if counts.any() else 0
        first = max(0, last - length)
    else:
        first = -((household.start - start) // household.sample_period)
        first, last = max(0, first), min(len(household), first + length)
    if first >= last or not counts[first:last].any():
        raise FailedPreconditionError("the file has no row that counts in the chosen interval")
    return household.slice(first, last)


async def _served(gateway: Gateway, recorded: Sequence[str]) -> list[str]:
    """Returns those of the recorded appliances that a model in memory estimates."""
    stub = model_service_pb2_grpc.ModelServiceStub(gateway.channel)
    answer = await gateway.call(
        stub.ListModels, model_service_pb2.ListModelsRequest(page_size=1_000)
    )
    ready = {
        model.appliance_id for model in answer.models if model.state == model_pb2.MODEL_STATE_READY
    }
    scored = [name for name in recorded if name in ready]
    if not scored:
        raise FailedPreconditionError("the system serves no model for an appliance of the file")
    return scored


async def _import_mains(gateway: Gateway, building_id: str, rows: Household) -> None:
    """Imports the mains, rows that do not count as gaps, and checks that every row arrived."""
    result = await import_readings(
        gateway,
        transfer_pb.ImportOptions(
            building_id=building_id,
            format=transfer_pb.FILE_FORMAT_PARQUET,
            time_column="time",
            power_column="aggregate_w",
            power_unit=transfer_pb.POWER_UNIT_W,
        ),
        io.BytesIO(mains_file(rows)),
    )
    sent = int(np.count_nonzero(~np.isnan(rows.mains_w)))
    if result.accepted_count != sent or result.rejected_count:
        raise DataCorruptionError(
            f"of {sent} readings {result.accepted_count} were stored and {result.rejected_count}"
            " rejected"
        )


def mains_file(rows: Household) -> bytes:
    """Returns the mains as a Parquet file in the shared form; what does not count is null."""
    times_us = TimeGrid(rows.start, rows.sample_period, len(rows)).times_us()
    missing = np.isnan(rows.mains_w)
    table = pa.table(
        {
            "time": pa.array(times_us, pa.timestamp("us", tz="UTC")),
            "aggregate_w": pa.array(rows.mains_w, pa.float32(), mask=missing),
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()
