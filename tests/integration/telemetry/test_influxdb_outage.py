"""InfluxDB away under writes: nothing that was acknowledged is lost, and nothing piles up.

The server is the stand-in of `tests.support.influxdb`, which is stopped and started again on its
port, and keeps what it stored. It is away for `NILM_TEST_OUTAGE_S` seconds: unless told, 60 where
the test only waits, and 6 where it keeps the machine busy all the while.
"""

import asyncio
import contextlib
import functools
import io
import itertools
import os
import signal
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import httpx
import numpy as np
import psutil
import pytest
from google.rpc import error_details_pb2

from nilm.telemetry.v1 import reading_service_pb2 as pb
from nilm.telemetry.v1 import transfer_service_pb2 as transfer_pb
from nilm_cli.client.gateway import Credentials, Gateway
from nilm_cli.client.transfer import import_readings
from nilm_core.timegrid import from_us, to_us
from nilm_telemetry.settings import InfluxDbSettings
from tests.integration.simulator.world import Client, client_of, running_auth, until
from tests.integration.telemetry.conftest import METERS
from tests.integration.telemetry.process import Household, Running
from tests.integration.telemetry.test_durability import END, HOME, PERIOD_US, START, request_of
from tests.support.eventually import eventually
from tests.support.influxdb import ORG, TOKEN, StandInInfluxDb
from tests.support.rpc_errors import detail
from tests.support.server_process import free_port

QUIET_OUTAGE_S = float(os.environ.get("NILM_TEST_OUTAGE_S", "60"))
BUSY_OUTAGE_S = float(os.environ.get("NILM_TEST_OUTAGE_S", "6"))
ROWS = 500
MIDDLE = datetime(2024, 12, 1, tzinfo=UTC)
"""After what the writers write, and before what only adds to the load."""
MAX_QUEUED_ROWS = 100_000
MOST_GROWTH_BYTES = 256 << 20
"""What twenty callers with 10,000 readings each make the process grow by, with room to spare.

It swings by 100 MB as garbage is collected; what waits is bounded by its rows, and those are exact.
"""

pytestmark = pytest.mark.timeout(300 + 2 * QUIET_OUTAGE_S)


async def test_the_simulators_feed_misses_nothing(tmp_path: Path) -> None:
    period = timedelta(seconds=1)
    server = StandInInfluxDb()
    async with server.running():
        pass  # to have a port
    async with running_auth(tmp_path) as world:
        settings = InfluxDbSettings(url=server.url, org=ORG, token=TOKEN)
        world.telemetry_settings = {"store": "influxdb", "influxdb": settings}
        async with world.telemetry(), client_of(world) as client:
            begun = datetime.now(UTC)
            async with client.feeding(period, timedelta(minutes=3)) as feed:
                async with server.running():
                    await until(lambda: feed.health().ready)
                    site = await client.sites.prepare()  # what the feed has made by now
                await until(lambda: not feed.health().ready)
                await asyncio.sleep(QUIET_OUTAGE_S)
                async with server.running():
                    back = datetime.now(UTC)
                    await until(lambda: feed.health().ready)
                    await client.assert_complete(site, begun - timedelta(seconds=100), back, period)


@dataclass
class Writer:
    """Writes batch after batch, each until it is acknowledged, as the project's own writers do."""

    running: Running
    household: Household
    meter_id: str
    acknowledged: dict[int, float] = field(default_factory=dict)
    failures: list[grpc.aio.AioRpcError] = field(default_factory=list)
    longest_s: float = 0.0

    async def run(self, is_over: asyncio.Event) -> None:
        rng = np.random.default_rng(METERS.index(self.meter_id))
        caller = self.household.caller()
        for number in itertools.count():
            if is_over.is_set():
                return
            times = [to_us(START) + (number * ROWS + n) * PERIOD_US for n in range(ROWS)]
            power = np.float32(rng.uniform(0, 4_000, ROWS)).tolist()
            request = request_of(self.meter_id, times, power)
            while not await self._is_stored(request, caller):
                pass
            self.acknowledged |= dict(zip(times, power, strict=True))

    async def _is_stored(self, request: pb.WriteReadingsRequest, caller: dict[str, Any]) -> bool:
        begun = time.monotonic()
        try:
            await self.running.readings.WriteReadings(request, **caller)
        except grpc.aio.AioRpcError as error:
            self.longest_s = max(self.longest_s, time.monotonic() - begun)
            self.failures.append(error)
            told = detail(error, error_details_pb2.RetryInfo).retry_delay.ToTimedelta()
            await asyncio.sleep(told.total_seconds())
            return False
        return True


async def flood(running: Running, household: Household, is_over: asyncio.Event) -> int:
    """Sends large batches without waiting for anything; returns how many were refused."""
    caller, refused = household.caller(), 0
    times = [to_us(END) - (n + 1) * PERIOD_US for n in range(10_000)]
    request = request_of(METERS[0], times, [1.0] * len(times))
    while not is_over.is_set():
        with contextlib.suppress(grpc.aio.AioRpcError):
            await running.readings.WriteReadings(request, **caller)
            continue
        refused += 1
    return refused


