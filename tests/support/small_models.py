"""Small models with random weights, registered as the trainer registers its own."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

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


SHARED_PARAMS = {"outputs": 2, "d_model": 8, "heads": 2, "reach": 3, "base_reaches": [3]}


def add_shared_models(models_dir: Path) -> None:
    """Adds kettle and microwave, which one set of weights answers for."""
    for index, appliance_id in enumerate(("kettle", "microwave")):
        add_model(
            models_dir,
            appliance_id,
            seed=5,
            params=SHARED_PARAMS,
            architecture="multi_head_transformer",
            output_index=index,
        )


def add_model(
    models_dir: Path,
    appliance_id: str = "kettle",
    *,
    seed: int = 0,
    params: dict[str, Any] | None = None,
    architecture: str = "cnn",
    **changes: Any,
) -> ModelEntry:
    """Adds an active model with weights drawn from `seed`; the window is 21 samples of 60 s."""
    architecture_params = SMALL_PARAMS if params is None else params
    torch.manual_seed(seed)
    network = build_architecture(architecture, architecture_params)
    models_dir.mkdir(parents=True, exist_ok=True)
    artifact = f"{appliance_id}-{seed}.safetensors"
    digest = save_artifact(models_dir / artifact, network)
    entry = ModelEntry(
        model_id=f"{appliance_id}_cnn",
        model_version=f"1.0.{seed}",
        appliance_id=appliance_id,
        architecture=architecture,
        architecture_params=architecture_params,
        artifact_path=artifact,
        artifact_sha256=digest,
        input_window_size=network.input_window_size,
        sample_period=timedelta(seconds=60),
        preprocessing=Preprocessing(mean_w=400.0, std_w=800.0),
        target=TargetScaling(scale_w=2000.0),
        on_threshold_w=500.0,
        calibration=Calibration(slope=1.5, intercept=0.3),
        metrics={"f1": 0.8},
        is_active=True,
        training_data="real",
    )
    entry = replace(entry, **changes)
    write_entry(models_dir, entry)
    return entry
