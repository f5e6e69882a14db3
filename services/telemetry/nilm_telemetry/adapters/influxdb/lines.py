"""Line protocol, made column by column: no object a row.

See https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol. Times are microseconds.
Numbers are written in their shortest form that reads back as the same number.
"""

import zlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from nilm_core.timegrid import Int64Array
from nilm_core.units import W_PER_KW
from nilm_telemetry.adapters.influxdb.flux import resource_id
from nilm_telemetry.adapters.influxdb.schema import (
    DAY,
    KIND,
    METER,
    PREDICTION,
    PREDICTION_FIELDS,
    READING,
    READING_FIELD,
    SETTLED,
    TOUCH,
    TOUCHED,
    TOUCHED_DAY,
)
from nilm_telemetry.domain.predictions import PredictedCells
from nilm_telemetry.domain.readings import MeterSeries, Readings

Owner = tuple[str, str]
"""Building and meter of a series of readings, or building and appliance of one of predictions."""

_GZIP = 16 + zlib.MAX_WBITS
_LEVEL = 1
"""The higher levels take up to five times as long and save a fifth."""


def reading_lines(series: MeterSeries, readings: Readings) -> bytes:
    """Returns the readings of a meter, of which no two have the same time.

    Raises:
        InvalidArgumentError: An id is none.
    """
    tags = {
        "building_id": resource_id("building_id", series.building_id),
        "meter_id": resource_id("meter_id", series.meter_id),
    }
    power_w = readings.power_w.astype(np.float32, copy=False)
    return _lines(READING, tags, {READING_FIELD: (power_w, "")}, readings.times_us)


def prediction_lines(building_id: str, cells: PredictedCells) -> bytes:
    """Returns cells of an appliance, of which no two have the same time.

    Raises:
        InvalidArgumentError: An id is none.
    """
    tags = {
        "appliance_name": resource_id("appliance_id", cells.appliance_id),
        "building_id": resource_id("building_id", building_id),
    }
    power, confidence, period, version = PREDICTION_FIELDS
    columns: dict[str, tuple[npt.NDArray[Any], str]] = {
        power: (cells.power_w.astype(np.float64) / W_PER_KW, ""),
        confidence: (cells.confidence.astype(np.float32, copy=False), ""),
    }
    constant = f',{period}={cells.period_us}i,{version}="{encode_text(cells.model_version)}"'
    return _lines(PREDICTION, tags, columns, cells.times_us, constant)


def field_lines(
    measurement: str,
    tags: dict[str, str],
    columns: dict[str, npt.NDArray[Any]],
    times_us: Int64Array,
) -> bytes:
    """Returns rows of numbers; integers stay integers.

    Raises:
        InvalidArgumentError: A tag's value is no id.
    """
    checked = {name: resource_id(name, value) for name, value in sorted(tags.items())}
    typed: dict[str, tuple[npt.NDArray[Any], str]] = {}
    for name, column in columns.items():
        typed[name] = (column, "i" if np.issubdtype(column.dtype, np.integer) else "")
    return _lines(measurement, checked, typed, times_us)


def touch_lines(source: str, owner: Owner, days_us: Int64Array, now_us: int) -> bytes:
    """Returns marks of days that are about to be written to, and an event for each."""
    tags = day_tags(source, owner)
    moments_us = now_us + np.arange(len(days_us), dtype=np.int64)  # else one would replace another
    marks = field_lines(DAY, tags, {TOUCHED: moments_us}, days_us)
    return marks + field_lines(TOUCH, tags, {TOUCHED_DAY: days_us}, moments_us)


def settled_line(source: str, owner: Owner, day_us: int, touched_us: int) -> bytes:
    """Returns the mark that a day is settled as of when it was touched."""
    columns = {SETTLED: np.array([touched_us])}
    return field_lines(DAY, day_tags(source, owner), columns, np.array([day_us], np.int64))


def day_tags(source: str, owner: Owner) -> dict[str, str]:
    """Returns the tags of what is kept about the days of a series."""
    building_id, name = owner
    return {"building_id": building_id, "series": name, "source": source}


def meter_line(series: MeterSeries) -> bytes:
    """Returns what is known of a meter, at the epoch, so that it is there once."""
    building_id = resource_id("building_id", series.building_id)
    meter_id = resource_id("meter_id", series.meter_id)
    kind = encode_text(series.kind.value)
    return f'{METER},building_id={building_id},meter_id={meter_id} {KIND}="{kind}" 0\n'.encode()


def encode_text(text: str) -> str:
    """Returns text as a field may hold it, of letters, digits and `_.-~+:@%` alone."""
    return quote(text, safe="_.-~+:@")


def compressed(parts: Sequence[bytes]) -> bytes:
    """Returns parts as one gzip body."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return b"".join([*(packer.compress(part) for part in parts), packer.flush()])


def _lines(
    measurement: str,
    tags: dict[str, str],
    columns: dict[str, tuple[npt.NDArray[Any], str]],
    times_us: Int64Array,
    constant: str = "",
) -> bytes:
    if not len(times_us):
        return b""
    series = ",".join((measurement, *(f"{name}={value}" for name, value in tags.items())))
    parts: list[Any] = []
    ahead = f"{series} "
    for name, (column, suffix) in columns.items():
        parts += [pa.scalar(f"{ahead}{name}="), pc.cast(pa.array(column), pa.string())]
        ahead = f"{suffix},"
    last_suffix = list(columns.values())[-1][1]
    parts += [
        pa.scalar(f"{last_suffix}{constant} "),
        pc.cast(pa.array(times_us), pa.string()),
        pa.scalar("\n"),
    ]
    joined = pc.binary_join_element_wise(*parts, "")
    body: bytes = joined.buffers()[2].to_pybytes()  # the strings lie one behind the other
    return body
