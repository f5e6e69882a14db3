import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_models.drift import ModelStatistics
from nilm_models.entry import ModelEntry
from nilm_models.registry import REGISTRY_NAME, artifact_file, read_registry, write_entry

AddModel = Callable[..., ModelEntry]


def _change(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = tmp_path / REGISTRY_NAME
    content = json.loads(path.read_text())
    change(content["models"][0])
    path.write_text(json.dumps(content))


def test_an_entry_reads_back_as_written(tmp_path: Path, add_model: AddModel) -> None:
    entry = add_model()
    assert read_registry(tmp_path) == (entry,)


def test_what_a_model_was_trained_and_retrained_on_reads_back(
    tmp_path: Path, add_model: AddModel
) -> None:
    statistics = ModelStatistics(mains=(5,) * 9, on_power_sum_w=12.5)
    entry = add_model(
        training_statistics=statistics, learned_until={"bld_1": datetime(2026, 5, 1, tzinfo=UTC)}
    )
    assert read_registry(tmp_path) == (entry,)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda entry: entry["training_statistics"]["mains"].pop(),
            r"training_statistics\.mains: must be 9 whole numbers",
        ),
        (
            lambda entry: entry["training_statistics"]["power"].__setitem__(0, -1),
            r"training_statistics\.power: must be 16 whole numbers from 0",
        ),
        (
            lambda entry: entry.update(learned_until={"bld_1": "2026-05-01"}),
            r"learned_until\.bld_1: must say its offset",
        ),
    ],
)
def test_a_wrong_statistic_or_time_is_named(
    tmp_path: Path, add_model: AddModel, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    add_model(training_statistics=ModelStatistics())
    _change(tmp_path, change)
    with pytest.raises(DataCorruptionError, match=words):
        read_registry(tmp_path)


def test_keys_are_those_that_the_design_names(tmp_path: Path, add_model: AddModel) -> None:
    add_model()
    stored = json.loads((tmp_path / REGISTRY_NAME).read_text())["models"][0]
    assert stored["sample_period"] == 60
    assert stored["preprocessing"] == {"type": "standard", "mean": 400.0, "std": 800.0}
    assert stored["training_data"] == "real"


def test_writing_keeps_other_entries_and_replaces_its_own(
    tmp_path: Path, add_model: AddModel
) -> None:
    kettle = add_model("kettle")
    add_model("microwave", metrics={"f1": 0.1})
    better = add_model("microwave", metrics={"f1": 0.2})
    assert read_registry(tmp_path) == (kettle, better)


def test_a_new_active_version_takes_over(tmp_path: Path, add_model: AddModel) -> None:
    add_model("kettle", seed=1)
    add_model("kettle", seed=2)
    active = {entry.model_version: entry.is_active for entry in read_registry(tmp_path)}
    assert active == {"1.0.1": False, "1.0.2": True}


def test_writers_in_parallel_lose_no_entry(tmp_path: Path, add_model: AddModel) -> None:
    entry = add_model()
    barrier = threading.Barrier(8)

    def write(number: int) -> None:
        barrier.wait()
        for step in range(5):
            version = f"2.{number}.{step}"
            write_entry(tmp_path, _copy(entry, version))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_registry(tmp_path)) == 41
    assert not list(tmp_path.glob(".registry-*"))


def _copy(entry: ModelEntry, version: str) -> ModelEntry:
    values = {name: getattr(entry, name) for name in entry.__dataclass_fields__}
    return ModelEntry(**(values | {"model_version": version, "is_active": False}))


def test_a_missing_registry_is_a_failed_precondition(tmp_path: Path) -> None:
    with pytest.raises(FailedPreconditionError, match=r"registry\.json: there is no"):
        read_registry(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"models": 3}', '{"models": [], "more": 1}'])
