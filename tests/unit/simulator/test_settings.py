"""The settings of the simulator."""

import pytest
from pydantic import ValidationError

from nilm_simulator.settings import SimulatorSettings


def test_they_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NILM_SIMULATOR_PASSWORD_FILE", "secret")
    monkeypatch.setenv("NILM_SIMULATOR_SAMPLE_PERIOD_S", "6")
    settings = SimulatorSettings()
    assert settings.sample_period_s == 6
    assert settings.history_days == 14
    assert settings.time_zone == "Europe/London"


@pytest.mark.parametrize(
    ("name", "value"),
    [("TIME_ZONE", "Mars/Olympus"), ("TIME_ZONE", "../x"), ("SAMPLE_PERIOD_S", "0")],
)
def test_what_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("NILM_SIMULATOR_PASSWORD_FILE", "secret")
    monkeypatch.setenv(f"NILM_SIMULATOR_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        SimulatorSettings()


def test_a_password_file_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NILM_SIMULATOR_PASSWORD_FILE", raising=False)
    with pytest.raises(ValidationError, match="password_file"):
        SimulatorSettings()
