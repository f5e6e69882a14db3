"""What every reader owes: the same household, whatever form it was published in."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from nilm_core.errors import FailedPreconditionError
from nilm_trainer.formats import read_format
from nilm_trainer.household import ROW_PERIOD
from nilm_trainer.readers.registry import READERS, Reader, open_recording
from tests.unit.trainer.made_household import write_rows
from tests.unit.trainer.readers.published import (
    PER_ROW,
    Recording,
    made_recording,
    publish_csv,
    publish_nilmtk,
    publish_redd,
    publish_refit,
    publish_ukdale,
)

START = datetime(2024, 1, 1, tzinfo=UTC)


def publish_parquet(folder: Path, house: Recording) -> Path:
    names = {"aggregate_w": "mains_w", "kettle_w": "kettle_w", "microwave_w": "microwave_w"}
    rows = {column: house.rows(name) for column, name in names.items()}
    rows["outage"] = np.zeros(house.times_s.size // PER_ROW, dtype=np.bool_)
    return write_rows(folder / "house.parquet", rows, START)


PUBLISHED: dict[str, tuple[Callable[[Path, Recording], Path], str]] = {
    "parquet": (publish_parquet, "parquet"),
    "ukdale": (publish_ukdale, "ukdale"),
    "redd": (publish_redd, "{name: redd, appliances: {kettle: 7}}"),
    "refit": (publish_refit, "{name: refit, appliances: {kettle: 8, microwave: [5]}}"),
    "nilmtk": (publish_nilmtk, "nilmtk"),
    "csv": (
        publish_csv,
        (
            "{name: csv, time_column: when, unit: kW, mains: grid,"
            " appliances: {kettle: kettle, microwave: micro}}"
        ),
    ),
}
"""How each form is written, and what a config says of it."""


@pytest.fixture(params=READERS)
def form(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def _opened(folder: Path, form: str, house: Recording) -> Reader:
    publish, text = PUBLISHED[form]
    return open_recording(publish(folder, house), read_format(text))


def test_it_is_the_household_that_was_published(tmp_path: Path, form: str) -> None:
    house = made_recording()
    found = _opened(tmp_path, form, house).read(["kettle", "microwave"])
    assert found.start == START
    assert found.sample_period == ROW_PERIOD
    assert list(found.truth_w) == ["kettle", "microwave"]
    _assert_equal(found.mains_w, house.rows("mains_w"))
    _assert_equal(found.truth_w["kettle"], house.rows("kettle_w"))
    _assert_equal(found.truth_w["microwave"], house.rows("microwave_w"))


def test_what_lies_outside_the_interval_is_not_read(tmp_path: Path, form: str) -> None:
    house = made_recording()
    reader = _opened(tmp_path, form, house)
    since, until = START + 40 * ROW_PERIOD, START + 100 * ROW_PERIOD
    found = reader.read(["kettle"], since=since, until=until)
    assert found.start == since
    _assert_equal(found.mains_w, house.rows("mains_w")[40:100])
    _assert_equal(found.truth_w["kettle"], house.rows("kettle_w")[40:100])


def test_nothing_left_in_the_interval_is_said(tmp_path: Path, form: str) -> None:
    reader = _opened(tmp_path, form, made_recording())
    with pytest.raises(FailedPreconditionError, match="in the chosen interval"):
        reader.read(["kettle"], until=START)


def test_it_tells_which_appliances_are_recorded(tmp_path: Path, form: str) -> None:
    reader = _opened(tmp_path, form, made_recording())
    assert reader.recorded(["microwave", "dishwasher", "kettle"]) == ["microwave", "kettle"]


def test_an_appliance_that_is_not_recorded_is_named(tmp_path: Path, form: str) -> None:
    reader = _opened(tmp_path, form, made_recording())
    with pytest.raises(FailedPreconditionError, match="dishwasher"):
        reader.read(["kettle", "dishwasher"])


def test_a_file_that_is_not_there_is_named(tmp_path: Path, form: str) -> None:
    missing = tmp_path / "nowhere"
    reader = open_recording(missing, read_format(PUBLISHED[form][1]))
    with pytest.raises(FailedPreconditionError, match=f"{missing}.*: no such"):
        reader.read(["kettle"])


def _assert_equal(found: np.ndarray, expected: np.ndarray) -> None:
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-3)
