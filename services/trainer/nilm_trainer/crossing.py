"""Leave one house out: how good a recipe is in a house that nothing of it has seen.

For each house of a config a model is trained on the others and scored on all of it, with several
seeds. This is what recipes are chosen by; the models that ship are trained on all houses.
"""

import argparse
import hashlib
import json
import logging
import os
import platform
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from nilm_core.errors import FailedPreconditionError, NilmError
from nilm_models.architectures import build_architecture
from nilm_trainer.config import Data, House, TrainConfig, load_config
from nilm_trainer.export import network_shape
from nilm_trainer.household import data_folder
from nilm_trainer.parallel import chosen_device
from nilm_trainer.train import train_config

logger = logging.getLogger(__name__)


def left_out(config: TrainConfig, house: House, seed: int) -> TrainConfig:
    """Returns the config that trains on all houses but one and tests on that one, whole.

    Raises:
        FailedPreconditionError: The config has no other house, or makes its households.
    """
    if config.data.synthetic is not None:
        raise FailedPreconditionError(
            f"{config.name}: its households are made; only measured ones can be left out"
        )
    others = tuple(
        each.model_copy(update={"test_start": None})
        for each in config.data.houses
        if each.recording != house.recording
    )
    if not others:
        raise FailedPreconditionError(f"{config.name}: has no house beside {house.name}")
    data = Data.model_validate(
        config.data.model_dump()
        | {
            "houses": [each.model_dump() for each in others],
            "test_houses": [house.model_copy(update={"test_start": None}).model_dump()],
        }
    )
    return config.model_copy(update={"data": data, "seed": seed})


def cross(
    config: TrainConfig, house: House, seed: int, *, runs_dir: Path, data_dir: Path
) -> dict[str, Any]:
    """Trains once without a house, scores the model there, and returns the figures.

    Raises:
        NilmError: As `nilm_trainer.train.train`.
    """
    began = time.monotonic()
    crossed = left_out(config, house, seed)
    entries = train_config(
        crossed, models_dir=runs_dir / "models", runs_dir=runs_dir, data_dir=data_dir
    )
    network = build_architecture(*network_shape(config))
    names = ("f1", "mae_w", "sae", "ece", "always_off_mae_w", "minutes")
    return {
        "architecture": config.architecture.name,
        "config": config.name,
        "test_house": house.name,
        "seed": seed,
        "appliances": {
            entry.appliance_id: {name: entry.metrics.get(name) for name in names}
            for entry in entries
        },
        "weights": sum(each.numel() for each in network.parameters()),
        "input_window_size": network.input_window_size,
        "training_s": round(time.monotonic() - began),
        "device": chosen_device(config.optimiser.device).type,
        "machine": f"{platform.machine()}, torch {torch.__version__}",
        "measured": datetime.now(UTC).date().isoformat(),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Crosses the houses of configs from the command line; returns the exit code.

    A result that is there already for the same config is not measured again.
    """
    parser = argparse.ArgumentParser(prog="nilm_trainer.crossing", description=__doc__)
    parser.add_argument("configs", nargs="+", type=Path, help="YAML files of two houses or more")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--results", type=Path, default=Path("benchmarks/results/accuracy"))
    parser.add_argument("--runs", type=Path, default=Path("runs/crossing"))
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        _refuse_torchrun()
        chosen.results.mkdir(parents=True, exist_ok=True)
        for seed in chosen.seeds:
            for path in chosen.configs:
                config = load_config(path)
                for house in config.data.houses:
                    _cross_once(config, house, seed, chosen.results, chosen.runs)
    except NilmError as error:
        sys.stderr.write(f"error: {error.message}\n")
        return 1
    return 0


def _refuse_torchrun() -> None:
    """Refuses to run as several processes, of which all but the first have no figures."""
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise FailedPreconditionError(
            "crossing runs as one process; start it with python -m, not with torchrun"
        )


def _cross_once(
    config: TrainConfig, house: House, seed: int, results: Path, runs_dir: Path
) -> None:
    told = left_out(config, house, seed).model_dump_json(exclude={"choice", "model_version"})
    recipe = hashlib.sha256(told.encode()).hexdigest()
    house_name = house.name.lower().replace(" ", "_")
    path = results / f"{config.name}-without_{house_name}-{seed}.json"
    if path.exists() and json.loads(path.read_text(encoding="utf-8"))["recipe"] == recipe[:16]:
        logger.info("%s: is there already", path.name)
        return
    figures = cross(config, house, seed, runs_dir=runs_dir, data_dir=data_folder())
    text = json.dumps({**figures, "recipe": recipe[:16]}, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
    logger.info("%s: %s", path.name, json.dumps(figures["appliances"]))


if __name__ == "__main__":
    sys.exit(main())
