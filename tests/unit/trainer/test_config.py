from pathlib import Path
from typing import Any

import pytest
import yaml

from nilm_core.errors import FailedPreconditionError, InvalidArgumentError
from nilm_models.appliances import APPLIANCES
from nilm_models.architectures import build_architecture
from nilm_trainer.config import load_config
from nilm_trainer.export import network_params
from tests.unit.trainer.made_household import SMOKE_CONFIG

CONFIGS = sorted(SMOKE_CONFIG.parent.glob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_config_in_the_tree_is_sound(path: Path) -> None:
    config = load_config(path)
    network = build_architecture(config.architecture.name, network_params(config))
    assert network.output_count == len(config.appliances)
    assert sum(each.numel() * 4 for each in network.parameters()) < 3_000_000
    names = {config.name, *(config.model_id(each) for each in config.appliances)}
    assert path.stem in names


def test_every_appliance_has_a_config() -> None:
    named = {name for path in CONFIGS for name in load_config(path).appliances}
    assert named == set(APPLIANCES)


@pytest.mark.parametrize("name", APPLIANCES)
def test_shipped_configs_keep_the_last_months_of_refit_apart(name: str) -> None:
    config = load_config(SMOKE_CONFIG.with_name(f"{name}_cnn.yaml"))
    starts = {str(house.file): house.test_start for house in config.data.houses}
    kept = starts["mains/refit_house2_30s.parquet"]
    assert kept is not None
    assert kept.isoformat() == "2015-02-28T00:00:00+00:00"


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


@pytest.mark.parametrize("text", [None, "a: [", "\xff"])
def test_an_unreadable_config_is_one_line(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "config.yaml"
    if text is not None:
        path.write_bytes(text.encode("latin-1"))
    with pytest.raises(FailedPreconditionError, match="cannot be read") as caught:
        load_config(path)
    assert "\n" not in caught.value.message
