from pathlib import Path
from typing import Any

import pytest
import yaml

from nilm_core.errors import FailedPreconditionError, InvalidArgumentError
from nilm_models.appliances import APPLIANCES
from nilm_models.architectures import build_architecture
from nilm_trainer.config import load_config
from tests.unit.trainer.made_household import SMOKE_CONFIG

CONFIGS = sorted(SMOKE_CONFIG.parent.glob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_config_in_the_tree_is_sound(path: Path) -> None:
    config = load_config(path)
    network = build_architecture(config.architecture.name, config.architecture.params)
    assert sum(each.numel() * 4 for each in network.parameters()) < 3_000_000
    assert path.stem == config.model_id


def test_every_appliance_has_a_config() -> None:
    assert {load_config(path).appliance for path in CONFIGS} == set(APPLIANCES)


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
        ({"appliance": "sauna"}, "appliance"),
        ({"model_id": "../kettle"}, "model_id"),
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


@pytest.mark.parametrize("text", [None, "a: [", "\xff"])
def test_an_unreadable_config_is_one_line(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "config.yaml"
    if text is not None:
        path.write_bytes(text.encode("latin-1"))
    with pytest.raises(FailedPreconditionError, match="cannot be read") as caught:
        load_config(path)
    assert "\n" not in caught.value.message
