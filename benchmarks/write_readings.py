"""Durable readings a second through gRPC, over what DuckDB itself takes from the same rows.

Both write batches of 1,000 rows, by turns in one run. The service is another process and answers a
batch once it is committed; alone, DuckDB commits each batch, into a table without a key, which is
the fastest that it can.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from nilm.telemetry.v1 import reading_pb2
from nilm.telemetry.v1 import reading_service_pb2 as pb
from nilm_core.timegrid import from_us
from nilm_rpc.convert import to_timestamp
from support.processes import resident_mb
from support.report import milliseconds, run
from support.telemetry_stack import WRITE, TelemetryStack, telemetry_stack

ROWS = 1_000
CALLERS = 16
TURNS = 5
BATCHES_A_TURN = 40
"""For each caller."""
PERIOD_US = 6_000_000
START_US = 1_640_995_200_000_000  # 2022-01-01


def columns(batch: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the times and powers of one batch; each goes on where the one before it ended."""
    start_us = START_US + batch * ROWS * PERIOD_US
    times_us = start_us + PERIOD_US * np.arange(ROWS, dtype=np.int64)
    return times_us, np.random.default_rng(batch).uniform(0, 4_000, ROWS).astype(np.float32)


def encoded(stack: TelemetryStack, meter_id: str, batch: int) -> bytes:
    """Returns a batch as the bytes of a request."""
    times_us, power_w = columns(batch)
    readings = reading_pb2.ReadingColumns(
        start_time=to_timestamp(from_us(int(times_us[0]))),
        offset_us=(times_us - times_us[0]).tolist(),
        power_w=power_w.tolist(),
    )
    request = pb.WriteReadingsRequest(
        building_id=stack.building_id, meter_id=meter_id, readings=readings
    )
    return request.SerializeToString()


async def through_grpc(stack: TelemetryStack, turn: int, durations_s: list[float]) -> float:
    """Writes a turn's batches, a meter for each caller; returns the seconds that it took."""
    call = stack.raw_call(WRITE)
    first = turn * BATCHES_A_TURN
    requests = [
        [encoded(stack, meter_id, first + batch) for batch in range(BATCHES_A_TURN)]
        for meter_id in stack.meter_ids
    ]

    async def write(batches: list[bytes]) -> None:
        for batch in batches:
            started = time.perf_counter()
            answer = await call(batch, metadata=stack.metadata, timeout=30)
            durations_s.append(time.perf_counter() - started)
            assert pb.WriteReadingsResponse.FromString(answer).accepted_count == ROWS

    started = time.perf_counter()
    await asyncio.gather(*(write(batches) for batches in requests))
    return time.perf_counter() - started


def alone(connection: duckdb.DuckDBPyConnection, turn: int) -> float:
    """Writes the same rows by DuckDB alone; returns the seconds that it took."""
    first = turn * BATCHES_A_TURN
    batches = [
        {"series_key": np.full(ROWS, key, np.int32), "time_us": times_us, "power_w": power_w}
        for times_us, power_w in map(columns, range(first, first + BATCHES_A_TURN))
        for key in range(CALLERS)
    ]
    started = time.perf_counter()
    for batch in batches:
        connection.register("batch", batch)
        connection.execute("INSERT INTO reading SELECT * FROM batch")
        connection.unregister("batch")
    return time.perf_counter() - started


async def measure() -> dict[str, Any]:
    """Measures both by turns."""
    durations_s: list[float] = []
    served_s = alone_s = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        connection = duckdb.connect(str(folder / "alone.duckdb"), config={"threads": 2})
        connection.execute(
            "CREATE TABLE reading (series_key INTEGER, time_us BIGINT, power_w FLOAT)"
        )
        async with telemetry_stack(folder, CALLERS) as stack:
            idle_mb = resident_mb(stack.process)
            for turn in range(TURNS):
                served_s += await through_grpc(stack, turn, durations_s)
                alone_s += alone(connection, turn)
            written = connection.execute("SELECT count(*) FROM reading").fetchone()
            assert written == (TURNS * BATCHES_A_TURN * CALLERS * ROWS,)
            busy_mb = resident_mb(stack.process)
        connection.close()
    rows = TURNS * BATCHES_A_TURN * CALLERS * ROWS
    return {
        "name": "write_readings",
        "value": round(alone_s / served_s, 3),
        "unit": "ratio",
        "goal": "at least 0.5, and at least 100,000 readings/s",
        "met": alone_s / served_s >= 0.5 and rows / served_s >= 100_000,
        "detail": {
            "readings_per_s": round(rows / served_s),
            "alone_readings_per_s": round(rows / alone_s),
            "callers": CALLERS,
            "p50_ms": milliseconds(durations_s, 50),
            "p95_ms": milliseconds(durations_s, 95),
            "idle_resident_mb": round(idle_mb),
            "resident_mb": round(busy_mb),
        },
    }


if __name__ == "__main__":
    run(__doc__, measure)
