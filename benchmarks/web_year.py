"""A year of a meter that reads every 6 s on the screen: from pressing "Year" to both charts drawn.

The whole system runs with the built web app behind Envoy, Chromium without a graphics card shows
it. The year is 5.3 million readings, and predictions of four appliances by the minute. `value` is
the median of choosing the year on the open page; `detail` has a fresh load of the page as well.
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np

from nilm.telemetry.v1 import prediction_service_pb2 as prediction_pb
from nilm.telemetry.v1 import prediction_service_pb2_grpc as prediction_grpc
from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as reading_grpc
from nilm_core.timegrid import span_us
from nilm_rpc.channel import connect
from nilm_rpc.convert import to_duration, to_timestamp
from support.browser import make_home, run_in_chromium
from support.report import run
from support.running_system import RunningSystem, running_system

START = datetime(2025, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
PERIOD = timedelta(seconds=6)
CELL = timedelta(minutes=1)
ROWS = 10_000
CELLS = 100_000
APPLIANCES = ("kettle", "dishwasher", "washing_machine", "microwave")
TURNS = 5
ADD_UP_LIMIT_S = 60.0


async def fill(target: str, token: str, building_id: str) -> None:
    """Writes the year: the readings, and what models would say of four appliances."""
    rng = np.random.default_rng(7)
    metadata = (("authorization", f"Bearer {token}"),)
    offsets_us = (np.arange(ROWS, dtype=np.int64) * span_us(PERIOD)).tolist()
    async with connect(target) as channel:
        predictions = prediction_grpc.PredictionServiceStub(channel)
        for number, first in product(range(len(APPLIANCES)), range(0, YEAR // CELL, CELLS)):
            minute = first + np.arange(min(CELLS, YEAR // CELL - first))
            is_on = minute % (251 + 60 * number) < 5 * number + 3
            request = prediction_pb.WritePredictionsRequest(building_id=building_id)
            series = request.series.add(appliance_id=APPLIANCES[number], model_version="1.0.0")
            series.start_time.CopyFrom(to_timestamp(START + first * CELL))
            series.sample_period.CopyFrom(to_duration(CELL))
            series.power_w.extend(np.where(is_on, 2_000.0, 0.0).tolist())
            series.confidence.extend([0.9] * len(minute))
            await predictions.WritePredictions(request, metadata=metadata, timeout=30)
        readings = reading_grpc.ReadingServiceStub(channel)
        for first in range(0, YEAR // PERIOD, ROWS):
            count = min(ROWS, YEAR // PERIOD - first)
            write = reading_pb.WriteReadingsRequest(building_id=building_id)
            write.readings.start_time.CopyFrom(to_timestamp(START + first * PERIOD))
            write.readings.offset_us.extend(offsets_us[:count])
            write.readings.power_w.extend(rng.uniform(50, 4_000, count).tolist())
            await readings.WriteReadings(write, metadata=metadata, timeout=30)


async def until_added_up(system: RunningSystem) -> bool:
    """Waits until the closed days are added up, within a limit; returns whether they are."""
    url = f"http://127.0.0.1:{system.port_of('telemetry_ops')}/metrics"
    deadline = time.perf_counter() + ADD_UP_LIMIT_S
    while time.perf_counter() < deadline:
        lines = (await asyncio.to_thread(urlopen, url, timeout=5)).read().decode().splitlines()
        if any(line == "nilm_telemetry_open_days 0.0" for line in lines):
            return True
        await asyncio.sleep(0.2)
    return False


async def compare(system: RunningSystem) -> dict[str, Any]:
    """Fills the system, then looks at it."""
    home = await make_home(system)
    await fill(f"127.0.0.1:{system.port_of('telemetry')}", home.token, home.building_id)
    is_added_up = await until_added_up(system)
    day = {"day": f"{START + YEAR / 2:%Y-%m-%d}"}
    taken = await run_in_chromium(
        "web_year.mjs", system.url, home.building_id, str(TURNS), told=home.account | day
    )
    chosen_ms, loaded_ms = np.array(taken["chosenMs"]), np.array(taken["loadedMs"])
    return {
        "name": "web_year",
        "value": round(float(np.median(chosen_ms))),
        "unit": "ms",
        "goal": "at most 1,000 ms",
        "detail": {
            "readings": YEAR // PERIOD,
            "slowest_ms": round(float(chosen_ms.max())),
            "fresh_load_p50_ms": round(float(np.median(loaded_ms))),
            "fresh_load_slowest_ms": round(float(loaded_ms.max())),
            "days_added_up": is_added_up,
        },
    }


async def measure() -> dict[str, Any]:
    """Starts a whole system and measures it."""
    settings = {
        "NILM_TELEMETRY_LIMIT_DEFAULT_PER_MINUTE": "0",
        "NILM_INFERENCE_LIVE": "false",  # the predictions are there
    }
    with tempfile.TemporaryDirectory() as folder, running_system(Path(folder), settings) as system:
        return await compare(system)


if __name__ == "__main__":
    run(__doc__, measure)
