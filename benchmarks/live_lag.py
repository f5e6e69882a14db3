"""p95 of the time from a reading to the persisted predictions that it closes a minute for.

200 buildings send a reading every 10 s each, evenly spread and one call a reading. A minute of a
building is closed by its first reading after it; it counts as predicted once telemetry tells so of
every model that runs, looked at every 0.25 s. The models are those that are shipped.
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from nilm_inference.engine.threads import torch_threads
from support.inference_stack import SHIPPED_MODELS, InferenceStack, inference_stack
from support.live_buildings import LiveBuildings, live_buildings
from support.report import run

BUILDINGS = 200
READING_PERIOD = timedelta(seconds=10)
CELL = timedelta(minutes=1)
HISTORY_READINGS = 2_340
"""Of each building before: more than the widest window and what is predicted again."""
CATCH_UP = timedelta(seconds=60)
"""Longest that the histories may take."""
MINUTES = 2
GOAL_S = 5.0
SERVICES = ("auth", "telemetry", "inference")


async def measure() -> dict[str, Any]:
    """Lets the live loop follow the buildings, then says how far behind it was."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"MODELS_DIR": str(SHIPPED_MODELS)}
        async with inference_stack(Path(folder), torch_threads(), settings) as stack:
            secret = (Path(folder) / "secret").read_text()
            async with live_buildings(stack, BUILDINGS, secret) as homes:
                catch_up_s = await _catch_up(homes)
                before = _processor_s(stack)
                started = time.perf_counter()
                by_minute = await _follow(homes)
                followed_s = time.perf_counter() - started
                after = _processor_s(stack)
    lags_s = [lag_s for each in by_minute for lag_s in each]
    p95_s = float(np.percentile(lags_s, 95))
    late_count = sum(lag_s >= CELL.total_seconds() for lag_s in lags_s)
    return {
        "name": "live_lag",
        "value": round(p95_s, 2),
        "unit": "s",
        "goal": f"p95 under {GOAL_S:g} s, no backlog",
        "met": p95_s < GOAL_S and not late_count,
        "detail": {
            "buildings": BUILDINGS,
            "p50_s": round(float(np.percentile(lags_s, 50)), 2),
            "longest_s": round(max(lags_s), 2),
            "p95_of_the_last_minute_s": round(float(np.percentile(by_minute[-1], 95)), 2),
            "minutes_counted": len(lags_s),
            "minutes_not_predicted_when_the_next_closed": late_count,
            "history_predicted_in_s": round(catch_up_s, 1),
            **{
                f"cores_of_{name}": round((after[name] - before[name]) / followed_s, 2)
                for name in after
            },
        },
    }


async def _catch_up(homes: LiveBuildings) -> float:
    """Gives each building a history; returns the time until all of it is predicted, s."""
    now = datetime.now(UTC)
    for building_id in homes.building_ids:
        await homes.write(building_id, now, READING_PERIOD, HISTORY_READINGS)
    started = time.perf_counter()
    seen_s = await homes.predicted(_cell_start(now), patience=CATCH_UP)
    assert len(seen_s) == BUILDINGS, f"only {len(seen_s)} histories predicted in {CATCH_UP}"
    return time.perf_counter() - started


async def _follow(homes: LiveBuildings) -> list[list[float]]:
    """Returns the lags of each minute, s."""
    first = _cell_start(datetime.now(UTC)) + CELL
    ends = [first + number * CELL for number in range(MINUTES)]
    sending = asyncio.create_task(homes.send(READING_PERIOD))
    try:
        return [await homes.lags(end, patience=READING_PERIOD + CELL) for end in ends]
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


def _processor_s(stack: InferenceStack) -> dict[str, float]:
    """Returns the processor time of each service and of this process, s."""
    processes = dict(zip(SERVICES, stack.services, strict=True)) | {"benchmark": psutil.Process()}
    times = {name: process.cpu_times() for name, process in processes.items()}
    return {name: each.user + each.system for name, each in times.items()}


def _cell_start(time_: datetime) -> datetime:
    return time_.replace(second=0, microsecond=0)


if __name__ == "__main__":
    run(__doc__, measure)
