"""Several appliances from one set of weights."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import torch

from nilm_core.errors import DataCorruptionError
from nilm_models.architectures import build_architecture
from nilm_models.bundle import load_model, save_artifact
from nilm_models.calibration import Calibration
from nilm_models.dense import evaluate_dense, evaluate_dense_together, shares_network
from nilm_models.entry import ModelEntry, Preprocessing, TargetScaling
from nilm_models.registry import write_entry
from nilm_models.store import ModelStore

PARAMS = {"outputs": 2, "d_model": 8, "heads": 2, "reach": 5, "base_reaches": [3]}


def _add(models_dir: Path, appliance_id: str, output_index: int) -> ModelEntry:
    torch.manual_seed(5)
    network = build_architecture("multi_head_transformer", PARAMS)
    entry = ModelEntry(
        model_id=f"{appliance_id}_shared",
        model_version="1.0.0",
        appliance_id=appliance_id,
        architecture="multi_head_transformer",
        architecture_params=PARAMS,
        artifact_path="shared.safetensors",
        artifact_sha256=save_artifact(models_dir / "shared.safetensors", network),
        input_window_size=network.input_window_size,
        sample_period=timedelta(seconds=60),
        preprocessing=Preprocessing(mean_w=400.0, std_w=800.0),
        target=TargetScaling(scale_w=2_000.0),
        on_threshold_w=500.0,
        calibration=Calibration(),
        metrics={},
        is_active=True,
        training_data="real",
        output_index=output_index,
    )
    write_entry(models_dir, entry)
    return entry


def test_models_of_one_set_of_weights_share_it_in_memory(tmp_path: Path) -> None:
    _add(tmp_path, "kettle", 0)
    _add(tmp_path, "microwave", 1)
    store = ModelStore(tmp_path)
    store.reload()
    kettle, microwave = store.get("kettle"), store.get("microwave")
    assert shares_network(kettle, microwave)
    assert store.memory_bytes == kettle.memory_bytes


def test_one_run_answers_as_each_alone_does(tmp_path: Path) -> None:
    _add(tmp_path, "kettle", 0)
    _add(tmp_path, "microwave", 1)
    store = ModelStore(tmp_path)
    store.reload()
    models = [store.get("kettle"), store.get("microwave")]
    mains_w = np.random.default_rng(2).gamma(1.0, 600.0, 300).astype(np.float32)
    together = evaluate_dense_together(models, mains_w)
    alone = [evaluate_dense(model, mains_w) for model in models]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_array_equal(one.on_probability, other.on_probability)
    assert not np.array_equal(together[0].on_probability, together[1].on_probability)


def test_an_output_that_the_network_has_not_is_refused(tmp_path: Path) -> None:
    entry = _add(tmp_path, "kettle", 2)
    with pytest.raises(DataCorruptionError, match=r"output_index: 2 is beyond .* 2 appliances"):
        load_model(tmp_path, entry)
