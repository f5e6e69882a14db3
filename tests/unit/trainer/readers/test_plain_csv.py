"""Plain CSV: times, units and columns as a config explains them."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_trainer.formats import read_format
from nilm_trainer.household import Household
from nilm_trainer.readers.registry import open_recording

ROWS = 6
START = datetime(2024, 6, 1, 12, tzinfo=UTC)


def _read(path: Path, options: str = "") -> Household:
    form = f"{{name: csv, mains: power, appliances: {{kettle: kettle}}, {options}}}"
    return open_recording(path, read_format(form)).read(["kettle"])


def _write(folder: Path, times: list[str], separator: str = ",") -> Path:
    path = folder / "house.csv"
    rows = [separator.join([time, str(100 + index), "7"]) for index, time in enumerate(times)]
    path.write_text("\n".join([separator.join(["time", "power", "kettle"]), *rows]) + "\n")
    return path


@pytest.mark.parametrize(
    ("pattern", "options"),
    [
        ("2024-06-01 12:00:{:02d}", ""),
        ("2024-06-01T12:00:{:02d}Z", ""),
        ("2024-06-01T14:00:{:02d}+02:00", "time_zone: America/New_York"),
        ("2024-06-01 13:00:{:02d}", "time_zone: Europe/London"),
        ("17172432{:02d}", "time_format: unix_s"),
        ("17172432{:02d}.0", "time_format: unix_s"),
        ("17172432{:02d}000", "time_format: unix_ms, time_zone: Europe/London"),
        ("01/06/2024 12.00.{:02d}", "time_format: '%d/%m/%Y %H.%M.%S'"),
        ("01/06/2024 07.00.{:02d} -0500", "time_format: '%d/%m/%Y %H.%M.%S %z'"),
    ],
)
def test_times_in_many_forms_are_the_same_moment(
    tmp_path: Path, pattern: str, options: str
) -> None:
    times = [pattern.format(second) for second in range(0, 60, 6)]
    found = _read(_write(tmp_path, times), options)
    assert found.start == START
    np.testing.assert_allclose(found.mains_w, [102, 107])
    np.testing.assert_allclose(found.truth_w["kettle"], [7, 7])


def test_the_hour_that_summer_time_repeats_is_left_out(tmp_path: Path) -> None:
    times = [f"2024-10-27 {hour:02d}:{minute:02d}" for hour in (0, 1, 2) for minute in range(60)]
    found = _read(_write(tmp_path, times), "time_zone: Europe/London")
    assert found.start == datetime(2024, 10, 26, 23, tzinfo=UTC)
    known = np.flatnonzero(~np.isnan(found.mains_w))
    assert known.tolist() == [*range(118), *range(360, 480)]


def test_units_separators_and_sums_are_those_of_the_config(tmp_path: Path) -> None:
    path = tmp_path / "house.csv"
    rows = [f"2024-06-01 12:00:{second:02d};1.5;0.25;;0.1" for second in range(0, 60, 6)]
    path.write_text("\n".join(["time;l1;l2;note;kettle", *rows]))
    form = "{name: csv, separator: ;, unit: kW, mains: [l1, l2], appliances: {kettle: kettle}}"
    found = open_recording(path, read_format(form.replace(": ;", ": ';'"))).read(["kettle"])
    np.testing.assert_allclose(found.mains_w, [1750, 1750])
    np.testing.assert_allclose(found.truth_w["kettle"], [100, 100])


def test_an_empty_field_is_no_reading(tmp_path: Path) -> None:
    times = [f"2024-06-01 12:0{index // 10}:{index % 10 * 6:02d}" for index in range(20)]
    path = _write(tmp_path, times)
    lines = path.read_text().splitlines()
    lines[8:11] = [line.rsplit(",", 1)[0] + "," for line in lines[8:11]]
    path.write_text("\n".join(lines))
    found = _read(path)
    assert not np.isnan(found.mains_w).any()
    np.testing.assert_array_equal(np.isnan(found.truth_w["kettle"]), [False, True, False, False])


def test_what_is_wrong_with_a_file_is_said(tmp_path: Path) -> None:
    path = _write(tmp_path, ["2024-06-01 12:00:00", "2024-06-01 12:00:06"])
    with pytest.raises(
        FailedPreconditionError, match=r"house\.csv: no column when; there are time, power, kettle"
    ):
        _read(path, "time_column: when")
    with pytest.raises(FailedPreconditionError, match=r"format\.separator"):
        _read(path, "separator: ';'")
    with pytest.raises(DataCorruptionError, match=r"house\.csv: .*2024-06-01 12:00:00"):
        _read(path, "time_format: unix_s")
    with pytest.raises(DataCorruptionError, match="unit of the times"):
        _read(_write(tmp_path, ["1717243200", "1717243206"]), "time_format: unix_ms")
    with pytest.raises(DataCorruptionError, match="a row has no time"):
        _read(_write(tmp_path, ["1717243200", ""]), "time_format: unix_s")