async def test_a_service_under_writes_loses_nothing_stays_small_and_recovers(
    household: Household, tmp_path: Path
) -> None:
    server = StandInInfluxDb()
    async with server.running():
        pass  # to have a port
    ops_port = free_port()
    token_file = tmp_path / "influx-token"
    token_file.write_text(f"{TOKEN}\n")
    household.settings = {
        "STORE": "influxdb",
        "INFLUXDB__URL": server.url,
        "INFLUXDB__ORG": ORG,
        "INFLUXDB__TOKEN_FILE": token_file,
        "INFLUXDB__MAX_QUEUED_ROWS": MAX_QUEUED_ROWS,
        "OPS_PORT": ops_port,
    }
    metrics_url = f"http://127.0.0.1:{ops_port}/metrics"
    is_over, is_back = asyncio.Event(), asyncio.Event()
    async with AsyncExitStack() as stack:
        async with server.running():
            running = await stack.enter_async_context(household.running())
            writers = [Writer(running, household, meter_id) for meter_id in METERS]
            tasks = [asyncio.create_task(writer.run(is_over)) for writer in writers]
            await eventually(lambda: all(len(one.acknowledged) > 2 * ROWS for one in writers))
            process = psutil.Process(running.process.pid)
            rss = process.memory_info().rss
        floods = [asyncio.create_task(flood(running, household, is_back)) for _ in range(20)]
        before = {one.meter_id: len(one.acknowledged) for one in writers}
        most, end = rss, time.monotonic() + BUSY_OUTAGE_S
        while time.monotonic() < end:
            most = max(most, process.memory_info().rss)
            assert await queued_rows(metrics_url) <= MAX_QUEUED_ROWS
            await asyncio.sleep(0.1)
        is_back.set()
        assert sum(await asyncio.gather(*floods)) > 0
        # a write that was on its way may have been stored as the server went; no more than that
        assert all(len(one.acknowledged) <= before[one.meter_id] + ROWS for one in writers)
        assert most - rss < MOST_GROWTH_BYTES
        async with server.running():
            await eventually(
                lambda: all(
                    len(one.acknowledged) > before[one.meter_id] + 3 * ROWS for one in writers
                ),
                within_s=60,
            )
            is_over.set()
            await asyncio.gather(*tasks)
            assert await queued_rows(metrics_url) == 0
            for one in writers:
                caller = household.caller()
                stored = await running.stored(caller, HOME, one.meter_id, START, MIDDLE)
                assert stored == one.acknowledged
                assert one.failures
                assert {error.code() for error in one.failures} <= {
                    grpc.StatusCode.UNAVAILABLE,
                    grpc.StatusCode.RESOURCE_EXHAUSTED,
                }
                assert one.longest_s < 40
            assert await running.end(signal.SIGTERM) == 0


async def queued_rows(metrics_url: str) -> float:
    """Returns how many rows wait in the service, by its own metric."""
    text = (await asyncio.to_thread(httpx.get, metrics_url, timeout=60)).text
    (line,) = [one for one in text.splitlines() if one.startswith("nilm_telemetry_queued_rows ")]
    return float(line.split()[1])


async def test_an_import_is_stored_whole_after_the_store_was_away(tmp_path: Path) -> None:
    server = StandInInfluxDb()
    async with server.running():
        pass  # to have a port
    times = to_us(START) + PERIOD_US * np.arange(45_000, dtype=np.int64)
    power_w = np.random.default_rng(1).uniform(0, 4_000, len(times)).astype(np.float32)
    content = "time,aggregate_w\n" + "".join(
        f"{from_us(time_us).isoformat()},{power}\n"
        for time_us, power in zip(times.tolist(), power_w.tolist(), strict=True)
    )
    async with running_auth(tmp_path) as world:
        settings = InfluxDbSettings(url=server.url, org=ORG, token=TOKEN)
        world.telemetry_settings = {"store": "influxdb", "influxdb": settings}
        async with world.telemetry(), client_of(world) as client:
            site = await client.sites.prepare()
            options = transfer_pb.ImportOptions(
                building_id=site.building_id,
                meter_id=site.mains_meter_id,
                format=transfer_pb.FILE_FORMAT_CSV,
                time_column="time",
                power_column="aggregate_w",
                power_unit=transfer_pb.POWER_UNIT_W,
            )
            progress: list[int] = []
            gateway = Gateway(client.channel, Credentials("unused", "unused"))
            gateway.bearer = functools.partial(bearer_of, client)  # type: ignore[method-assign]
            work = asyncio.create_task(
                import_readings(
                    gateway,
                    options,
                    io.BytesIO(content.encode()),
                    lambda answer: progress.append(answer.row_count),
                )
            )
            async with server.running():
                await until(lambda: bool(progress))
            await asyncio.sleep(BUSY_OUTAGE_S / 2)
            assert not work.done()
            async with server.running():
                async with asyncio.timeout(120):
                    result = await work
                assert result.accepted_count == len(times)
                stored = await client.stored(site, site.mains_meter_id, START, END)
                np.testing.assert_array_equal(stored[0], times)
                np.testing.assert_array_equal(stored[1], power_w)
    assert progress.count(20_000) > 1  # it was sent again


async def bearer_of(client: Client) -> tuple[tuple[str, str], ...]:
    """Returns the metadata of the account that the simulator is signed in with."""
    return (("authorization", f"Bearer {await client.calls._tokens.token()}"),)
