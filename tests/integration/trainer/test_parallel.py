"""Two processes under torchrun learn one set of weights."""

import os
import subprocess
import sys
from pathlib import Path

from nilm_models.registry import read_registry
from nilm_models.store import ModelStore
from nilm_trainer.checkpoint import load_checkpoint
from tests.unit.trainer.made_household import SMOKE_CONFIG, write_made_household


def test_two_processes_share_a_run(tmp_path: Path) -> None:
    write_made_household(tmp_path / "data")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command += ["-m", "nilm_trainer", str(SMOKE_CONFIG), "--quiet"]
    command += ["--models", str(tmp_path / "models"), "--runs", str(tmp_path / "runs")]
    environment = os.environ | {"NILM_DATA": str(tmp_path / "data"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("kettle_smoke 0.1.0:") == 1
    (entry,) = read_registry(tmp_path / "models")
    assert entry.metrics["f1"] > 0.8
    store = ModelStore(tmp_path / "models")
    assert store.reload().loaded == ("kettle",)
    (run_dir,) = (tmp_path / "runs").iterdir()
    checkpoint = load_checkpoint(run_dir)
    assert checkpoint is not None
    assert {each.name for each in run_dir.glob("rows_*")} == {"rows_0", "rows_1"}
