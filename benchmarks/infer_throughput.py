"""Windows/s by Infer at 64 callers over torch alone at its best batch size.

Both are measured by turns in one run, with the same threads; every prediction that counts is
durable in telemetry. The goal speaks of the paper's network (window 599, 30 million weights). Torch
alone is the network in torch's own layers; beside it is told what the engine alone does with it.
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as inference itself has it

import numpy as np
import numpy.typing as npt
import torch

from nilm_inference.engine.threads import torch_threads
from nilm_models.bundle import LoadedModel
from nilm_models.dense import evaluate_windows
from support.bare_torch import bare
from support.infer_load import closed_loop
from support.inference_stack import CLASSIC, SHIPPED, InferenceStack, inference_stack

Float32Array = npt.NDArray[np.float32]

CALLERS = 64
ROUNDS = 3
SERVICE_S = 2.5
ALONE_S = 1.2
BATCH_SIZES = (32, 64, 128)


def rate(evaluate: Callable[[Float32Array], object], windows_w: Float32Array, s: float) -> float:
    """Returns windows/s of one batch evaluated again and again for some seconds."""
    evaluate(windows_w)
    count, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < s:
        evaluate(windows_w)
        count += len(windows_w)
    return count / elapsed


def torch_alone(model: LoadedModel) -> Callable[[Float32Array], object]:
    """Returns what runs a model's network in torch's own layers, and nothing else."""
    network = bare(model.network)

    def evaluate(windows: Float32Array) -> torch.Tensor:
        with torch.inference_mode():
            answers: torch.Tensor = network(torch.from_numpy(windows)[:, None])
        return answers

    return evaluate


async def compare(stack: InferenceStack, appliance_id: str, rounds: int) -> dict[str, float]:
    """Measures both by turns; the ratio is that of the medians."""
    model = stack.model(appliance_id)
    alone = torch_alone(model)
    rng = np.random.default_rng(1)
    batches = {
        size: rng.uniform(50.0, 3_000.0, (size, model.entry.input_window_size)).astype(np.float32)
        for size in BATCH_SIZES
    }
    by_size = {size: rate(alone, windows_w, 0.8) for size, windows_w in batches.items()}
    best = max(by_size, key=by_size.__getitem__)
    alone_rates, engine_rates, served_rates = [], [], []
    for _ in range(rounds):
        alone_rates.append(rate(alone, batches[best], ALONE_S))
        engine_rates.append(rate(partial(evaluate_windows, model), batches[best], ALONE_S))
        served_rates.append(await closed_loop(stack, appliance_id, CALLERS, SERVICE_S))
    ratio = statistics.median(served_rates) / statistics.median(alone_rates)
    return {
        "ratio": round(ratio, 3),
        "served_per_s": round(statistics.median(served_rates), 1),
        "alone_per_s": round(statistics.median(alone_rates), 1),
        "alone_batch_size": best,
        "engine_alone_per_s": round(statistics.median(engine_rates), 1),
    }


async def measure() -> dict[str, Any]:
    """Measures the classic network, then the shipped kettle model."""
    threads = torch_threads()
    torch.set_num_threads(threads)
    with tempfile.TemporaryDirectory() as folder:
        async with inference_stack(Path(folder), threads) as stack:
            classic = await compare(stack, CLASSIC, ROUNDS)
            shipped = await compare(stack, SHIPPED, 1)
            resident_mb = stack.process.memory_info().rss / 2**20
    return {
        "name": "infer_throughput",
        "value": classic["ratio"],
        "unit": "ratio",
        "goal": "at least 0.85",
        "met": classic["ratio"] >= 0.85,
        "detail": {
            "callers": CALLERS,
            "threads": threads,
            "classic": classic,
            "shipped_kettle": shipped,
            "inference_resident_mb": round(resident_mb),
        },
    }


def main() -> None:
    """Prints the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    indent = None if parser.parse_args().json else 2
    print(json.dumps(asyncio.run(measure()), indent=indent))


if __name__ == "__main__":
    main()
