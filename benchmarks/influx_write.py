"""Readings a second through the InfluxDB adapter, into a stand-in that only counts bytes.

What the adapter itself costs: checks, batches, line protocol, gzip and HTTP. What a real InfluxDB
takes is another figure, and is not in this one.
"""

import asyncio
import gzip
import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import psutil

from nilm_core.access import MeterKind
from nilm_telemetry.adapters.influxdb.config import InfluxConfig
from nilm_telemetry.adapters.influxdb.stores import InfluxStores
from nilm_telemetry.domain.readings import MeterSeries, Readings
from support.report import milliseconds, run

CALLERS = 32
ROWS = 1_000
WARM_UP_S = 1.0
MEASURE_S = 10.0
PERIOD_US = 6_000_000
START_US = 1_704_067_200_000_000  # 2024-01-01
POWER_W = np.random.default_rng(0).uniform(0, 4_000, ROWS).astype(np.float32)


async def caller(stores: InfluxStores, number: int, stop: float) -> list[tuple[float, float]]:
    """Writes one batch after the other; returns when each began and how long it took, s."""
    series = MeterSeries("bld_bench", f"mtr_{number}", MeterKind.MAINS)
    times: list[tuple[float, float]] = []
    for batch in itertools.count():
        started = time.perf_counter()
        if started >= stop:
            return times
        first_us = START_US + batch * ROWS * PERIOD_US
        readings = Readings(first_us + PERIOD_US * np.arange(ROWS, dtype=np.int64), POWER_W)
        await stores.readings.write(series, readings)
        times.append((started, time.perf_counter() - started))
    return times


async def measure() -> dict[str, Any]:
    """Measures after a warm-up."""
    with counting_server() as url:
        async with InfluxStores(InfluxConfig(url, "bench", "bench")) as stores:
            begin = time.perf_counter() + WARM_UP_S
            times = await asyncio.gather(
                *(caller(stores, number, begin + MEASURE_S) for number in range(CALLERS))
            )
        async with aiohttp.ClientSession(url) as session:
            counts = await (await session.get("/counts")).json()
            last = gzip.decompress(await (await session.get("/last")).read())
    assert last.startswith(b"reading,building_id=bld_bench,meter_id=mtr_")
    assert last.count(b"\n") % ROWS == 0
    durations_s = [taken for one in times for started, taken in one if started >= begin]
    written = sum(len(one) for one in times) * ROWS
    return {
        "name": "influx_write",
        "value": round(len(durations_s) * ROWS / MEASURE_S),
        "unit": "readings/s",
        "goal": "at least 150,000/s",
        "detail": {
            "callers": CALLERS,
            "rows_a_write": ROWS,
            "p50_ms": milliseconds(durations_s, 50),
            "p95_ms": milliseconds(durations_s, 95),
            "rows_a_request": round(written / counts["requests"]),
            "bytes_a_reading": round(counts["bytes"] / written, 2),
            "resident_mb": round(psutil.Process().memory_info().rss / (1 << 20)),
        },
    }


@contextmanager
def counting_server() -> Iterator[str]:
    """Runs the stand-in in a process of its own and gives its URL."""
    script = Path(__file__).parent / "support" / "byte_counter.py"
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    run(__doc__, measure)
