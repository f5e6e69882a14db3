"""p95 of Infer by one caller over torch alone for that one window.

Both are measured by turns in one run, with the same threads; every prediction that counts is
durable in telemetry. The goal speaks of the paper's network (window 599, 30 million weights).
"""

import argparse
import asyncio
import json
import os
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
from support.inference_stack import CLASSIC, SHIPPED, InferenceStack, inference_stack

TURNS = 8
CALLS_A_TURN = 20


def alone(model: LoadedModel, count: int) -> list[float]:
    """Returns the seconds that torch alone takes for one window, `count` times."""
    window_w = np.random.default_rng(1).uniform(50.0, 3_000.0, (1, model.entry.input_window_size))
    window_w = window_w.astype(np.float32)
    evaluate_windows(model, window_w)
    durations_s = []
    for _ in range(count):
        started = time.perf_counter()
        evaluate_windows(model, window_w)
        durations_s.append(time.perf_counter() - started)
    return durations_s


async def served(stack: InferenceStack, appliance_id: str, count: int) -> list[float]:
    """Returns the seconds that Infer takes by one caller, `count` times."""
    caller = stack.caller(appliance_id)
    await caller.infer()
    durations_s = []
    for _ in range(count):
        started = time.perf_counter()
        answer = await caller.infer()
        durations_s.append(time.perf_counter() - started)
        assert answer.persisted
    return durations_s


async def compare(stack: InferenceStack, appliance_id: str) -> dict[str, float]:
    """Measures both by turns."""
    model = stack.model(appliance_id)
    alone_s: list[float] = []
    served_s: list[float] = []
    for _ in range(TURNS):
        alone_s += alone(model, CALLS_A_TURN)
        served_s += await served(stack, appliance_id, CALLS_A_TURN)
    figures = {}
    for name, durations_s in (("served", served_s), ("alone", alone_s)):
        for percentile in (50, 95):
            milliseconds = float(np.percentile(durations_s, percentile)) * 1_000
            figures[f"{name}_p{percentile}_ms"] = round(milliseconds, 2)
    return {"ratio": round(figures["served_p95_ms"] / figures["alone_p95_ms"], 3), **figures}


async def measure() -> dict[str, Any]:
    """Measures the classic network, then the shipped kettle model."""
    threads = torch_threads()
    torch.set_num_threads(threads)
    with tempfile.TemporaryDirectory() as folder:
        async with inference_stack(Path(folder), threads) as stack:
            classic = await compare(stack, CLASSIC)
            shipped = await compare(stack, SHIPPED)
    return {
        "name": "infer_latency",
        "value": classic["ratio"],
        "unit": "ratio",
        "goal": "at most 2, and p95 under 30 ms",
        "met": classic["ratio"] <= 2 and classic["served_p95_ms"] < 30,
        "detail": {"threads": threads, "classic": classic, "shipped_kettle": shipped},
    }


def main() -> None:
    """Prints the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    indent = None if parser.parse_args().json else 2
    print(json.dumps(asyncio.run(measure()), indent=indent))


if __name__ == "__main__":
    main()
