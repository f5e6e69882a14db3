import asyncio
import itertools
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import grpc
import numpy as np

from nilm.telemetry.v1 import reading_pb2
from nilm.telemetry.v1 import reading_service_pb2 as pb
from nilm_core.timegrid import to_us
from nilm_rpc.convert import to_timestamp
from tests.integration.telemetry.conftest import METERS
from tests.integration.telemetry.process import Household, Running
from tests.support.eventually import eventually

START = datetime(2024, 1, 1, tzinfo=UTC)
END = datetime(2025, 1, 1, tzinfo=UTC)
PERIOD_US = 6_000_000
HOME = "bld_home"


def request_of(meter_id: str, times_us: list[int], power_w: list[float]) -> pb.WriteReadingsRequest:
    start_us = to_us(START)
    readings = reading_pb2.ReadingColumns(
        start_time=to_timestamp(START),
        offset_us=[time - start_us for time in times_us],
        power_w=power_w,
    )
    return pb.WriteReadingsRequest(building_id=HOME, meter_id=meter_id, readings=readings)


def batches(seed: int) -> Iterator[tuple[list[int], list[float]]]:
    """Yields batches that mostly go on, sometimes come late and sometimes rewrite."""
    rng = np.random.default_rng(seed)
    position = 0
    for number in itertools.count():
        size = int(rng.integers(1, 400))
        first = position if number % 3 else max(0, position - int(rng.integers(0, 600)))
        position = max(position, first + size)
        times = [to_us(START) + (first + n) * PERIOD_US for n in range(size)]
        yield times, np.float32(rng.uniform(0, 4_000, size)).tolist()


async def write_until_killed(
    running: Running,
    household: Household,
    meter_id: str,
    seed: int,
    acknowledged: dict[int, float],
) -> dict[int, float]:
    """Notes what is acknowledged; returns what was sent last and was not."""
    caller = household.caller()
    for times, power in batches(seed):
        sent = dict(zip(times, power, strict=True))
        try:
            await running.readings.WriteReadings(request_of(meter_id, times, power), **caller)
        except grpc.aio.AioRpcError:
            return sent
        acknowledged.update(sent)
    raise AssertionError


async def test_nothing_acknowledged_is_lost_by_kill_9_during_writes(household: Household) -> None:
    expected: dict[str, dict[int, float]] = {meter_id: {} for meter_id in METERS}
    for killing in range(3):
        acknowledged: dict[str, dict[int, float]] = {meter_id: {} for meter_id in METERS}
        async with household.running() as running:
            writers = [
                asyncio.create_task(
                    write_until_killed(
                        running,
                        household,
                        meter_id,
                        10 * killing + number,
                        acknowledged[meter_id],
                    )
                )
                for number, meter_id in enumerate(METERS)
            ]
            await asyncio.sleep(1.0)
            await eventually(lambda written=acknowledged: all(written.values()))
            assert await running.end(signal.SIGKILL) == -signal.SIGKILL
            lost = await asyncio.gather(*writers)
        async with household.running() as running:
            for meter_id, in_flight in zip(METERS, lost, strict=True):
                known = expected[meter_id]
                known.update(acknowledged[meter_id])
                stored = await running.stored(household.caller(), HOME, meter_id, START, END)
                for time, power in stored.items():
                    assert power in (known.get(time), in_flight.get(time))
                assert known.keys() <= stored.keys()
                known.update(stored)


async def test_sigterm_answers_what_is_in_flight_and_keeps_it(household: Household) -> None:
    async with household.running() as running:
        caller = household.caller()
        sent = {}
        calls = []
        for number in range(60):
            times = [to_us(START) + (number * 1_000 + n) * PERIOD_US for n in range(1_000)]
            sent.update(dict.fromkeys(times, float(number)))
            request = request_of(METERS[0], times, [float(number)] * 1_000)
            calls.append(asyncio.create_task(_write(running, request, caller)))
        await calls[0]
        assert await running.end(signal.SIGTERM) == 0
        answers = await asyncio.gather(*calls, return_exceptions=True)
    kept = [number for number, answer in enumerate(answers) if not isinstance(answer, Exception)]
    assert len(kept) > 1
    assert not household.database.with_name("telemetry.duckdb.wal").exists()
    async with household.running() as running:
        stored = await running.stored(caller, HOME, METERS[0], START, END)
    acknowledged = {time: power for time, power in sent.items() if int(power) in kept}
    assert acknowledged.items() <= stored.items()


async def _write(
    running: Running, request: pb.WriteReadingsRequest, caller: dict[str, object]
) -> pb.WriteReadingsResponse:
    return await running.readings.WriteReadings(request, **caller)


async def test_a_restart_goes_on_where_it_was(household: Household) -> None:
    caller = household.caller()
    times = [to_us(START) + n * PERIOD_US for n in range(1_000)]
    async with household.running() as running:
        await running.readings.WriteReadings(request_of(METERS[0], times, [1.0] * 1_000), **caller)
        await running.end(signal.SIGTERM)
    async with household.running() as running:
        await running.readings.WriteReadings(
            request_of(METERS[0], times[500:], [2.0] * 500), **caller
        )
        stored = await running.stored(caller, HOME, METERS[0], START, END)
        latest = await running.readings.GetLatest(pb.GetLatestRequest(building_id=HOME), **caller)
    assert list(stored.values()) == [1.0] * 500 + [2.0] * 500
    assert latest.latest[0].reading_time == to_timestamp(START + timedelta(seconds=6 * 999))
    assert latest.latest[0].power_w == 2
