from collections.abc import Callable
from pathlib import Path

import pytest

from nilm_core.errors import DataCorruptionError, FailedPreconditionError, NotFoundError
from nilm_models.entry import ModelEntry
from nilm_models.registry import REGISTRY_NAME
from nilm_models.store import ModelStore

AddModel = Callable[..., ModelEntry]


def test_only_active_models_are_loaded(tmp_path: Path, add_model: AddModel) -> None:
    add_model("kettle", seed=1)
    add_model("kettle", seed=2)
    add_model("microwave", seed=3, is_active=False)
    store = ModelStore(tmp_path)
    report = store.reload()
    assert (report.loaded, report.kept, report.refused) == (("kettle",), (), ())
    assert store.get("kettle").entry.model_version == "1.0.2"
    assert store.memory_bytes == store.get("kettle").memory_bytes > 0
    with pytest.raises(NotFoundError, match="'microwave'; served: kettle"):
        store.get("microwave")


def test_a_refused_model_leaves_the_one_that_was_serving(
    tmp_path: Path, add_model: AddModel
) -> None:
    add_model("kettle", seed=1)
    add_model("microwave", seed=1)
    store = ModelStore(tmp_path)
    store.reload()
    newer = add_model("kettle", seed=2)
    add_model("microwave", seed=2)
    (tmp_path / newer.artifact_path).write_bytes(b"damaged")
    report = store.reload()
    assert report.loaded == ("microwave",)
    assert report.kept == ("kettle",)
    assert [(each.model_id, each.model_version) for each in report.refused] == [
        ("kettle_cnn", "1.0.2")
    ]
    assert "checksum" in report.refused[0].reason
    assert store.get("kettle").entry.model_version == "1.0.1"
    assert store.get("microwave").entry.model_version == "1.0.2"


def test_a_refused_first_model_serves_nothing_and_is_reported(
    tmp_path: Path, add_model: AddModel
) -> None:
    entry = add_model()
    (tmp_path / entry.artifact_path).unlink()
    store = ModelStore(tmp_path)
    report = store.reload()
    assert (report.loaded, report.kept) == ((), ())
    assert report.refused[0].appliance_id == "kettle"
    assert not store.models()


def test_a_damaged_registry_leaves_everything_as_it_was(
    tmp_path: Path, add_model: AddModel
) -> None:
    add_model()
    store = ModelStore(tmp_path)
    store.reload()
    before = store.models()
    (tmp_path / REGISTRY_NAME).write_text("{")
    with pytest.raises(DataCorruptionError):
        store.reload()
    assert store.models() is before


def test_a_set_in_hand_is_not_changed_by_a_reload(tmp_path: Path, add_model: AddModel) -> None:
    add_model("kettle", seed=1)
    store = ModelStore(tmp_path)
    store.reload()
    in_hand = store.models()
    add_model("kettle", seed=2)
    store.reload()
    assert in_hand["kettle"].entry.model_version == "1.0.1"
    assert store.models()["kettle"].entry.model_version == "1.0.2"


def test_without_a_registry_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(FailedPreconditionError):
        ModelStore(tmp_path).reload()
