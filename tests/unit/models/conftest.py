from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import torch

from nilm_models.architectures import build_architecture
from nilm_models.bundle import save_artifact
from nilm_models.calibration import Calibration
from nilm_models.entry import ModelEntry, Preprocessing, TargetScaling
from nilm_models.registry import write_entry

SMALL_PARAMS = {
    "window": 21,
    "filters": [4, 4],
    "kernels": [5, 3],
    "dilations": [1, 2],
    "hidden_units": 8,
}


@pytest.fixture
def add_model(tmp_path: Path) -> Callable[..., ModelEntry]:
    """Adds a model with random weights, drawn from `seed`, to the registry in `tmp_path`."""

    def add(appliance_id: str = "kettle", *, seed: int = 0, **changes: Any) -> ModelEntry:
        torch.manual_seed(seed)
        artifact = f"{appliance_id}-{seed}.safetensors"
        digest = save_artifact(tmp_path / artifact, build_architecture("cnn", SMALL_PARAMS))
        entry = ModelEntry(
            model_id=f"{appliance_id}_cnn",
            model_version=f"1.0.{seed}",
            appliance_id=appliance_id,
            architecture="cnn",
            architecture_params=SMALL_PARAMS,
            artifact_path=artifact,
            artifact_sha256=digest,
            input_window_size=21,
            sample_period=timedelta(seconds=60),
            preprocessing=Preprocessing(mean_w=400.0, std_w=800.0),
            target=TargetScaling(scale_w=2000.0),
            on_threshold_w=500.0,
            calibration=Calibration(slope=1.5, intercept=-0.1),
            metrics={"f1": 0.8},
            is_active=True,
            training_data="real",
        )
        entry = replace(entry, **changes)
        write_entry(tmp_path, entry)
        return entry

    return add
