"""A year at 6 s into 2,000 buckets through gRPC, over the bare SQL on the same rows.

p95 of both, by turns in one run. The bare SQL runs on a copy of the service's own data file, with
as many threads. The service adds closed days up in the background and uses the sums where buckets
are coarse enough. That is how a year is queried in practice, so `value` is measured once they are
there; `detail` has the figures of a week as well, whose buckets are too fine for the sums, so that
the service counts the rows as the bare SQL does.
"""

import asyncio
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from nilm.telemetry.v1 import reading_pb2
from nilm.telemetry.v1 import reading_service_pb2 as pb
from nilm_core.timegrid import span_us, to_us
from nilm_rpc.convert import to_timestamp
from support.processes import resident_mb
from support.report import milliseconds, run
from support.telemetry_stack import QUERY, WRITE, TelemetryStack, telemetry_stack

START = datetime(2023, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
END = START + YEAR
PERIOD = timedelta(seconds=6)
READINGS = YEAR // PERIOD
MAX_POINTS = 2_000
WEEK = timedelta(days=7)
ROWS = 10_000
TURNS = 40
WEEK_TURNS = 10
ADD_UP_LIMIT_S = 12.0
SQL = """
SELECT time_us // ? AS bucket, min(power_w), max(power_w), avg(power_w), count(*)
FROM reading WHERE series_key = ? AND time_us >= ? AND time_us < ?
GROUP BY bucket ORDER BY bucket
"""


async def fill(stack: TelemetryStack) -> None:
    """Writes the year."""
    rng = np.random.default_rng(7)
    period_us = span_us(PERIOD)
    offsets = (np.arange(ROWS, dtype=np.int64) * period_us).tolist()
    for first in range(0, READINGS, ROWS):
        count = min(ROWS, READINGS - first)
        readings = reading_pb2.ReadingColumns(
            start_time=to_timestamp(START + first * PERIOD),
            offset_us=offsets[:count],
            power_w=rng.uniform(50, 4_000, count).astype(np.float32).tolist(),
        )
        request = pb.WriteReadingsRequest(building_id=stack.building_id, readings=readings)
        await stack.call(WRITE, request.SerializeToString())


async def query(stack: TelemetryStack, span: timedelta) -> tuple[float, pb.QueryReadingsResponse]:
    """Queries the last `span` of the year; returns the seconds it took, and the answer."""
    request = pb.QueryReadingsRequest(
        building_id=stack.building_id,
        start_time=to_timestamp(END - span),
        end_time=to_timestamp(END),
        max_points=MAX_POINTS,
    )
    started = time.perf_counter()
    answer = pb.QueryReadingsResponse.FromString(
        await stack.call(QUERY, request.SerializeToString())
    )
    return time.perf_counter() - started, answer


def bare(
    connection: duckdb.DuckDBPyConnection, span: timedelta, step: timedelta
) -> tuple[float, dict[str, np.ndarray]]:
    """Runs the same query as bare SQL; returns the seconds it took, and its columns."""
    parameters = [span_us(step), 1, to_us(END - span), to_us(END)]
    started = time.perf_counter()
    columns = connection.execute(SQL, parameters).fetchnumpy()
    return time.perf_counter() - started, columns


async def compare(
    stack: TelemetryStack, connection: duckdb.DuckDBPyConnection, span: timedelta, turns: int
) -> tuple[list[float], list[float]]:
    """Measures both by turns, and checks that they answer the same."""
    served_s, bare_s = [], []
    for _ in range(turns):
        taken_s, answer = await query(stack, span)
        served_s.append(taken_s)
        step = answer.buckets.bucket_period.ToTimedelta()
        taken_s, columns = bare(connection, span, step)
        bare_s.append(taken_s)
        names = ("min_w", "max_w", "mean_w", "count")
        for name, column in zip(names, list(columns.values())[1:], strict=True):
            np.testing.assert_allclose(getattr(answer.buckets, name), column, rtol=1e-5)
    return served_s, bare_s


async def added_up(stack: TelemetryStack) -> bool:
    """Waits until the closed days are added up, within a limit; returns whether they are."""
    deadline = time.perf_counter() + ADD_UP_LIMIT_S
    while time.perf_counter() < deadline:
        if await asyncio.to_thread(stack.metric, "nilm_telemetry_open_days") == 0:
            return True
        await asyncio.sleep(0.2)
    return False


async def measure() -> dict[str, Any]:
    """Writes the year, then measures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with telemetry_stack(folder, 1) as stack:
            await fill(stack)
            copy = folder / "copy.duckdb"
            for end in ("", ".wal"):
                shutil.copy(folder / f"telemetry.duckdb{end}", f"{copy}{end}")
            connection = duckdb.connect(str(copy), config={"threads": 2})
            is_added_up = await added_up(stack)
            served_s, bare_s = await compare(stack, connection, YEAR, TURNS)
            week_s, bare_week_s = await compare(stack, connection, WEEK, WEEK_TURNS)
            connection.close()
            resident = resident_mb(stack.process)
    p95, bare_p95 = milliseconds(served_s, 95), milliseconds(bare_s, 95)
    return {
        "name": "query_year",
        "value": round(p95 / bare_p95, 3),
        "unit": "ratio",
        "goal": "at most 1.5, p95 under 150 ms",
        "met": p95 <= 1.5 * bare_p95 and p95 < 150,
        "detail": {
            "readings": READINGS,
            "p50_ms": milliseconds(served_s, 50),
            "p95_ms": p95,
            "bare_p50_ms": milliseconds(bare_s, 50),
            "bare_p95_ms": bare_p95,
            "days_added_up": is_added_up,
            "week_p50_ms": milliseconds(week_s, 50),
            "week_bare_p50_ms": milliseconds(bare_week_s, 50),
            "resident_mb": round(resident),
        },
    }


if __name__ == "__main__":
    run(__doc__, measure)
