"""Readings a second by callers that send one reading a request; each is durable when answered."""

import asyncio
import itertools
import tempfile
import time
from pathlib import Path
from typing import Any

from nilm.telemetry.v1 import reading_pb2
from nilm.telemetry.v1 import reading_service_pb2 as pb
from nilm_core.timegrid import from_us
from nilm_rpc.convert import to_timestamp
from support.processes import resident_mb
from support.report import milliseconds, run
from support.telemetry_stack import WRITE, TelemetryStack, telemetry_stack

CALLERS = 32
WARM_UP_S = 1.0
MEASURE_S = 10.0
PERIOD_US = 1_000_000
START_US = 1_704_067_200_000_000  # 2024-01-01


async def caller(stack: TelemetryStack, meter_id: str, stop: float) -> list[tuple[float, float]]:
    """Writes one reading after the other; returns when each began and how long it took, s."""
    call = stack.raw_call(WRITE)
    times: list[tuple[float, float]] = []
    for number in itertools.count():
        started = time.perf_counter()
        if started >= stop:
            return times
        readings = reading_pb2.ReadingColumns(
            start_time=to_timestamp(from_us(START_US + number * PERIOD_US)),
            offset_us=[0],
            power_w=[float(number)],
        )
        request = pb.WriteReadingsRequest(
            building_id=stack.building_id, meter_id=meter_id, readings=readings
        )
        answer = await call(request.SerializeToString(), metadata=stack.metadata, timeout=30)
        times.append((started, time.perf_counter() - started))
        assert pb.WriteReadingsResponse.FromString(answer).accepted_count == 1
    return times


async def measure() -> dict[str, Any]:
    """Measures after a warm-up."""
    with tempfile.TemporaryDirectory() as name:
        async with telemetry_stack(Path(name), CALLERS) as stack:
            begin = time.perf_counter() + WARM_UP_S
            times = await asyncio.gather(
                *(caller(stack, meter_id, begin + MEASURE_S) for meter_id in stack.meter_ids)
            )
            resident = resident_mb(stack.process)
    durations_s = [taken for one in times for started, taken in one if started >= begin]
    p95_ms = milliseconds(durations_s, 95)
    return {
        "name": "write_single",
        "value": round(len(durations_s) / MEASURE_S),
        "unit": "readings/s",
        "goal": "at least 1,000/s, p95 under 50 ms",
        "met": len(durations_s) / MEASURE_S >= 1_000 and p95_ms < 50,
        "detail": {
            "callers": CALLERS,
            "p50_ms": milliseconds(durations_s, 50),
            "p95_ms": p95_ms,
            "p99_ms": milliseconds(durations_s, 99),
            "resident_mb": round(resident),
        },
    }


if __name__ == "__main__":
    run(__doc__, measure)
