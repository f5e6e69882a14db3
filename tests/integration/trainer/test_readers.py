"""A run on data as its authors publish it, from the config to scores on another form of it."""

import json
from pathlib import Path

import numpy as np
import yaml
from click.testing import CliRunner

from nilm_cli.commands.evaluate import command as evaluate
from nilm_trainer import split
from nilm_trainer.config import load_config
from nilm_trainer.train import train
from tests.unit.trainer.made_household import SMOKE_CONFIG, START, made_rows
from tests.unit.trainer.readers.published import (
    Recording,
    publish_nilmtk,
    publish_refit,
    publish_ukdale,
)


def _recording(seed: int, rows: int = 6 * 2880) -> Recording:
    """Days of the made household, as readings every 6 s."""
    made = made_rows(seed=seed, days=6)
    columns = [np.repeat(made[name][:rows], 5) for name in ("aggregate_w", "kettle_w")]
    mains, kettle = (np.nan_to_num(each, nan=200.0).round().astype(np.int64) for each in columns)
    times_s = int(START.timestamp()) + 6 * np.arange(mains.size)
    return Recording(times_s, mains, kettle, np.zeros_like(kettle))


def _config(tmp_path: Path, **houses: list[dict[str, object]]) -> Path:
    content = yaml.safe_load(SMOKE_CONFIG.read_text())
    content["data"] |= houses
    content["optimiser"] |= {"epochs": 2, "steps_per_epoch": 4}
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def test_a_model_is_trained_and_scored_on_published_data(tmp_path: Path) -> None:
    house_dir = publish_ukdale(tmp_path / "data" / "ukdale", _recording(seed=5))
    file = publish_refit(tmp_path / "data" / "refit", _recording(seed=6, rows=2880))
    facts = {"licence": "none", "citation": "Made by the tests."}
    trained_on = {"name": "A", "file": "ukdale/house_2", "format": "ukdale", **facts}
    form = {"name": "refit", "appliances": {"kettle": 8}}
    tested_on = {"name": "B", "file": "refit/CLEAN_House2.csv", "format": form, **facts}
    config = _config(tmp_path, houses=[trained_on], test_houses=[tested_on])
    models_dir = tmp_path / "models"
    (entry,) = train(
        config,
        models_dir=models_dir,
        runs_dir=tmp_path / "runs",
        data_dir=tmp_path / "data",
        show_progress=False,
    )
    assert entry.metrics["minutes"] == 1440
    assert entry.metrics["validation_minutes"] > 1440
    arguments = [str(file), "--models-dir", str(models_dir), "--json"]
    result = CliRunner().invoke(evaluate, [*arguments, "--format", json.dumps(form)])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["kettle"]["minutes"] == 1440
    result = CliRunner().invoke(
        evaluate, [str(house_dir), "--models-dir", str(models_dir), "--format", "ukdale"]
    )
    assert result.exit_code == 0, result.output


def test_the_test_part_of_published_data_is_cut_off(tmp_path: Path) -> None:
    house = _recording(seed=5)
    facts = {"licence": "none", "citation": "Made by the tests."}
    part = {"name": "A", "file": "house.h5", "format": "nilmtk", **facts}
    start = START.replace(day=5)
    config = load_config(_config(tmp_path, houses=[{**part, "test_start": start.isoformat()}]))

    publish_nilmtk(tmp_path, house)
    (before,) = split.training_parts(config, tmp_path)
    house.mains_w[house.times_s >= start.timestamp()] = 9000
    publish_nilmtk(tmp_path, house)
    (after,) = split.training_parts(config, tmp_path)
    for name in ("train", "validation"):
        ours, theirs = getattr(before, name), getattr(after, name)
        np.testing.assert_array_equal(ours.mains_w, theirs.mains_w)
        np.testing.assert_array_equal(ours.truth_w["kettle"], theirs.truth_w["kettle"])
    assert after.validation.start + len(after.validation) * after.validation.sample_period == start
    house.mains_w[house.times_s >= start.timestamp()] += np.arange(2 * 2880 * 5)
    publish_nilmtk(tmp_path, house)
    (apart,) = split.test_parts(config, tmp_path)
    assert apart.start == start
