"""p99 of Infer at 80 % of its highest throughput over its p50 without load.

Calls come by chance at that rate, and each is counted from when it was due; every prediction that
counts is durable in telemetry. The goal speaks of the paper's network (window 599, 30 million
weights).
"""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as inference itself has it

from nilm_inference.engine.threads import torch_threads
from support.infer_load import closed_loop, open_loop
from support.inference_stack import CLASSIC, SHIPPED, InferenceStack, inference_stack
from support.report import milliseconds, run

CALLERS = (64, 128)
LOAD = 0.8
UNLOADED_CALLS = 60
HIGHEST_S = 4.0
LOADED_S = 12.0


async def unloaded(stack: InferenceStack, appliance_id: str) -> list[float]:
    """Returns the seconds that each call takes while nobody else calls."""
    caller = stack.caller(appliance_id)
    await caller.infer()
    durations_s = []
    for _ in range(UNLOADED_CALLS):
        started = time.perf_counter()
        answer = await caller.infer()
        durations_s.append(time.perf_counter() - started)
        assert answer.persisted
    return durations_s


async def compare(stack: InferenceStack, appliance_id: str) -> dict[str, float]:
    """Measures without load, at the highest throughput, and at a part of it."""
    p50_ms = milliseconds(await unloaded(stack, appliance_id), 50)
    highest = max([await closed_loop(stack, appliance_id, count, HIGHEST_S) for count in CALLERS])
    loaded_s = await open_loop(stack, appliance_id, LOAD * highest, LOADED_S)
    p99_ms = milliseconds(loaded_s, 99)
    return {
        "ratio": round(p99_ms / p50_ms, 2),
        "unloaded_p50_ms": p50_ms,
        "loaded_p50_ms": milliseconds(loaded_s, 50),
        "loaded_p99_ms": p99_ms,
        "highest_per_s": round(highest, 1),
        "loaded_calls": len(loaded_s),
    }


async def measure() -> dict[str, Any]:
    """Measures the classic network, then the shipped kettle model."""
    threads = torch_threads()
    with tempfile.TemporaryDirectory() as folder:
        async with inference_stack(Path(folder), threads) as stack:
            classic = await compare(stack, CLASSIC)
            shipped = await compare(stack, SHIPPED)
    return {
        "name": "infer_p99_under_load",
        "value": classic["ratio"],
        "unit": "ratio",
        "goal": "at most 6",
        "met": classic["ratio"] <= 6,
        "detail": {
            "threads": threads,
            "load": LOAD,
            "classic": classic,
            "shipped_kettle": shipped,
        },
    }


if __name__ == "__main__":
    run(__doc__, measure)
