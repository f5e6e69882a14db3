"""Frames a second of the live chart: six series over an hour at 1 s, drawn anew in each frame.

The whole system runs with the built web app behind Envoy; readings go on coming while Chromium,
without a graphics card, draws. The pointer moves over the chart in each frame, which is the most
that a person can ask of it.
"""

import asyncio
import contextlib
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as reading_grpc
from nilm_core.timegrid import from_us
from nilm_rpc.channel import connect
from nilm_rpc.convert import to_timestamp
from support.browser import Home, make_home, run_in_chromium
from support.report import run
from support.running_system import RunningSystem, running_system

APPLIANCES = ("kettle", "dishwasher", "washing_machine", "microwave", "fridge")
HOUR_S = 3_600
WATCHED_S = 10
US_PER_S = 1_000_000


class Meters:
    """The mains and five appliances, each with a meter that reads every second."""

    def __init__(self, stub: reading_grpc.ReadingServiceStub, home: Home) -> None:
        self._stub = stub
        self._home = home
        self._rng = np.random.default_rng(5)

    async def write(self, first_s: int, count: int) -> None:
        """Writes `count` seconds of all meters from `first_s` on, in seconds since 1970."""
        parts_w = self._rng.uniform(50.0, 400.0, (len(APPLIANCES), count))
        all_w = [parts_w.sum(axis=0) + 150.0, *parts_w]
        meter_ids = (self._home.mains_id, *self._home.appliance_meter_ids)
        for meter_id, power_w in zip(meter_ids, all_w, strict=True):
            request = reading_pb.WriteReadingsRequest(
                building_id=self._home.building_id, meter_id=meter_id
            )
            request.readings.start_time.CopyFrom(to_timestamp(from_us(first_s * US_PER_S)))
            request.readings.offset_us.extend((np.arange(count) * US_PER_S).tolist())
            request.readings.power_w.extend(power_w.tolist())
            metadata = (("authorization", f"Bearer {self._home.token}"),)
            await self._stub.WriteReadings(request, metadata=metadata, timeout=30)

    async def go_on(self) -> None:
        """Writes each second until it is cancelled."""
        while True:
            await self.write(int(time.time()), 1)
            await asyncio.sleep(1.0)


async def watch(system: RunningSystem) -> dict[str, Any]:
    """Fills the last hour and watches the chart while readings come."""
    home = await make_home(system, APPLIANCES)
    async with connect(f"127.0.0.1:{system.port_of('telemetry')}") as channel:
        meters = Meters(reading_grpc.ReadingServiceStub(channel), home)
        await meters.write(int(time.time()) - HOUR_S, HOUR_S)
        writing = asyncio.create_task(meters.go_on())
        try:
            taken = await run_in_chromium(
                "live_chart.mjs", system.url, home.building_id, str(WATCHED_S), told=home.account
            )
        finally:
            writing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writing
    between_ms = np.array(taken["betweenMs"])
    return {
        "name": "live_chart",
        "value": round(1_000 / float(between_ms.mean()), 1),
        "unit": "frames/s",
        "goal": "60",
        "detail": {
            "series": len(APPLIANCES) + 1,
            "readings_shown": HOUR_S * (len(APPLIANCES) + 1),
            "between_p50_ms": round(float(np.median(between_ms)), 1),
            "between_p95_ms": round(float(np.percentile(between_ms, 95)), 1),
            "slowest_ms": round(float(between_ms.max()), 1),
        },
    }


async def measure() -> dict[str, Any]:
    """Starts a whole system and measures it."""
    settings = {"NILM_TELEMETRY_LIMIT_DEFAULT_PER_MINUTE": "0", "NILM_INFERENCE_LIVE": "false"}
    with tempfile.TemporaryDirectory() as folder, running_system(Path(folder), settings) as system:
        return await watch(system)


if __name__ == "__main__":
    run(__doc__, measure)
