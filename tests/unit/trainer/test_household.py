from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_trainer.household import data_folder, read_household, recorded_appliances
from tests.unit.trainer.made_household import START, made_rows, write_rows

NAN = np.float32("nan")


def _rows(mains: list[float], kettle: list[float], outage: list[bool]) -> dict[str, np.ndarray]:
    return {
        "aggregate_w": np.array(mains, dtype=np.float32),
        "kettle_w": np.array(kettle, dtype=np.float32),
        "outage": np.array(outage),
    }


def test_a_row_counts_where_all_is_there_and_the_logger_was_up(tmp_path: Path) -> None:
    rows = _rows([1, NAN, 3, 4], [5, 6, NAN, 8], [False, False, False, True])
    house = read_household(write_rows(tmp_path / "a.parquet", rows), ["kettle"])
    np.testing.assert_array_equal(house.mains_w, [1, NAN, 3, NAN])
    np.testing.assert_array_equal(house.truth_w["kettle"], [5, NAN, NAN, NAN])


def test_a_minute_counts_where_both_of_its_rows_count(tmp_path: Path) -> None:
    rows = _rows([10, 20, 30, NAN, NAN, NAN, 7], [1, 3, 5, 7, 9, 11, 2], [False] * 7)
    house = read_household(write_rows(tmp_path / "a.parquet", rows), ["kettle"]).minutes()
    assert house.sample_period == timedelta(minutes=1)
    np.testing.assert_array_equal(house.mains_w, [15, 30, NAN])
    np.testing.assert_array_equal(house.truth_w["kettle"], [2, NAN, NAN])


def test_minutes_are_those_of_the_epoch(tmp_path: Path) -> None:
    rows = _rows([99, 10, 20], [9, 1, 3], [False] * 3)
    start = START + timedelta(seconds=30)
    house = read_household(write_rows(tmp_path / "a.parquet", rows, start), ["kettle"]).minutes()
    assert house.start == START + timedelta(minutes=1)
    np.testing.assert_array_equal(house.mains_w, [15])


def test_rows_outside_the_interval_are_not_read(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.parquet", made_rows())
    since, until = datetime(2024, 1, 2, tzinfo=UTC), datetime(2024, 1, 4, tzinfo=UTC)
    house = read_household(path, ["kettle"], since=since, until=until)
    assert house.start == since
    assert len(house) == 2 * 2880
    with pytest.raises(FailedPreconditionError, match="no rows"):
        read_household(path, ["kettle"], until=START)


def test_what_is_wrong_with_a_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with pytest.raises(FailedPreconditionError, match="no such file"):
        read_household(path, ["kettle"])
    path.write_bytes(b"PAR1 and nothing more")
    with pytest.raises(DataCorruptionError, match="cannot be read"):
        read_household(path, ["kettle"])
    write_rows(path, made_rows())
    with pytest.raises(FailedPreconditionError, match="no column dishwasher_w"):
        read_household(path, ["kettle", "dishwasher"])
    assert recorded_appliances(path, ["dishwasher", "microwave", "kettle"]) == [
        "microwave",
        "kettle",
    ]


def test_rows_off_the_grid_are_refused(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.parquet", made_rows(), START + timedelta(seconds=7))
    with pytest.raises(DataCorruptionError, match="regular 30 s grid"):
        read_household(path, ["kettle"])


def test_the_data_folder_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NILM_DATA", "elsewhere")
    assert data_folder() == Path("elsewhere")
    monkeypatch.delenv("NILM_DATA")
    assert data_folder() == Path("../shared/data")
