"""A run's state on disk, replaced whole after each epoch, so that a killed run goes on.

Tensors are kept as safetensors and the rest as JSON in its header: no pickle is read back.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from nilm_core.errors import DataCorruptionError

CHECKPOINT_NAME = "checkpoint.safetensors"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a run between two epochs."""

    tensors: dict[str, Tensor]
    """Weights and optimiser slots."""
    facts: dict[str, Any]
    """Counters and scores, as JSON values."""


def save_checkpoint(run_dir: Path, checkpoint: Checkpoint) -> None:
    """Writes the checkpoint of a run, atomically."""
    tensors = {name: value.contiguous() for name, value in checkpoint.tensors.items()}
    content = safetensors.torch.save(tensors, {"facts": json.dumps(checkpoint.facts)})
    path = run_dir / CHECKPOINT_NAME
    beside = path.with_suffix(".partial")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load_checkpoint(run_dir: Path) -> Checkpoint | None:
    """Reads the checkpoint of a run, or None where it has none yet.

    Raises:
        DataCorruptionError: The file is damaged.
    """
    path = run_dir / CHECKPOINT_NAME
    if not path.exists():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
            facts = json.loads((file.metadata() or {})["facts"])
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise DataCorruptionError(
            f"{path}: damaged ({error}); delete it to start the run anew"
        ) from error
    return Checkpoint(tensors, facts)