def test_a_damaged_registry_is_refused_and_not_overwritten(
    tmp_path: Path, add_model: AddModel, text: str
) -> None:
    entry = add_model()
    path = tmp_path / REGISTRY_NAME
    path.write_text(text)
    with pytest.raises(DataCorruptionError, match=r"registry\.json"):
        write_entry(tmp_path, entry)
    assert path.read_text() == text


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("model_id", "", "model_id: must not be empty"),
        ("model_id", "../x", "model_id: must be 1 to 63"),
        ("appliance_id", "sauna", "appliance_id: must be one of kettle"),
        ("artifact_path", "../weights.safetensors", "artifact_path: must stay inside"),
        ("artifact_path", "/weights.safetensors", "artifact_path: must stay inside"),
        ("artifact_path", "weights.pt", r"artifact_path: must end in \.safetensors"),
        ("artifact_sha256", "ABC", "artifact_sha256: must be 64"),
        ("input_window_size", 20, "input_window_size: must be odd"),
        ("input_window_size", 21.0, "input_window_size: must be a whole number"),
        ("sample_period", 0, "sample_period: must be a whole number above 0"),
        ("sample_period", True, "sample_period: must be a number"),
        ("preprocessing", {"type": "standard", "mean": 1}, r"preprocessing\.std: is missing"),
        (
            "preprocessing",
            {"type": "standard", "mean": 1, "std": 0},
            r"preprocessing\.std: must be a finite number above 0",
        ),
        ("preprocessing", {"type": "log", "mean": 1, "std": 1}, r"preprocessing\.type"),
        ("target", [], "target: must be an object"),
        (
            "calibration",
            {"type": "platt", "slope": -1, "intercept": 0},
            r"calibration\.slope: must be a finite number above 0",
        ),
        ("metrics", {"f1": "good"}, r"metrics\.f1: must be a number"),
        ("is_active", 1, "is_active: must be true or false"),
        ("training_data", "guessed", "training_data: must be one of real, synthetic"),
        ("colour", "red", r"models\[0\]\.colour: is not known"),
    ],
)
def test_a_wrong_field_is_named_in_one_line(
    tmp_path: Path, add_model: AddModel, key: str, value: object, words: str
) -> None:
    add_model()
    _change(tmp_path, lambda entry: entry.update({key: value}))
    with pytest.raises(DataCorruptionError, match=words) as caught:
        read_registry(tmp_path)
    assert caught.value.message.startswith(str(tmp_path / REGISTRY_NAME))
    assert "\n" not in caught.value.message


def test_every_field_without_a_default_is_required(tmp_path: Path, add_model: AddModel) -> None:
    add_model()
    whole = json.loads((tmp_path / REGISTRY_NAME).read_text())
    for key in whole["models"][0].keys() - {"output_index", "on_probability"}:
        content = json.loads(json.dumps(whole))
        del content["models"][0][key]
        (tmp_path / REGISTRY_NAME).write_text(json.dumps(content))
        with pytest.raises(DataCorruptionError, match=rf"models\[0\]\.{key}: is missing"):
            read_registry(tmp_path)


def test_an_entry_without_output_index_is_the_first_output(
    tmp_path: Path, add_model: AddModel
) -> None:
    add_model(output_index=0)
    _change(tmp_path, lambda entry: entry.pop("output_index"))
    (entry,) = read_registry(tmp_path)
    assert entry.output_index == 0


def test_an_entry_without_on_probability_decides_at_even_odds(
    tmp_path: Path, add_model: AddModel
) -> None:
    add_model(on_probability=0.3)
    _change(tmp_path, lambda entry: entry.pop("on_probability"))
    (entry,) = read_registry(tmp_path)
    assert entry.on_probability == 0.5


@pytest.mark.parametrize("value", [0.0, 1.01, "half"])
def test_an_on_probability_out_of_bounds_is_refused(
    tmp_path: Path, add_model: AddModel, value: Any
) -> None:
    add_model()
    _change(tmp_path, lambda entry: entry.update(on_probability=value))
    with pytest.raises(DataCorruptionError, match=r"models\[0\]\.on_probability: must be"):
        read_registry(tmp_path)


def test_two_active_models_of_one_appliance_are_refused(
    tmp_path: Path, add_model: AddModel
) -> None:
    add_model(seed=1)
    add_model(seed=2)
    _change(tmp_path, lambda entry: entry.update(is_active=True))
    with pytest.raises(DataCorruptionError, match="kettle has two active models"):
        read_registry(tmp_path)


def test_a_model_listed_twice_is_refused(tmp_path: Path, add_model: AddModel) -> None:
    add_model(seed=1)
    add_model(seed=2)
    _change(tmp_path, lambda entry: entry.update(model_version="1.0.2"))
    with pytest.raises(DataCorruptionError, match="listed twice"):
        read_registry(tmp_path)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, add_model: AddModel) -> None:
    models_dir = tmp_path
    entry = add_model()
    outside = tmp_path.parent / "outside.safetensors"
    outside.write_bytes(b"")
    (models_dir / entry.artifact_path).unlink()
    (models_dir / entry.artifact_path).symlink_to(outside)
    with pytest.raises(DataCorruptionError, match="leaves the folder"):
        artifact_file(models_dir, entry)
