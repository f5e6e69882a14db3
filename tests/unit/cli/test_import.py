"""`nilm import`: what is sent, what is printed, and when the exit code is not 0."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nilm.telemetry.v1 import transfer_service_pb2 as transfer_pb
from nilm_cli.client import transfer
from nilm_cli.commands.import_ import command
from tests.unit.cli.made_file import write_household
from tests.unit.cli.made_system import MadeSystem, serving, utc_text

EMAIL = "ann@example.org"
PASSWORD = "made-up password"


def a_system() -> MadeSystem:
    return MadeSystem(
        accounts={EMAIL: PASSWORD}, buildings={"bld_0": "Shed", "bld_1": "Home", "bld_2": "Shed"}
    )


def call(url: str, file: Path, *options: str, password: str = PASSWORD) -> Result:
    arguments = [str(file), "--url", url, "--email", EMAIL, *options]
    return CliRunner().invoke(command, arguments, env={"NILM_PASSWORD": password})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_household(tmp_path / "made.parquet", days=1)


@pytest.mark.parametrize("building", ["Home", "bld_1"])
def test_a_building_is_found_by_name_or_id(file: Path, building: str) -> None:
    system = a_system()
    with serving(system) as url:
        result = call(url, file, "--building", building)
    assert result.exit_code == 0, result.output
    assert system.imports[0].building_id == "bld_1"
    assert "2,880 rows" in result.stdout
    assert "0 rejected" in result.stdout


def test_the_options_reach_the_service(file: Path) -> None:
    system = a_system()
    with serving(system) as url:
        call(
            url, file, "--building", "Home", "--unit", "kW", "--time-zone", "Europe/London",
            "--power-column", "kettle_w", "--start", "2024-06-01", "--end", "2024-07-01T00:00Z",
        )  # fmt: skip
    options = system.imports[0]
    assert options.format == transfer_pb.FILE_FORMAT_PARQUET
    assert options.power_unit == transfer_pb.POWER_UNIT_KW
    assert options.power_column == "kettle_w"
    assert options.time_zone == "Europe/London"
    assert utc_text(options.start_time) == "2024-05-31T23:00:00+00:00"
    assert utc_text(options.end_time) == "2024-07-01T00:00:00+00:00"


def test_a_whole_file_is_asked_for_without_an_interval(file: Path) -> None:
    system = a_system()
    with serving(system) as url:
        call(url, file, "--building", "Home")
    assert not system.imports[0].HasField("start_time")
    assert not system.imports[0].HasField("end_time")


def test_rejected_rows_are_named_and_fail(file: Path) -> None:
    system = a_system()
    system.rejected_rows = 2
    with serving(system) as url:
        result = call(url, file, "--building", "Home")
    assert result.exit_code == 1
    assert "row 1: power is out of range" in result.stderr
    assert "rows rejected: 2" in result.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--building", "Barn"), "building 'Barn' not found"),
        (("--building", "Shed"), "several are named 'Shed'"),
        (("--building", "Home", "--meter", "Roof"), "meter 'Roof' not found"),
        (("--building", "Home", "--format", "csv"), "no column aggregate_w"),
    ],
)
def test_what_is_wrong_is_one_line(file: Path, options: tuple[str, ...], words: str) -> None:
    with serving(a_system()) as url:
        result = call(url, file, *options)
    assert result.exit_code == 1
    assert words in result.stderr.splitlines()[-1]


def test_an_import_that_is_cut_again_and_again_is_sent_until_it_is_stored(file: Path) -> None:
    system = a_system()
    system.import_cuts = 5
    with serving(system) as url:
        result = call(url, file, "--building", "Home")
    assert result.exit_code == 0, result.output
    assert len(system.imports) == 6
    assert len({options.SerializeToString() for options in system.imports}) == 1


def test_an_import_that_gets_no_further_is_given_up_in_the_end(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer.import_readings, "__kwdefaults__", {"patience_s": 1.5})
    system = a_system()
    system.import_cuts = 99
    with serving(system) as url:
        result = call(url, file, "--building", "Home")
    assert result.exit_code == 1
    assert "the store is away" in result.stderr.splitlines()[-1]
    assert 2 <= len(system.imports) <= 5


def test_a_wrong_password_is_told_and_never_shown(file: Path) -> None:
    with serving(a_system()) as url:
        result = call(url, file, "--building", "Home", password="a wrong guess")
    assert result.exit_code == 1
    assert "wrong email or password" in result.stderr
    assert "a wrong guess" not in result.output


def test_the_password_may_come_from_a_file(file: Path, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n")
    with serving(a_system()) as url:
        result = call(
            url, file, "--building", "Home", "--password-file", str(secret), password="wrong"
        )
    assert result.exit_code == 0, result.output


def test_without_a_password_it_says_how_to_give_one(file: Path) -> None:
    result = call("http://127.0.0.1:1", file, "--building", "Home", password="")
    assert result.exit_code == 1
    assert "--password-file" in result.stderr


def test_an_unknown_suffix_needs_a_format(tmp_path: Path) -> None:
    path = tmp_path / "readings.txt"
    path.write_text("time,aggregate_w\n")
    result = call("http://127.0.0.1:1", path, "--building", "Home")
    assert result.exit_code == 2
    assert "--format" in result.stderr


def test_a_bad_time_is_named(file: Path) -> None:
    result = call("http://127.0.0.1:1", file, "--building", "Home", "--start", "yesterday")
    assert result.exit_code == 2
    assert "ISO 8601" in result.stderr
