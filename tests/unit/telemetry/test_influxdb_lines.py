"""What is written is read back the same, by a parser of line protocol of another make."""

import gzip
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nilm_core.access import MeterKind
from nilm_core.errors import InvalidArgumentError
from nilm_telemetry.adapters.influxdb.lines import (
    compressed,
    encode_text,
    field_lines,
    meter_line,
    prediction_lines,
    reading_lines,
    touch_lines,
)
from nilm_telemetry.domain.predictions import PredictedCells
from nilm_telemetry.domain.readings import MeterSeries, Readings
from tests.support.influxdb_data import Bucket

MAINS = MeterSeries("bld_1", "mtr_1", MeterKind.MAINS)
FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


def stored(lines: bytes) -> Bucket:
    bucket = Bucket()
    bucket.write(lines.decode())
    return bucket


@settings(deadline=None)
@given(st.lists(FLOATS, min_size=1, max_size=50))
def test_power_comes_back_as_the_same_float32(power_w: list[float]) -> None:
    times = np.arange(len(power_w), dtype=np.int64)
    readings = Readings(times, np.array(power_w, np.float32))
    (series,) = stored(reading_lines(MAINS, readings)).series.values()
    assert series.measurement == "reading"
    assert dict(series.tags) == {"building_id": "bld_1", "meter_id": "mtr_1"}
    assert series.name == "power_w"
    back = np.array([series.rows[time] for time in times.tolist()], np.float64).astype(np.float32)
    np.testing.assert_array_equal(back, readings.power_w)


@settings(deadline=None)
@given(
    power_w=FLOATS,
    confidence=st.floats(0.5, 1.0, width=32),
    version=st.text(min_size=1, max_size=64),
    time_us=st.integers(-(2**62) // 1_000, 2**62 // 1_000),
)
def test_a_cell_comes_back_the_same(
    power_w: float, confidence: float, version: str, time_us: int
) -> None:
    cells = PredictedCells(
        "kettle",
        version,
        60_000_000,
        np.array([time_us], np.int64),
        np.array([power_w], np.float32),
        np.array([confidence], np.float32),
    )
    bucket = stored(prediction_lines("bld_1", cells))
    rows = {series.name: series.rows[time_us] for series in bucket.series.values()}
    assert {dict(series.tags)["appliance_name"] for series in bucket.series.values()} == {"kettle"}
    assert np.float32(float(rows["predicted_kw"]) * 1_000) == np.float32(power_w)
    assert np.float32(float(rows["confidence"])) == np.float32(confidence)
    assert rows["period_us"] == 60_000_000
    assert rows["model_version"] == encode_text(version)
    assert re.fullmatch(r"[A-Za-z0-9_.\-~+:@%]*", str(rows["model_version"]))


def test_all_finite_float32_survive_in_their_shortest_form() -> None:
    bits = np.random.default_rng(0).integers(0, 2**32, 200_000, dtype=np.uint64)
    values = bits.astype(np.uint32).view(np.float32)
    values = values[np.isfinite(values)]
    lines = reading_lines(MAINS, Readings(np.arange(len(values), dtype=np.int64), values))
    texts = re.findall(rb"power_w=(\S+) ", lines)
    np.testing.assert_array_equal(np.array(texts).astype(np.float64).astype(np.float32), values)


def test_integers_stay_integers_and_numbers_numbers() -> None:
    columns = {"count": np.array([3]), "energy_wh": np.array([math.pi])}
    lines = field_lines("m", {"meter_id": "mtr_1"}, columns, np.array([7], np.int64))
    assert lines == b"m,meter_id=mtr_1 count=3i,energy_wh=3.141592653589793 7\n"


def test_days_that_are_touched_at_once_are_events_apart() -> None:
    lines = touch_lines("reading", ("bld_1", "mtr_1"), np.array([0, 86_400_000_000]), 1_000)
    events = [each for each in stored(lines).series.values() if each.measurement == "touch"]
    assert [each.rows for each in events] == [{1_000: 0, 1_001: 86_400_000_000}]


def test_a_meter_is_told_once_whatever_is_written_of_it() -> None:
    (series,) = stored(meter_line(MAINS) + meter_line(MAINS)).series.values()
    assert series.rows == {0: encode_text(MAINS.kind.value)}


def test_no_rows_are_no_lines() -> None:
    assert reading_lines(MAINS, Readings.empty()) == b""


@pytest.mark.parametrize("text", ["a,b=c", "a b", "a\nb", 'a"b', "", "A"])
def test_no_text_of_a_caller_becomes_a_tag(text: str) -> None:
    with pytest.raises(InvalidArgumentError, match="meter_id"):
        reading_lines(MeterSeries("bld_1", text, MeterKind.MAINS), Readings.empty())
    with pytest.raises(InvalidArgumentError, match="building_id"):
        reading_lines(MeterSeries(text, "mtr_1", MeterKind.MAINS), Readings.empty())


def test_a_body_is_plain_gzip() -> None:
    assert gzip.decompress(compressed([b"one\n", b"", b"two\n"])) == b"one\ntwo\n"
