"""Quarter hours that are kept beside the rows that they add up, day by settled day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any

import numpy as np
import numpy.typing as npt

from nilm_core.timegrid import Int64Array
from nilm_telemetry.adapters.influxdb.annotated import Rows
from nilm_telemetry.adapters.influxdb.client import InfluxClient
from nilm_telemetry.adapters.influxdb.flux import ROWS, Series
from nilm_telemetry.adapters.influxdb.schema import (
    PREDICTION_QUARTER,
    PREDICTION_QUARTER_FIELDS,
    READING_QUARTER,
    READING_QUARTER_FIELDS,
)
from nilm_telemetry.adapters.influxdb.windows import Interval
from nilm_telemetry.domain.quarters import DAY_US, QUARTER_US, PredictionQuarters, ReadingQuarters

QUARTER_LEVEL = "15m"

Columns = dict[str, npt.NDArray[Any]]
"""Quarters by field, their starts as `start_us`."""

_DTYPES: Mapping[str, type] = {
    "covered_us": np.int64,
    "max_time_us": np.int64,
    "count": np.int64,
    "on_us": np.int64,
    "min_w": np.float32,
    "max_w": np.float32,
}
"""Types other than float64."""


@dataclass(frozen=True, slots=True)
class QuarterTable:
    """Where the quarters of one kind of rows are kept."""

    measurement: str
    fields: tuple[str, ...]


READING_QUARTERS = QuarterTable(READING_QUARTER, READING_QUARTER_FIELDS)
PREDICTION_QUARTERS = QuarterTable(PREDICTION_QUARTER, PREDICTION_QUARTER_FIELDS)


async def kept_quarters(
    client: InfluxClient, table: QuarterTable, tags: Mapping[str, str], interval: Interval
) -> Columns:
    """Returns the quarters that are kept of an interval, in time order."""
    found = await client.query(
        ROWS.render(
            bucket=client.config.level_bucket(QUARTER_LEVEL),
            start=interval[0],
            stop=interval[1],
            series=Series(
                table.measurement, table.fields, {name: (value,) for name, value in tags.items()}
            ),
            columns=("_time", "_field", "_value"),
        )
    )
    starts_us, values = aligned(found, table.fields)
    columns: Columns = {"start_us": starts_us}
    for name, column in zip(table.fields, values, strict=True):
        columns[name] = column.astype(_DTYPES.get(name, np.float64))
    present = columns["covered_us"] > 0
    if "count" in columns:
        is_read = columns["count"] > 0
        present |= is_read
        for name in ("min_w", "max_w"):
            columns[name][~is_read] = np.nan
    return {name: column[present] for name, column in columns.items()}


def dense_day(quarters: Columns, day_us: int) -> tuple[Columns, Int64Array]:
    """Returns a column for each field with all quarters of a day, and their starts.

    Those that are absent are all zero, so that they replace what was kept of them before.
    """
    starts_us = day_us + QUARTER_US * np.arange(DAY_US // QUARTER_US, dtype=np.int64)
    index = (quarters["start_us"] - day_us) // QUARTER_US
    columns: Columns = {}
    for name, column in quarters.items():
        if name != "start_us":
            columns[name] = np.zeros(len(starts_us), column.dtype)
            columns[name][index] = np.nan_to_num(column)  # where nothing was read
    return columns, starts_us


def aligned(
    found: Sequence[Rows], fields: Sequence[str]
) -> tuple[Int64Array, list[npt.NDArray[Any]]]:
    """Returns the times at which every field has a value, in order, and those values by field.

    A row that is being written while it is asked for can lack a field; it is left out.
    """
    times: dict[str, Int64Array] = {}
    values: dict[str, npt.NDArray[Any]] = {}
    for rows in found:
        for name in set(rows.texts("_field")):
            part = rows.where("_field", name)
            order = np.argsort(part.times_us(), kind="stable")
            times[name] = part.times_us()[order]
            values[name] = part.columns["_value"].to_numpy(zero_copy_only=False)[order]
    if any(name not in times for name in fields):
        return np.empty(0, np.int64), [np.empty(0) for _ in fields]
    common = times[fields[0]]
    for name in fields[1:]:
        common = np.intersect1d(common, times[name], assume_unique=True)
    return common, [values[name][np.searchsorted(times[name], common)] for name in fields]


def columns_of(quarters: ReadingQuarters | PredictionQuarters) -> Columns:
    """Returns quarters as columns."""
    return {field.name: getattr(quarters, field.name) for field in dataclass_fields(quarters)}


def joined(parts: Sequence[Columns], fields: Sequence[str]) -> Columns:
    """Returns parts as one, in time order."""
    names = ("start_us", *fields)
    columns = {name: np.concatenate([part[name] for part in parts]) for name in names}
    order = np.argsort(columns["start_us"], kind="stable")
    return {name: column[order] for name, column in columns.items()}
