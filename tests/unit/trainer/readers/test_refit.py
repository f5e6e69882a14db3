"""REFIT: its flag of issues, its clock, and which plug is what."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_trainer.formats import read_format
from nilm_trainer.household import Household
from nilm_trainer.readers.registry import open_recording
from tests.unit.trainer.readers.published import START_S, made_recording, publish_refit

FORM = "{name: refit, appliances: {kettle: 8, microwave: 5}}"


def _read(path: Path, form: str = FORM, *appliances: str) -> Household:
    return open_recording(path, read_format(form)).read(appliances or ["kettle", "microwave"])


def test_rows_with_issues_do_not_count(tmp_path: Path) -> None:
    house = made_recording()
    issues = np.zeros(house.times_s.size, dtype=np.int64)
    issues[100:150] = 1
    found = _read(publish_refit(tmp_path, house, issues=issues))
    for values in (found.mains_w, *found.truth_w.values()):
        assert np.flatnonzero(np.isnan(values)).tolist() == list(range(20, 30))


def test_a_file_without_the_flag_can_be_read(tmp_path: Path) -> None:
    house = made_recording()
    path = publish_refit(tmp_path, house)
    lines = [line.rpartition(",")[0] for line in path.read_text().splitlines()]
    path.write_text("\n".join(lines))
    np.testing.assert_allclose(_read(path).mains_w, house.rows("mains_w"), rtol=1e-6)


@pytest.mark.parametrize(
    ("first", "ahead"),
    [
        (datetime(2014, 7, 1, tzinfo=UTC), timedelta(0)),
        (datetime(2014, 10, 3, tzinfo=UTC), timedelta(hours=1)),
        (datetime(2014, 12, 1, tzinfo=UTC), timedelta(0)),
        (datetime(2015, 5, 1, tzinfo=UTC), timedelta(hours=1)),
    ],
)
def test_the_clock_of_the_later_data_is_that_on_the_wall(
    tmp_path: Path, first: datetime, ahead: timedelta
) -> None:
    shift_s = int((first + ahead).timestamp()) - START_S
    path = publish_refit(tmp_path, made_recording(), shift_s=shift_s)
    assert _read(path).start == first
    as_it_is = FORM.replace("refit,", "refit, wall_clock_since: null,")
    assert _read(path, as_it_is).start == first + ahead


def test_the_hour_that_comes_twice_is_left_out(tmp_path: Path) -> None:
    first = datetime(2014, 10, 25, 23, 30, tzinfo=UTC)
    house = made_recording(rows=480)
    local = [
        (first + timedelta(seconds=int(each - START_S))).astimezone(ZoneInfo("Europe/London"))
        for each in house.times_s
    ]
    shown_s = [int(each.replace(tzinfo=UTC).timestamp()) for each in local]
    path = publish_refit(tmp_path, house)
    header, *lines = path.read_text().splitlines()
    fields = [line.split(",", 2) for line in lines]
    rows = [f"-,{time_s},{rest}" for time_s, (_, _, rest) in zip(shown_s, fields, strict=True)]
    path.write_text("\n".join([header, *rows]))
    found = _read(path)
    assert found.start == first
    expected = house.rows("mains_w")
    expected[59] = house.mains_w[295:299].mean()  # the last one before a gap stands for nothing
    expected[60:300] = np.nan
    np.testing.assert_allclose(found.mains_w, expected, rtol=1e-6)


def test_spikes_of_a_plug_do_not_count(tmp_path: Path) -> None:
    house = made_recording()
    house.kettle_w[200:205] = 4100
    found = _read(publish_refit(tmp_path, house))
    assert np.flatnonzero(np.isnan(found.truth_w["kettle"])).tolist() == [40]


def test_what_is_wrong_with_a_file_is_said(tmp_path: Path) -> None:
    path = publish_refit(tmp_path, made_recording())
    with pytest.raises(
        FailedPreconditionError, match=r"CLEAN_House2\.csv: format\.appliances .*dishwasher"
    ):
        _read(path, FORM, "dishwasher")
    path.write_text(path.read_text().replace("Appliance5", "Toaster", 1))
    with pytest.raises(FailedPreconditionError, match="no column Appliance5; there are Time, Unix"):
        _read(path)
    path.write_text("")
    with pytest.raises(DataCorruptionError, match=r"CLEAN_House2\.csv: is empty"):
        _read(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataCorruptionError, match=r"CLEAN_House2\.csv: cannot be read"):
        _read(path)


def test_a_damaged_row_is_named(tmp_path: Path) -> None:
    path = publish_refit(tmp_path, made_recording())
    lines = path.read_text().splitlines()
    lines[7] = "2024-01-01 00:00:36,170406723"
    path.write_text("\n".join(lines))
    with pytest.raises(DataCorruptionError, match=r"CLEAN_House2\.csv: .*Row #8: Expected 13"):
        _read(path)
