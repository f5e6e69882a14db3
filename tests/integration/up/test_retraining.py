"""`nilm train --since-last` against a running system: from a home's own data to what serves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from click.testing import CliRunner, Result

from nilm_cli.commands.train import command as train
from nilm_models.registry import read_registry
from tests.support.nilm_up import nilm_up
from tests.support.small_models import add_model

EMAIL, PASSWORD = "admin@example.org", "correct horse battery"
MINUTES = 3 * 1_440
RUN_EVERY = 144
"""Minutes from one use of the kettle to the next."""


class Home:
    """A building of the administrator, with mains and a kettle of 3 minutes and 2 kW."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        answer = self._post("/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD})
        http.headers["authorization"] = f"Bearer {answer['tokens']['access_token']}"
        building = {"display_name": "Home", "time_zone": "Europe/London"}
        made = self._post("/api/v1/buildings", building)["building"]
        self.path = f"/api/v1/buildings/{made['building_id']}"
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        self.start = now - timedelta(minutes=MINUTES)
        self.kettle_w = [
            2_000.0 if minute % RUN_EVERY in (60, 61, 62) else 0.0 for minute in range(MINUTES)
        ]
        self._record({"kind": "METER_KIND_MAINS"}, [180.0 + power for power in self.kettle_w])

    def measure_kettle(self) -> None:
        """Gives the kettle a meter of its own."""
        meter = {"kind": "METER_KIND_APPLIANCE", "appliance_id": "kettle"}
        self._post(f"{self.path}/appliances", {"appliance_id": "kettle", "display_name": "Kettle"})
        self._record(meter, self.kettle_w)

    def correct(self, minute: int, verdict: str) -> None:
        """Says something of three minutes."""
        start = self.start + timedelta(minutes=minute)
        times = {"start_time": start, "end_time": start + timedelta(minutes=3)}
        body = {name: time.strftime("%Y-%m-%dT%H:%M:%SZ") for name, time in times.items()}
        path = f"{self.path}/appliances/kettle/corrections"
        self._post(path, {**body, "verdict": verdict})

    def serving(self) -> str:
        """Returns the version of the kettle's model that serves."""
        answer = self._http.get("/models/kettle_cnn").raise_for_status().json()["model"]
        assert answer["state"] == "MODEL_STATE_READY"
        version: str = answer["model_version"]
        return version

    def _record(self, meter: dict[str, str], power_w: list[float]) -> None:
        made = self._post(f"{self.path}/meters", {"display_name": "A meter", **meter})
        step = 1_440
        for first in range(0, len(power_w), step):
            start = self.start + timedelta(minutes=first)
            readings = {
                "start_time": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "offset_us": [str(60_000_000 * minute) for minute in range(step)],
                "power_w": power_w[first : first + step],
            }
            body = {"meter_id": made["meter"]["meter_id"], "readings": readings}
            self._post(f"{self.path}/readings", body)

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = self._http.post(path, json=body)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer


def retrain(url: str, models: Path) -> Result:
    arguments = ("--since-last", "--url", url, "--email", EMAIL, "--appliance", "kettle")
    runner = CliRunner(env={"NILM_PASSWORD": PASSWORD})
    return runner.invoke(train, [*arguments, "--models-dir", str(models)])


def test_a_home_retrains_its_model_and_is_served_by_it(tmp_path: Path) -> None:
    models = tmp_path / "models"
    add_model(models, "kettle", seed=4, training_data="real")
    (tmp_path / "password").write_text(PASSWORD)
    environment = {
        "NILM_AUTH_INITIAL_ADMIN_EMAIL": EMAIL,
        "NILM_AUTH_INITIAL_ADMIN_PASSWORD_FILE": str(tmp_path / "password"),
        "NILM_AUTH_PASSWORD_MEMORY_KIB": "64",
        "OMP_NUM_THREADS": "1",
    }
    arguments = ("--port", "0", "--no-demo", "--models-dir", str(models))
    with (
        nilm_up(tmp_path / "data", *arguments, environment=environment) as up,
        httpx.Client(base_url=up.wait_ready(), timeout=60.0) as http,
    ):
        url = str(http.base_url).rstrip("/")
        home = Home(http)
        for minute in range(60, 9 * RUN_EVERY, RUN_EVERY):
            home.correct(minute, "VERDICT_RAN")
            home.correct(minute + 20, "VERDICT_DID_NOT_RUN")
        assert home.serving() == "1.0.4"
        refused = retrain(url, models)
        assert refused.exit_code == 1, refused.output
        assert "18 runs are measured, confirmed or rejected" in refused.stdout
        assert "20 are needed" in refused.stdout
        home.measure_kettle()
        done = retrain(url, models)
        assert done.exit_code == 0, done.output
        assert "kettle_cnn 1.1.0: is no worse, and is active now" in done.stdout
        assert "against" in done.stdout
        assert "the service has read the registry anew" in done.stdout
        assert home.serving() == "1.1.0"
        again = retrain(url, models)
        assert again.exit_code == 1
        assert "20 are needed" in again.stdout
        assert "no model was retrained" in again.stderr
    (entry,) = [each for each in read_registry(models) if each.is_active]
    (learned_until,) = entry.learned_until.values()
    assert home.start < learned_until < home.start + timedelta(minutes=MINUTES)
