"""Windows/s of a month evaluated densely over those of batches of windows, by the same weights.

Each architecture with its default parameters, by turns in one run and on the same threads; `cnn` is
then the paper's network of 30 million weights. Beside them the networks of the trainer's
configurations, which have no goal. Sliding windows are measured on some hundreds of a month's
windows, in torch's own layers; beside that is told what the engine does with single windows. How
far both answers are apart is told on windows all over the month.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as inference itself has it

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from nilm_inference.engine.threads import torch_threads
from nilm_models.architectures import Disaggregator, architecture_names, build_architecture
from nilm_models.dense import dense_outputs
from nilm_models.wide_layers import pack
from nilm_models.windows import pad_half_window
from nilm_trainer.config import load_config
from nilm_trainer.export import network_shape
from support.bare_torch import bare
from support.report import run

Float32Array = npt.NDArray[np.float32]

GOALS = {"cnn": 80, "unet": 50}
GOAL_OF_OTHERS = 10
MONTH_S = 30 * 24 * 3_600
PERIOD_S = 60
BATCH_SIZES = (32, 128)
ROUNDS = 3
SLIDING_S = 1.0
COMPARED_WINDOWS = 128
_CONFIGS = Path(__file__).parents[1] / "services" / "trainer" / "configs"


@dataclass(frozen=True)
class Case:
    """A network to measure."""

    name: str
    architecture: str
    network: Disaggregator
    period_s: int
    goal: int | None


def cases() -> Iterator[Case]:
    """Gives each architecture as it is by default, then each network that the trainer makes."""
    for name in architecture_names():
        yield Case(name, name, _built(name, {}), PERIOD_S, GOALS.get(name, GOAL_OF_OTHERS))
    known = set()
    for path in sorted(_CONFIGS.glob("*.yaml")):
        config = load_config(path)
        architecture, params = network_shape(config)
        if (architecture, repr(params)) in known or path.stem == "smoke":
            continue
        known.add((architecture, repr(params)))
        network = _built(architecture, params)
        yield Case(path.name, architecture, network, config.sample_period_s, None)


def _built(architecture: str, params: dict[str, Any]) -> Disaggregator:
    torch.manual_seed(1)
    return build_architecture(architecture, params).eval().requires_grad_(requires_grad=False)


def made_mains(samples: int) -> Float32Array:
    """Returns normalised mains: a quiet base and runs of some minutes up to 3 kW."""
    rng = np.random.default_rng(1)
    mains = rng.normal(-0.4, 0.1, samples).astype(np.float32)
    for first in rng.integers(0, samples, samples // 60):
        mains[first : first + rng.integers(2, 30)] += np.float32(rng.uniform(0.5, 4.0))
    return mains


def sliding(network: nn.Module, windows: Float32Array) -> Float32Array:
    """Returns what a network says of windows (B, W), shape (2 A, B)."""
    with torch.inference_mode():
        answers: Float32Array = network(torch.from_numpy(windows)[:, None]).numpy()[:, :, 0].T
    return answers


def rate(work: Callable[[], object], count: int, duration_s: float) -> float:
    """Returns how many of `count` a run are done a second, over one run at least."""
    runs, started = 0, time.perf_counter()
    while True:
        work()
        runs += 1
        elapsed = time.perf_counter() - started
        if elapsed >= duration_s:
            return count * runs / elapsed


def measured(case: Case) -> dict[str, Any]:
    """Measures one network."""
    network, rounds = case.network, ROUNDS if case.goal else 1
    plain = bare(network)
    pack(network)
    window = network.input_window_size
    mains = made_mains(MONTH_S // case.period_s)
    windows = np.lib.stride_tricks.sliding_window_view(pad_half_window(mains, window), window)
    rng = np.random.default_rng(2)

    def batch(size: int) -> Float32Array:
        return np.ascontiguousarray(windows[rng.integers(0, len(windows), size)])

    dense = dense_outputs(network, mains)
    batches = {size: batch(size) for size in BATCH_SIZES}
    for each in batches.values():
        sliding(plain, each)
    by_size = {
        size: rate(lambda each=each: sliding(plain, each), size, SLIDING_S / 2)
        for size, each in batches.items()
    }
    best = max(by_size, key=by_size.__getitem__)
    sliding_rates, dense_rates = [], []
    for _ in range(rounds):
        sliding_rates.append(rate(lambda: sliding(plain, batches[best]), best, SLIDING_S))
        dense_rates.append(rate(lambda: dense_outputs(network, mains), mains.size, 0.0))
    sliding_per_s, dense_per_s = map(statistics.median, (sliding_rates, dense_rates))
    alone = batch(1)
    return {
        "architecture": case.architecture,
        "weights": sum(each.numel() for each in network.parameters()),
        "window": window,
        "ratio": round(dense_per_s / sliding_per_s, 1),
        "goal": case.goal,
        "dense_per_s": round(dense_per_s),
        "sliding_per_s": round(sliding_per_s, 1),
        "sliding_batch_size": best,
        "windows_per_s": round(rate(lambda: sliding(network, batches[best]), best, SLIDING_S), 1),
        "window_ms": round(1_000 / rate(lambda: sliding(network, alone), 1, SLIDING_S / 2), 3),
        "month_s": round(mains.size / dense_per_s, 3),
        "greatest_difference": greatest_difference(network, dense, windows),
    }


def greatest_difference(
    network: Disaggregator, dense: Float32Array, windows: Float32Array
) -> float:
    """Returns how far dense and windowed outputs are apart, over each output's full scale."""
    places = np.linspace(0, len(windows) - 1, COMPARED_WINDOWS).astype(int)
    alone = sliding(network, np.ascontiguousarray(windows[places]))
    full_scale = np.abs(dense).max(axis=1, keepdims=True)
    return float((np.abs(dense[:, places] - alone) / full_scale).max())


async def measure() -> dict[str, Any]:
    """Measures all networks, one after the other."""
    torch.set_num_threads(torch_threads())
    networks = {case.name: measured(case) for case in cases()}
    with_goal = [each for each in networks.values() if each["goal"]]
    others = ", ".join(f"{goal} for {name}" for name, goal in GOALS.items() if name != "cnn")
    return {
        "name": "dense_disaggregation",
        "value": networks["cnn"]["ratio"],
        "unit": "ratio",
        "goal": f"at least {GOALS['cnn']}; {others}, {GOAL_OF_OTHERS} for each other architecture",
        "met": all(each["ratio"] >= each["goal"] for each in with_goal),
        "detail": {"threads": torch_threads(), "networks": networks},
    }


if __name__ == "__main__":
    run(__doc__, measure)
