"""UK-DALE and REDD: labels, sums of channels, and what is said of a folder that is not whole."""

from pathlib import Path

import numpy as np
import pytest

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_trainer.formats import read_format
from nilm_trainer.household import Household
from nilm_trainer.readers.registry import open_recording
from tests.unit.trainer.readers.published import (
    made_recording,
    publish_redd,
    publish_ukdale,
    write_channel,
)


def _read(folder: Path, form: str, *appliances: str) -> Household:
    return open_recording(folder, read_format(form)).read(appliances or ["kettle"])


@pytest.mark.parametrize(
    ("form", "label", "appliance"),
    [
        ("ukdale", "dish_washer", "dishwasher"),
        ("ukdale", "dishwasher", "dishwasher"),
        ("ukdale", "washer_dryer", "washing_machine"),
        ("ukdale", "washing_machine", "washing_machine"),
        ("redd", "dishwaser", "dishwasher"),
        ("redd", "microwave", "microwave"),
    ],
)
def test_labels_name_appliances_as_the_authors_spell_them(
    tmp_path: Path, form: str, label: str, appliance: str
) -> None:
    mains = {"ukdale": "aggregate", "redd": "mains"}[form]
    (tmp_path / "labels.dat").write_text(f"1 {mains}\n5 {label}\n6 cooker\n")
    recording = open_recording(tmp_path, read_format(form))
    assert recording.recorded(["kettle", appliance]) == [appliance]


def test_a_washer_dryer_of_redd_counts_only_where_the_config_says_so(tmp_path: Path) -> None:
    (tmp_path / "labels.dat").write_text("1 mains\n2 mains\n10 washer_dryer\n20 washer_dryer\n")
    wanted = ["washing_machine"]
    assert open_recording(tmp_path, read_format("redd")).recorded(wanted) == []
    named = read_format("{name: redd, appliances: {washing_machine: [10, 20]}}")
    assert open_recording(tmp_path, named).recorded(wanted) == wanted


def test_several_channels_of_an_appliance_are_summed(tmp_path: Path) -> None:
    house = made_recording()
    form = "{name: ukdale, appliances: {kettle: [8, 15]}}"
    found = _read(publish_ukdale(tmp_path, house), form)
    expected = house.rows("kettle_w") + house.rows("microwave_w")
    np.testing.assert_allclose(found.truth_w["kettle"], expected)


def test_the_config_may_choose_the_mains(tmp_path: Path) -> None:
    house = made_recording()
    found = _read(publish_redd(tmp_path, house), "{name: redd, mains: 1}", "microwave")
    np.testing.assert_allclose(found.mains_w, house.rows("mains_w") - 100.25, rtol=1e-5)


def test_a_sum_counts_where_both_legs_do(tmp_path: Path) -> None:
    house = made_recording()
    folder = publish_redd(tmp_path, house)
    kept = np.ones(house.times_s.size, dtype=np.bool_)
    kept[300:400] = False
    write_channel(folder / "channel_2.dat", house.times_s[kept], np.full(kept.sum(), "100.25"))
    found = _read(folder, "redd", "microwave")
    missing = np.flatnonzero(np.isnan(found.mains_w))
    assert missing.tolist() == list(range(60, 80))


def test_channels_that_are_not_needed_may_be_damaged(tmp_path: Path) -> None:
    folder = publish_ukdale(tmp_path, made_recording())
    (folder / "channel_15.dat").write_text("no readings at all")
    assert len(_read(folder, "ukdale"))


def test_what_is_wrong_with_a_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(FailedPreconditionError, match=r"no such folder; .*house_1"):
        _read(tmp_path / "house_9", "ukdale")
    with pytest.raises(FailedPreconditionError, match=r"labels\.dat: no such file"):
        _read(tmp_path, "ukdale")
    folder = publish_ukdale(tmp_path, made_recording())
    with pytest.raises(FailedPreconditionError, match=r"labelled 'mains'; name .*format\.mains"):
        _read(folder, "{name: redd, appliances: {kettle: 8}}")
    with pytest.raises(
        FailedPreconditionError,
        match=r"labels\.dat: no channel is labelled dishwasher; there are aggregate, .*"
        r"format\.appliances",
    ):
        _read(folder, "ukdale", "dishwasher")
    with pytest.raises(FailedPreconditionError, match=r"channel_3\.dat: no such file"):
        _read(folder, "{name: ukdale, appliances: {kettle: 3}}")
    (folder / "labels.dat").write_text("1 aggregate\nkettle\n")
    with pytest.raises(DataCorruptionError, match=r"labels\.dat: line 2"):
        _read(folder, "ukdale")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Empty CSV"),
        ("1704067200 100\n1704067206 lots\n", "'lots'"),
        ("1704067200 100\n1704067206\n", "Row #2"),
        (" 100\n", "a row has no time"),
        ("1704067200000 100\n1704067206000 100\n", "unit of the times"),
    ],
)
def test_a_damaged_channel_is_named(tmp_path: Path, text: str, words: str) -> None:
    folder = publish_ukdale(tmp_path, made_recording())
    (folder / "channel_8.dat").write_text(text)
    with pytest.raises(DataCorruptionError, match=words) as caught:
        _read(folder, "ukdale")
    assert str(folder / "channel_8.dat") in caught.value.message
