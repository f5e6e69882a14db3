"""Memory of inference with all shipped models above that with one of a few KB; no clock is read.

Both are real processes of the service, after each model was loaded and run once with a full batch,
as before it serves.
"""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch

from nilm_models.architectures import build_architecture
from nilm_models.bundle import save_artifact
from nilm_models.calibration import Calibration
from nilm_models.entry import ModelEntry, Preprocessing, TargetScaling
from nilm_models.registry import write_entry
from nilm_models.store import ModelStore
from nilm_rpc.channel import connect
from support.processes import free_port, resident_mb, service, until_serving
from support.report import run

GOAL_MB = 400
TINY = {"window": 21, "filters": [4], "kernels": [5], "dilations": [1], "hidden_units": 4}
_SHIPPED_MODELS = Path(__file__).parents[1] / "models"


def add_tiny_model(folder: Path) -> None:
    """Puts one model with random weights into a folder, since the service starts with none."""
    torch.manual_seed(1)
    network = build_architecture("cnn", TINY)
    entry = ModelEntry(
        model_id="tiny_cnn",
        model_version="0.0.1",
        appliance_id="kettle",
        architecture="cnn",
        architecture_params=TINY,
        artifact_path="tiny.safetensors",
        artifact_sha256=save_artifact(folder / "tiny.safetensors", network),
        input_window_size=network.input_window_size,
        sample_period=timedelta(seconds=60),
        preprocessing=Preprocessing(mean_w=400.0, std_w=800.0),
        target=TargetScaling(scale_w=2_000.0),
        on_threshold_w=500.0,
        calibration=Calibration(),
        metrics={},
        is_active=True,
        training_data="synthetic",
    )
    write_entry(folder, entry)


async def resident_with(models_dir: Path, folder: Path) -> float:
    """Returns the memory that inference has resident once all models of a folder serve, MB."""
    store = ModelStore(models_dir)
    report = store.reload()
    assert not report.refused
    port = free_port()
    settings = {
        "PORT": str(port),
        "OPS_PORT": "0",
        "MODELS_DIR": str(models_dir),
        "DATA_DIR": str(folder / "data"),
        "TOKENS__JWKS_URL": f"http://127.0.0.1:{free_port()}/.well-known/jwks.json",
        "JOB_QUEUE": "none",
        "LIVE": "false",
    }
    log = folder / "inference.log"
    with service("inference", settings, log) as process:
        async with connect(f"127.0.0.1:{port}") as channel:
            for appliance_id in store.models():
                await until_serving(channel, process, log, f"nilm.models.{appliance_id}")
            return resident_mb(process)


async def measure() -> dict[str, Any]:
    """Starts the service with a tiny model, then with the shipped ones."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tiny = folder / "models"
        tiny.mkdir()
        add_tiny_model(tiny)
        bare_mb = await resident_with(tiny, folder)
        shipped_mb = await resident_with(_SHIPPED_MODELS, folder)
    store = ModelStore(_SHIPPED_MODELS)
    store.reload()
    return {
        "name": "model_memory",
        "value": round(shipped_mb - bare_mb, 1),
        "unit": "MB",
        "goal": f"under {GOAL_MB} MB",
        "detail": {
            "bare_mb": round(bare_mb, 1),
            "shipped_mb": round(shipped_mb, 1),
            "shipped_models": len(store.models()),
            "weights_mb": round(store.memory_bytes / 2**20, 2),
        },
    }


if __name__ == "__main__":
    run(__doc__, measure)
