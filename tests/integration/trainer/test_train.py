import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
import yaml

from nilm_core.errors import FailedPreconditionError
from nilm_models.entry import ModelEntry
from nilm_models.registry import read_registry
from nilm_models.store import ModelStore
from nilm_trainer.__main__ import main
from nilm_trainer.checkpoint import CHECKPOINT_NAME, load_checkpoint
from nilm_trainer.evaluate import evaluate_file
from nilm_trainer.train import train
from tests.unit.trainer.made_household import (
    ROWS_PER_DAY,
    SMOKE_CONFIG,
    START,
    TEST_START,
    made_rows,
    write_made_household,
    write_rows,
)


def _train(tmp_path: Path, config: Path = SMOKE_CONFIG) -> ModelEntry:
    (entry,) = train(
        config,
        models_dir=tmp_path / "models",
        runs_dir=tmp_path / "runs",
        data_dir=tmp_path / "data",
        show_progress=False,
    )
    return entry


def _weights(tmp_path: Path, entry: ModelEntry) -> dict[str, np.ndarray]:
    tensors = safetensors.torch.load_file(tmp_path / "models" / entry.artifact_path)
    return {name: value.numpy() for name, value in tensors.items()}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ModelEntry]:
    """The smoke config, trained once for all tests that only look at the result."""
    folder = tmp_path_factory.mktemp("trained")
    write_made_household(folder / "data")
    return folder, _train(folder)


def test_a_run_learns_and_leaves_a_model_that_serves(trained: tuple[Path, ModelEntry]) -> None:
    folder, entry = trained
    assert read_registry(folder / "models") == (entry,)
    assert entry.metrics["f1"] > 0.8
    assert entry.metrics["mae_w"] < 0.5 * entry.metrics["always_off_mae_w"]
    assert entry.metrics["ece"] < 0.05
    assert entry.training_data == "synthetic"
    store = ModelStore(folder / "models")
    assert store.reload().loaded == ("kettle",)


def test_a_card_stands_beside_the_weights(trained: tuple[Path, ModelEntry]) -> None:
    folder, entry = trained
    card = (folder / "models" / "kettle_smoke-0.1.0.md").read_text()
    for words in ("synthetic data", entry.artifact_sha256, "none, made by the tests", "| f1 |"):
        assert words in card
    assert "2024-01-09 00:00 UTC" in card


def test_what_it_met_in_training_is_kept(trained: tuple[Path, ModelEntry]) -> None:
    _, entry = trained
    statistics = entry.training_statistics
    assert statistics is not None
    assert 0.7 * 8 * 1440 * 0.8 < statistics.cells < 8 * 1440
    assert 0.0 < statistics.on_share < 0.2
    assert statistics.mean_on_power_w == pytest.approx(2_000.0, rel=0.4)


def test_curves_are_written(trained: tuple[Path, ModelEntry]) -> None:
    folder, _ = trained
    assert list(folder.glob("runs/*/events.out.tfevents.*"))


def test_the_figures_are_those_of_evaluate_file(trained: tuple[Path, ModelEntry]) -> None:
    folder, entry = trained
    first = (TEST_START - START).days * ROWS_PER_DAY
    rows = {name: values[first:] for name, values in made_rows().items()}
    path = write_rows(folder / "test_part.parquet", rows, TEST_START)
    figures = evaluate_file(path, folder / "models")
    assert list(figures) == ["kettle"]
    for name, value in figures["kettle"].items():
        assert value == pytest.approx(entry.metrics[name], abs=1e-4)


def test_the_test_part_reaches_neither_weights_nor_scaling_nor_calibration(
    trained: tuple[Path, ModelEntry], tmp_path: Path
) -> None:
    _folder, entry = trained
    rows = made_rows()
    first = (TEST_START - START).days * ROWS_PER_DAY
    rng = np.random.default_rng(99)
    rows["aggregate_w"][first:] = rng.uniform(0, 9000, rows["aggregate_w"][first:].size)
    rows["kettle_w"][first:] = rng.uniform(0, 9000, rows["kettle_w"][first:].size)
    rows["outage"][first:] = False
    write_made_household(tmp_path / "data", rows)
    other = _train(tmp_path)
    assert other.artifact_sha256 == entry.artifact_sha256
    assert other.preprocessing == entry.preprocessing
    assert other.target == entry.target
    assert other.calibration == entry.calibration
    assert other.metrics["validation_f1"] == entry.metrics["validation_f1"]
    assert other.metrics["f1"] != entry.metrics["f1"]


