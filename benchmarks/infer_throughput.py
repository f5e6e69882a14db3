"""Windows/s by Infer at 64 callers over torch alone at its best batch size.

Both are measured by turns in one run, with the same threads; every prediction that counts is
durable in telemetry. The goal speaks of the paper's network (window 599, 30 million weights).
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as inference itself has it

import numpy as np
import torch

from nilm_inference.engine.threads import torch_threads
from nilm_models.bundle import LoadedModel
from nilm_models.dense import evaluate_windows
from support.infer_load import closed_loop
from support.inference_stack import CLASSIC, SHIPPED, InferenceStack, inference_stack

CALLERS = 64
ROUNDS = 3
SERVICE_S = 2.5
ALONE_S = 1.2
BATCH_SIZES = (32, 64, 128)


def alone(model: LoadedModel, batch_size: int, duration_s: float) -> float:
    """Returns windows/s of torch alone."""
    rng = np.random.default_rng(1)
    windows_w = rng.uniform(50.0, 3_000.0, (batch_size, model.entry.input_window_size))
    windows_w = windows_w.astype(np.float32)
    evaluate_windows(model, windows_w)
    count, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < duration_s:
        evaluate_windows(model, windows_w)
        count += batch_size
    return count / elapsed


async def compare(stack: InferenceStack, appliance_id: str, rounds: int) -> dict[str, float]:
    """Measures both by turns; the ratio is that of the medians."""
    model = stack.model(appliance_id)
    by_size = {size: alone(model, size, 0.8) for size in BATCH_SIZES}
    best = max(by_size, key=lambda size: by_size[size])
    alone_rates, served_rates = [], []
    for _ in range(rounds):
        alone_rates.append(alone(model, best, ALONE_S))
        served_rates.append(await closed_loop(stack, appliance_id, CALLERS, SERVICE_S))
    ratio = statistics.median(served_rates) / statistics.median(alone_rates)
    return {
        "ratio": round(ratio, 3),
        "served_per_s": round(statistics.median(served_rates), 1),
        "alone_per_s": round(statistics.median(alone_rates), 1),
        "alone_batch_size": best,
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
