"""`nilm score`: the whole way against a made system, and what it takes from a file."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from nilm_cli.commands.score import command
from nilm_cli.scoring import chosen_rows, mains_file
from nilm_core.errors import FailedPreconditionError
from nilm_trainer.household import read_household
from tests.unit.cli.made_file import ROWS_PER_DAY, START, write_household
from tests.unit.cli.made_system import MadeSystem, serving
from tests.unit.trainer.readers.published import made_recording, publish_ukdale

FIGURES = {"f1", "mae_w", "sae", "always_off_mae_w", "minutes"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_household(tmp_path / "made.parquet")


def test_a_right_system_has_a_full_score(file: Path) -> None:
    system = MadeSystem(served=("kettle", "dishwasher"))
    with serving(system) as url:
        result = CliRunner().invoke(command, [str(file), "--days", "2", "--url", url, "--json"])
    assert result.exit_code == 0, result.output
    scores = json.loads(result.stdout)
    assert list(scores) == ["kettle"]
    assert set(scores["kettle"]) == FIGURES
    assert scores["kettle"]["f1"] == 1.0
    assert scores["kettle"]["mae_w"] == pytest.approx(0.0, abs=1e-3)
    assert scores["kettle"]["always_off_mae_w"] > 1.0
    assert 2_700 < scores["kettle"]["minutes"] < 2_880


def test_another_form_than_parquet_is_scored(tmp_path: Path) -> None:
    system = MadeSystem()
    folder = publish_ukdale(tmp_path, made_recording(rows=ROWS_PER_DAY))
    arguments = [str(folder), "--format", "ukdale", "--days", "1", "--json"]
    with serving(system) as url:
        result = CliRunner().invoke(command, [*arguments, "--url", url])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["kettle"]["minutes"] == 1_440
    assert len(system.mains) == ROWS_PER_DAY


def test_it_uses_a_fresh_account_and_building_and_the_last_days(file: Path) -> None:
    system = MadeSystem()
    with serving(system) as url:
        for _ in range(2):
            assert (
                CliRunner().invoke(command, [str(file), "--days", "1", "--url", url]).exit_code == 0
            )
    assert len(system.accounts) == 2
    assert all(
        email.startswith("score-") and email.endswith("@example.org") for email in system.accounts
    )
    assert len(set(system.accounts.values())) == 2
    assert len(system.buildings) == 2
    assert min(system.mains) >= int((START + timedelta(days=4)).timestamp()) * 1_000_000


def test_a_silent_system_scores_as_always_off(file: Path) -> None:
    class Silent(dict[int, float]):
        def __setitem__(self, key: int, value: float) -> None:
            super().__setitem__(key, 0.0)

    with serving(MadeSystem(predicted=Silent())) as url:
        result = CliRunner().invoke(command, [str(file), "--days", "2", "--url", url, "--json"])
    kettle = json.loads(result.stdout)["kettle"]
    assert kettle["f1"] == 0.0
    assert kettle["mae_w"] == kettle["always_off_mae_w"]
    assert kettle["sae"] == 1.0


def test_cuts_and_a_slow_start_do_not_matter(file: Path) -> None:
    system = MadeSystem(cuts=3, busy=2)
    with serving(system) as url:
        result = CliRunner().invoke(command, [str(file), "--days", "2", "--url", url, "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["kettle"]["f1"] == 1.0
    assert system.resumed_with[0] == ""
    assert all(system.resumed_with[1:])
    assert len(system.resumed_with) == 4


def test_the_table_names_each_figure_and_its_unit(file: Path) -> None:
    with serving(MadeSystem()) as url:
        result = CliRunner().invoke(command, [str(file), "--days", "1", "--url", url])
    header, row = result.stdout.splitlines()
    assert header.split("  ")[0] == "appliance"
    assert "always-off MAE W" in header
    assert row.startswith("kettle")


@pytest.mark.parametrize(
    ("system", "words"),
    [
        (MadeSystem(served=("dishwasher",)), "serves no model"),
        (MadeSystem(rejected_rows=1), "1 rejected"),
        (MadeSystem(busy=99), "starting"),
    ],
)
def test_what_goes_wrong_is_one_line(file: Path, system: MadeSystem, words: str) -> None:
    with serving(system) as url:
        result = CliRunner().invoke(command, [str(file), "--url", url, "--json"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("url", ["ftp://x", "http://", "http://127.0.0.1:1/path"])
def test_a_bad_url_is_named(file: Path, url: str) -> None:
    result = CliRunner().invoke(command, [str(file), "--url", url])
    assert result.exit_code == 1
    assert "url" in result.stderr


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(tmp_path / "none.parquet")])
    assert result.exit_code == 1
    assert "no such file" in result.stderr


def test_the_last_days_end_with_the_last_row_that_counts(tmp_path: Path) -> None:
    path = write_household(tmp_path / "made.parquet", missing_last_rows=500)
    household = read_household(path, ["kettle"])
    rows = chosen_rows(household, timedelta(days=1), None)
    assert len(rows) == ROWS_PER_DAY
    end = rows.start + len(rows) * rows.sample_period
    assert START + timedelta(days=5) - 505 * rows.sample_period < end
    assert end <= START + timedelta(days=5) - 500 * rows.sample_period


def test_days_may_be_chosen_by_their_start(file: Path) -> None:
    household = read_household(file, ["kettle"])
    rows = chosen_rows(household, timedelta(days=2), START + timedelta(days=1))
    assert (rows.start, len(rows)) == (START + timedelta(days=1), 2 * ROWS_PER_DAY)
    early = chosen_rows(household, timedelta(days=2), START - timedelta(days=1))
    assert early.start == START
    with pytest.raises(FailedPreconditionError, match="no row that counts"):
        chosen_rows(household, timedelta(days=2), datetime(2025, 1, 1, tzinfo=UTC))


def test_rows_that_do_not_count_are_sent_as_gaps(file: Path, tmp_path: Path) -> None:
    household = read_household(file, ["kettle"])
    copy = tmp_path / "mains.parquet"
    copy.write_bytes(mains_file(household))
    sent = pq.read_table(copy)
    assert sent.column_names == ["time", "aggregate_w"]
    assert sent["aggregate_w"].null_count == np.count_nonzero(np.isnan(household.mains_w))
    assert sent["aggregate_w"].null_count > 200
    assert sent["time"][0].as_py() == START