def test_the_scaling_is_fitted_on_the_training_part_alone(
    trained: tuple[Path, ModelEntry], tmp_path: Path
) -> None:
    _, entry = trained
    rows = made_rows()
    last_validation_day = slice(7 * ROWS_PER_DAY, 8 * ROWS_PER_DAY)
    rows["aggregate_w"][last_validation_day] += 4000.0
    write_made_household(tmp_path / "data", rows)
    other = _train(tmp_path)
    assert other.preprocessing == entry.preprocessing
    assert other.target == entry.target
    assert other.calibration != entry.calibration


KILLED_IN_TIME = """
import glob, os, runpy, signal, threading, time

def kill():
    while not glob.glob(os.environ["KILLED_AFTER"]):
        time.sleep(0.005)
    os.kill(os.getpid(), signal.SIGKILL)

threading.Thread(target=kill, daemon=True).start()
runpy.run_module("nilm_trainer", run_name="__main__")
"""
"""A training that is killed from within, however late a process beside it would be."""


def test_a_killed_run_goes_on_to_the_same_weights(
    trained: tuple[Path, ModelEntry], tmp_path: Path
) -> None:
    _, entry = trained
    write_made_household(tmp_path / "data")
    command = [sys.executable, "-c", KILLED_IN_TIME, str(SMOKE_CONFIG), "--quiet"]
    command += ["--models", str(tmp_path / "models"), "--runs", str(tmp_path / "runs")]
    environment = os.environ | {
        "NILM_DATA": str(tmp_path / "data"),
        "KILLED_AFTER": str(tmp_path / "runs" / "*" / CHECKPOINT_NAME),
    }
    process = subprocess.run(
        command, env=environment, stderr=subprocess.DEVNULL, timeout=240, check=False
    )
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "models").exists()
    (run_dir,) = (tmp_path / "runs").iterdir()
    checkpoint = load_checkpoint(run_dir)
    assert checkpoint is not None
    assert 1 <= checkpoint.facts["epoch"] < 6
    assert _train(tmp_path) == entry


def test_another_seed_gives_other_weights(trained: tuple[Path, ModelEntry], tmp_path: Path) -> None:
    _, entry = trained
    write_made_household(tmp_path / "data")
    content = yaml.safe_load(SMOKE_CONFIG.read_text())
    content["seed"] = 8
    content["optimiser"]["epochs"] = 1
    config = tmp_path / "other.yaml"
    config.write_text(yaml.safe_dump(content))
    assert _train(tmp_path, config).artifact_sha256 != entry.artifact_sha256


def test_an_appliance_may_only_help_to_learn_another(tmp_path: Path) -> None:
    content = yaml.safe_load(SMOKE_CONFIG.read_text())
    content |= {"appliances": ["kettle", "microwave"], "exports": ["microwave"]}
    content["optimiser"]["epochs"] = 1
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(content))
    write_made_household(tmp_path / "data")
    entry = _train(tmp_path, config)
    assert (entry.appliance_id, entry.output_index) == ("microwave", 1)
    assert read_registry(tmp_path / "models") == (entry,)
    assert "f1" in entry.metrics
    assert ModelStore(tmp_path / "models").reload().loaded == ("microwave",)


def test_the_mean_of_several_networks_is_exported_as_one(tmp_path: Path) -> None:
    content = yaml.safe_load(SMOKE_CONFIG.read_text())
    content["architecture"]["members"] = 2
    content["optimiser"]["epochs"] = 1
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(content))
    write_made_household(tmp_path / "data")
    entry = _train(tmp_path, config)
    assert entry.architecture == "ensemble"
    assert entry.architecture_params["members"] == len(list((tmp_path / "runs").iterdir())) == 2
    store = ModelStore(tmp_path / "models")
    assert store.reload().loaded == ("kettle",)
    network = store.get("kettle").network
    one, other = network.members
    assert not torch.equal(one.output.weight, other.output.weight)
    window = torch.randn(1, 1, network.input_window_size)
    both = torch.stack([one(window), other(window)])
    assert torch.allclose(network(window), both.mean(dim=0))


def test_an_appliance_that_is_never_on_is_refused(tmp_path: Path) -> None:
    rows = made_rows()
    rows["kettle_w"][:] = 0.0
    write_made_household(tmp_path / "data", rows)
    with pytest.raises(FailedPreconditionError, match="kettle is never on"):
        _train(tmp_path)


def test_the_command_line_names_missing_data_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NILM_DATA", str(tmp_path / "nowhere"))
    arguments = ["--models", str(tmp_path / "models"), "--runs", str(tmp_path / "runs")]
    assert main([str(SMOKE_CONFIG), "--quiet", *arguments]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: ")
    assert "made_house_30s.parquet: no such file" in shown.err
    assert shown.err.count("\n") == 1


def test_times_in_the_config_are_those_of_the_made_household() -> None:
    (house,) = yaml.safe_load(SMOKE_CONFIG.read_text())["data"]["houses"]
    assert isinstance(house["test_start"], datetime)
    assert house["test_start"] == TEST_START
