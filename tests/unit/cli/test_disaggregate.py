"""`nilm disaggregate`: goes on after a cut, and adds up what was kept."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from nilm_cli.commands.disaggregate import command
from tests.unit.cli.made_file import START
from tests.unit.cli.made_system import MadeSystem, serving

EMAIL = "ann@example.org"
PASSWORD = "made-up password"
HOURS = 40
BOIL_MINUTES = range(100, 103)


def a_system(*, cuts: int = 0) -> MadeSystem:
    first_us = int(START.timestamp()) * 1_000_000
    boiling = {minute * 2 + half for minute in BOIL_MINUTES for half in (0, 1)}
    mains = {
        first_us + row * 30_000_000: 2_200.0 if row in boiling else 200.0
        for row in range(HOURS * 120)
    }
    return MadeSystem(
        accounts={EMAIL: PASSWORD}, buildings={"bld_1": "Home"}, mains=mains, cuts=cuts
    )


def call(url: str, *options: str) -> Result:
    end = START + timedelta(hours=HOURS)
    arguments = ["--url", url, "--email", EMAIL, "--building", "Home"]
    arguments += ["--start", "2024-01-01", "--end", end.isoformat(), *options]
    return CliRunner().invoke(command, arguments, env={"NILM_PASSWORD": PASSWORD})


@pytest.mark.parametrize("cuts", [0, 3])
def test_energy_is_added_up_over_every_page(cuts: int) -> None:
    system = a_system(cuts=cuts)
    with serving(system) as url:
        result = call(url, "--json")
    assert result.exit_code == 0, result.output
    kettle = json.loads(result.stdout)["kettle"]
    assert kettle["energy_kwh"] == pytest.approx(0.1)
    assert kettle["on_hours"] == pytest.approx(0.05)
    assert kettle["predicted_hours"] == pytest.approx(HOURS)
    assert kettle["mean_confidence_on"] == pytest.approx(0.9)
    assert kettle["model_version"] == "1.0.0"
    assert len(system.resumed_with) == cuts + 1


def test_the_table_has_a_row_an_appliance() -> None:
    with serving(a_system()) as url:
        result = call(url)
    assert result.exit_code == 0, result.output
    header, row = result.stdout.splitlines()
    assert "kWh" in header
    assert row.split() == ["kettle", "0.100", "0.050", "40.000", "0.900", "1.0.0"]


def test_a_service_that_stays_away_is_told() -> None:
    class Lost(MadeSystem):
        @property
        def cuts(self) -> int:
            return 1

        @cuts.setter
        def cuts(self, value: int) -> None:
            pass

    system = Lost(accounts={EMAIL: PASSWORD}, buildings={"bld_1": "Home"})
    with serving(system) as url:
        result = CliRunner().invoke(
            command,
            ["--url", url, "--email", EMAIL, "--building", "Home",
             "--start", "2024-01-01T00:00", "--end", "2024-01-01T00:01"],
            env={"NILM_PASSWORD": PASSWORD},
        )  # fmt: skip
    assert result.exit_code == 1
    assert "draining" in result.stderr


def test_an_interval_without_mains_is_told() -> None:
    system = a_system()
    system.mains.clear()
    with serving(system) as url:
        result = call(url)
    assert result.exit_code == 1
    assert "no predictions" in result.stderr
