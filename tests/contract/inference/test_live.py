"""The live loop beside a real auth and a telemetry in memory."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from nilm.inference.v1 import inference_service_pb2 as pb
from nilm.inference.v1 import model_service_pb2 as model_pb
from nilm_core.timegrid import from_us, to_us
from nilm_rpc.convert import to_timestamp
from tests.support.inference_world import World
from tests.support.small_models import add_model

START = datetime(2024, 5, 1, tzinfo=UTC)
HALF_MINUTE = timedelta(seconds=30)
HALF_WINDOW = 10


async def until(condition: Callable[[], bool], what: str) -> None:
    """Waits until a condition holds."""
    try:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 the condition is what telemetry holds
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail(f"in 60 s never: {what}")


def mains(count: int) -> list[float]:
    values: list[float] = np.random.default_rng(8).uniform(50.0, 3_000.0, count).tolist()
    return values


def feed(world: World, building_id: str, first: int, last: int, values: list[float]) -> None:
    world.telemetry.add_readings(
        building_id, START + first * HALF_MINUTE, HALF_MINUTE, values[first:last]
    )


def cell_count(world: World, building_id: str) -> int:
    return len(world.telemetry.cells[building_id, "kettle"])


async def disaggregated(
    world: World, who: dict[str, Any], building_id: str, end: datetime
) -> dict[str, dict[int, Any]]:
    """Returns what Disaggregate makes of the same mains, from a clean store."""
    world.telemetry.cells.clear()
    async with world.inference() as running:
        request = pb.DisaggregateRequest(
            building_id=building_id,
            start_time=to_timestamp(START),
            end_time=to_timestamp(end),
            omit_results=True,
        )
        async for _ in running.inference.Disaggregate(request, **who):
            pass
    return {name: dict(cells) for (_, name), cells in world.telemetry.cells.items()}


async def test_every_closed_cell_is_predicted_and_refined_as_its_future_comes(
    world: World,
) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    values = mains(400)
    feed(world, building_id, 0, 201, values)
    async with world.inference(live=True, chunk_hours=1):
        await until(lambda: cell_count(world, building_id) == 100, "100 cells")
        provisional = dict(world.telemetry.cells[building_id, "kettle"])
        for last in range(203, 401, 40):
            feed(world, building_id, 200, last, values)
            expected = (last - 1) // 2
            await until(
                lambda wanted=expected: cell_count(world, building_id) == wanted, "all cells"
            )
        await asyncio.sleep(0.3)
    live = {name: dict(cells) for (_, name), cells in world.telemetry.cells.items()}
    end = from_us(max(live["kettle"])) + timedelta(seconds=60)
    whole = await disaggregated(world, anna, building_id, end)
    settled_us = to_us(end - HALF_WINDOW * timedelta(seconds=60))
    for name, cells in whole.items():
        assert live[name].keys() == cells.keys()
        for time_us, cell in cells.items():
            if time_us < settled_us:
                assert live[name][time_us].power_w == pytest.approx(cell.power_w, abs=0.05)
    settled = live["kettle"]
    refined = [
        time_us
        for time_us, cell in provisional.items()
        if abs(settled[time_us].confidence - cell.confidence) > 1e-3
    ]
    assert refined
    assert min(refined) >= to_us(START) + (100 - HALF_WINDOW) * 60_000_000


async def test_refined_once_in_a_while_it_ends_where_an_interval_does(world: World) -> None:
    anna = await world.sign_up()
    homes = [await world.building(anna) for _ in range(20)]
    values = mains(401)
    for first, last in ((201, 281), (287, 401)):
        async with world.inference(live=True, live_refine_s=300.0):
            for count in range(first, last + 1, 6):
                for building_id in homes:
                    feed(world, building_id, 0, count, values)
                for building_id in homes:
                    await until(
                        lambda each=building_id, wanted=(count - 1) // 2: (
                            cell_count(world, each) == wanted
                        ),
                        "all cells",
                    )
    live = {key: dict(cells) for key, cells in world.telemetry.cells.items()}
    written = sum(
        len(series.power_w) for _, write in world.telemetry.writes for series in write.series
    )
    end = START + 200 * timedelta(seconds=60)
    settled_us = to_us(end - timedelta(minutes=HALF_WINDOW + 5))
    whole = await disaggregated(world, anna, homes[0], end)  # all have the same mains
    for building_id in homes:
        for name, cells in whole.items():
            kept = live[building_id, name]
            assert kept.keys() == cells.keys()
            for time_us in (each for each in cells if each < settled_us):
                assert kept[time_us].power_w == pytest.approx(cells[time_us].power_w, abs=0.05)
    assert written < 5 * sum(map(len, live.values()))


async def test_a_restart_loses_nothing_and_repeats_nothing(world: World) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    values = mains(6_000)
    feed(world, building_id, 0, 4_001, values)
    async with world.inference(live=True, chunk_hours=1, live_chunks_per_round=1):
        await until(lambda: cell_count(world, building_id) >= 300, "300 cells")
    cut = cell_count(world, building_id)
    assert cut < 2_000
    feed(world, building_id, 4_000, 4_401, values)
    writes_before = len(world.telemetry.writes)
    async with world.inference(live=True, chunk_hours=1):
        await until(lambda: cell_count(world, building_id) == 2_200, "2200 cells")
    rewritten = {
        series.start_time.ToDatetime(tzinfo=UTC)
        for _, write in world.telemetry.writes[writes_before:]
        for series in write.series
    }
    assert min(rewritten) >= START + (cut - HALF_WINDOW) * timedelta(seconds=60)
    writes_before = len(world.telemetry.writes)
    async with world.inference(live=True, chunk_hours=1):
        await asyncio.sleep(0.5)
    assert len(world.telemetry.writes) == writes_before
    assert {subject for subject, _ in world.telemetry.writes} == {"inference"}


async def test_one_long_history_does_not_starve_another_building(world: World) -> None:
    anna = await world.sign_up()
    long, short = await world.building(anna), await world.building(anna)
    values = mains(20_000)
    feed(world, long, 0, 20_000, values)
    feed(world, short, 0, 101, values)
    async with world.inference(live=True, chunk_hours=2, live_chunks_per_round=1):
        await until(lambda: cell_count(world, short) == 50, "50 cells of the short one")
        assert cell_count(world, long) < 2_000


async def test_who_is_slow_to_be_kept_does_not_hold_up_others(world: World) -> None:
    anna = await world.sign_up()
    slow, *others = [await world.building(anna) for _ in range(6)]
    gate = world.telemetry.gates[slow] = asyncio.Event()
    for building_id in (slow, *others):
        feed(world, building_id, 0, 101, mains(101))
    async with world.inference(live=True):
        for building_id in others:
            await until(lambda each=building_id: cell_count(world, each) == 50, "50 cells")
        assert cell_count(world, slow) == 0
        gate.set()
        await until(lambda: cell_count(world, slow) == 50, "50 cells of the slow one")


async def test_a_long_gap_is_passed(world: World) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    values = mains(40_000)
    feed(world, building_id, 0, 101, values)
    feed(world, building_id, 30_000, 30_101, values)
    async with world.inference(live=True, chunk_hours=6, live_chunks_per_round=2):
        await until(lambda: cell_count(world, building_id) >= 100, "both ends predicted")


async def test_an_outage_is_logged_once_and_so_is_the_recovery(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    anna = await world.sign_up()
    building_id = await world.building(anna)
    feed(world, building_id, 0, 101, mains(101))
    world.telemetry.writes_until_failure = 0
    async with world.inference(live=True):
        await until(lambda: len(world.telemetry.writes) >= 3, "three tries")
        assert cell_count(world, building_id) == 0
        world.telemetry.writes_until_failure = None
        await until(lambda: cell_count(world, building_id) == 50, "50 cells")
        await until(lambda: "live loop works again" in caplog.messages, "the recovery")
    assert caplog.messages.count("live loop failed, trying again") == 1
    assert caplog.messages.count("live loop works again") == 1


async def test_a_model_that_is_new_begins_at_the_first_reading(world: World) -> None:
    anna, admin = await world.sign_up(), await world.admin()
    building_id = await world.building(anna)
    feed(world, building_id, 0, 201, mains(201))
    async with world.inference(live=True) as running:
        await until(lambda: cell_count(world, building_id) == 100, "100 cells")
        add_model(world.folder / "models", "dishwasher", seed=40)
        await running.models.ReloadModels(model_pb.ReloadModelsRequest(), **admin)
        await until(
            lambda: len(world.telemetry.cells[building_id, "dishwasher"]) == 100, "the new model"
        )
