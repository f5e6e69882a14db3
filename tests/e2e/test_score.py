"""The main job on real mains, in one command, the whole way through the gateway."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from nilm_trainer.household import data_folder
from tests.e2e.conftest import System
from tests.support.nilm_up import REPOSITORY

UKDALE = data_folder() / "mains" / "ukdale_house2_30s.parquet"
SHIPPED = ("kettle", "dishwasher", "washing_machine", "microwave")
DAYS = 7
ROWS_A_DAY = 2_880

pytestmark = pytest.mark.skipif(
    not UKDALE.is_file(), reason="no UK-DALE House 2 in $NILM_DATA or ../shared/data"
)


def nilm(*arguments: str) -> Mapping[str, Mapping[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "nilm_cli", *arguments, "--json"],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=REPOSITORY,
    )
    assert done.returncode == 0, done.stderr
    result: Mapping[str, Mapping[str, Any]] = json.loads(done.stdout)
    return result


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of one week, whole minutes, with context that both ways of scoring see alike."""
    table = pq.read_table(UKDALE)
    first = int(
        np.flatnonzero(table["time"].to_numpy().astype("datetime64[m]").astype(int) % 1440 == 0)[40]
    )
    path = tmp_path_factory.mktemp("week") / "week.parquet"
    pq.write_table(table.slice(first, DAYS * ROWS_A_DAY), path)
    return path


def test_the_whole_way_scores_as_without_a_server(system: System, week: Path) -> None:
    through_gateway = nilm("score", str(week), "--days", str(DAYS), "--url", system.url)
    without_server = nilm("evaluate", str(week))
    assert set(through_gateway) == set(without_server) == set(SHIPPED)
    for appliance in SHIPPED:
        got, expected = through_gateway[appliance], without_server[appliance]
        assert set(got) == {"f1", "mae_w", "sae", "always_off_mae_w", "minutes"}
        assert got["minutes"] == expected["minutes"] > 5_000
        assert got["always_off_mae_w"] == pytest.approx(expected["always_off_mae_w"])
        assert got["f1"] == pytest.approx(expected["f1"], abs=0.02)
    assert through_gateway["kettle"]["f1"] > 0.75
    assert through_gateway["kettle"]["mae_w"] < through_gateway["kettle"]["always_off_mae_w"]
