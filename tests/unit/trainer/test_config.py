from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from nilm_core.errors import FailedPreconditionError, InvalidArgumentError
from nilm_models.appliances import APPLIANCES
from nilm_models.architectures import build_architecture
from nilm_trainer.config import Optimiser, load_config
from nilm_trainer.export import network_shape
from tests.unit.trainer.made_household import SMOKE_CONFIG

CONFIGS = sorted(SMOKE_CONFIG.parent.glob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_config_in_the_tree_is_sound(path: Path) -> None:
    config = load_config(path)
    network = build_architecture(*network_shape(config))
    assert network.output_count == len(config.appliances) + len(config.programmes)
    assert sum(each.numel() * 4 for each in network.parameters()) < 3_000_000
    names = {config.name, *(config.model_id(each) for each in config.appliances)}
    assert path.stem in names


def test_every_appliance_has_a_config() -> None:
    named = {name for path in CONFIGS for name in load_config(path).appliances}
    assert named == set(APPLIANCES)


@pytest.mark.parametrize(
    "path",
    CONFIGS,
    ids=lambda path: path.stem,
)
def test_configs_keep_the_last_months_of_refit_apart(path: Path) -> None:
    for house in load_config(path).data.houses:
        if house.name == "REFIT House 2":
            assert house.test_start == datetime(2015, 2, 28, tzinfo=UTC)


def test_a_config_is_laid_over_its_base(tmp_path: Path) -> None:
    content = yaml.safe_load(SMOKE_CONFIG.read_text())
    (tmp_path / "base.yaml").write_text(yaml.safe_dump(content))
    path = tmp_path / "config.yaml"
    changes = {"base": "base.yaml", "seed": 12, "optimiser": {"batch_size": 3, "epochs": None}}
    path.write_text(yaml.safe_dump(changes))
    config, base = load_config(path), load_config(tmp_path / "base.yaml")
    assert (config.seed, config.optimiser.batch_size) == (12, 3)
    assert config.optimiser.epochs == Optimiser().epochs != base.optimiser.epochs
    assert config.optimiser.learning_rate == base.optimiser.learning_rate
    assert config.data == base.data


def test_a_base_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("base: nowhere.yaml")
    with pytest.raises(FailedPreconditionError, match=r"nowhere\.yaml"):
        load_config(path)


def test_a_config_is_not_its_own_base(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("base: config.yaml")
    with pytest.raises(InvalidArgumentError, match="must not be the file itself"):
        load_config(path)


def _written(tmp_path: Path, **changes: Any) -> Path:
    content = yaml.safe_load(SMOKE_CONFIG.read_text()) | changes
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"appliances": ["sauna"]}, "appliances"),
        ({"appliances": []}, "appliances"),
        ({"exports": ["microwave"]}, "exports"),
        ({"appliances": ["kettle", "kettle"]}, "appliances"),
        ({"name": "../kettle"}, "name"),
        ({"seed": -1}, "seed"),
        ({"sample_period_s": 6}, "sample_period_s"),
        ({"colour": "red"}, "colour"),
        ({"optimiser": {"epochs": 0}}, "optimiser.epochs"),
        ({"augmentation": {"paste_share": 2}}, "augmentation.paste_share"),
        ({"data": {"houses": []}}, "data.houses"),
        (
            {
                "data": {
                    "houses": [
                        {
                            "name": "a",
                            "file": "a",
                            "licence": "b",
                            "citation": "c",
                            "test_start": "2024-01-09T00:00:00",
                        }
                    ]
                }
            },
            "data.houses.0.test_start",
        ),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, changes: dict[str, Any], field: str) -> None:
    path = _written(tmp_path, **changes)
    with pytest.raises(InvalidArgumentError) as caught:
        load_config(path)
    assert caught.value.violations[0].field == field
    assert caught.value.message.startswith(f"{path}: {field}: ")


def test_a_house_that_is_trained_on_cannot_be_a_test_house(tmp_path: Path) -> None:
    content = yaml.safe_load(SMOKE_CONFIG.read_text())
    data = content["data"] | {"test_houses": content["data"]["houses"]}
    with pytest.raises(InvalidArgumentError, match="a test house must not be trained on"):
        load_config(_written(tmp_path, data=data))


def _houses(tmp_path: Path, trained_on: dict[str, Any], tested_on: dict[str, Any]) -> Path:
    content = yaml.safe_load(SMOKE_CONFIG.read_text())
    (house,) = content["data"]["houses"]
    changed = {"houses": [house | trained_on], "test_houses": [house | tested_on]}
    return _written(tmp_path, data=content["data"] | changed)


def test_another_building_of_a_file_may_be_a_test_house(tmp_path: Path) -> None:
    first = {"file": "ukdale.h5", "format": {"name": "nilmtk", "building": 1}}
    second = {"file": "ukdale.h5", "format": {"name": "nilmtk", "building": 2}}
    assert load_config(_houses(tmp_path, first, second)).data.test_houses
    with pytest.raises(InvalidArgumentError, match=r"ukdale\.h5#building1: a test house"):
        load_config(_houses(tmp_path, first, {"file": "x/../ukdale.h5", "format": "nilmtk"}))


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ("spreadsheet", "", "'parquet', 'ukdale', 'redd', 'refit', 'nilmtk', 'csv'"),
        ({"name": "refit"}, ".refit.appliances", "required"),
        ({"name": "refit", "appliances": {"kettle": 10}}, ".refit.appliances.kettle.0", "9"),
        ({"name": "redd", "appliances": {"sauna": 3}}, ".redd.appliances", "unknown: sauna"),
        ({"name": "ukdale", "mains": [1, 1]}, ".ukdale.mains", "twice"),
        ({"name": "ukdale", "max_gap_s": 0}, ".ukdale.max_gap_s", "greater than 0"),
        ({"name": "ukdale", "building": 1}, ".ukdale.building", "not permitted"),
        ({"name": "csv", "appliances": {"kettle": "k"}}, ".csv.mains", "required"),
    ],
)
def test_a_wrong_format_is_named(tmp_path: Path, form: Any, field: str, words: str) -> None:
    path = _houses(tmp_path, {"format": form}, {"file": "other"})
    with pytest.raises(InvalidArgumentError, match=words) as caught:
        load_config(path)
    assert caught.value.violations[0].field == f"data.houses.0.format{field}"


def test_a_zone_that_is_none_is_named(tmp_path: Path) -> None:
    form = {"name": "csv", "mains": "m", "appliances": {"kettle": "k"}, "time_zone": "Mars/East"}
    with pytest.raises(InvalidArgumentError, match=r"csv\.time_zone: .*Europe/London"):
        load_config(_houses(tmp_path, {"format": form}, {"file": "other"}))


@pytest.mark.parametrize("text", [None, "a: [", "\xff"])
def test_an_unreadable_config_is_one_line(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "config.yaml"
    if text is not None:
        path.write_bytes(text.encode("latin-1"))
    with pytest.raises(FailedPreconditionError, match="cannot be read") as caught:
        load_config(path)
    assert "\n" not in caught.value.message
