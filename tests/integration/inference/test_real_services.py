"""Inference on the real auth and the real telemetry, with their files on disk."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nilm.inference.v1 import inference_service_pb2 as pb
from nilm.telemetry.v1 import prediction_service_pb2 as prediction_pb
from nilm.telemetry.v1 import prediction_service_pb2_grpc as prediction_grpc
from nilm.telemetry.v1 import reading_pb2
from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as reading_grpc
from nilm_rpc.channel import connect
from nilm_rpc.convert import to_timestamp
from tests.support import inference_world
from tests.support.inference_world import World
from tests.support.small_models import add_model

START = datetime(2024, 5, 1, tzinfo=UTC)
DAYS = 2
HALF_MINUTE_US = 30_000_000
NAMES = ("kettle", "microwave")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with inference_world.world(tmp_path, real_telemetry=True) as started:
        for seed, name in enumerate(NAMES, 1):
            add_model(tmp_path / "models", name, seed=seed)
        yield started


async def write_readings(world: World, who: dict[str, Any], building_id: str, count: int) -> None:
    power_w = np.random.default_rng(4).uniform(50.0, 3_000.0, count)
    async with connect(world.telemetry_target) as channel:
        stub = reading_grpc.ReadingServiceStub(channel)
        for first in range(0, count, 5_000):
            indexes = range(first, min(first + 5_000, count))
            columns = reading_pb2.ReadingColumns(
                start_time=to_timestamp(START),
                offset_us=[index * HALF_MINUTE_US for index in indexes],
                power_w=[power_w[index] for index in indexes],
            )
            request = reading_pb.WriteReadingsRequest(building_id=building_id, readings=columns)
            answer = await stub.WriteReadings(request, **who)
            assert answer.accepted_count == len(indexes)


async def predictions(
    world: World, who: dict[str, Any], building_id: str
) -> dict[str, np.ndarray[Any, Any]]:
    """Returns what telemetry holds on the grid of all days, NaN where nothing."""
    found = {name: np.full(DAYS * 1_440, np.nan) for name in NAMES}
    request = prediction_pb.QueryPredictionsRequest(
        building_id=building_id,
        start_time=to_timestamp(START),
        end_time=to_timestamp(START + timedelta(days=DAYS)),
    )
    async with connect(world.telemetry_target) as channel:
        stub = prediction_grpc.PredictionServiceStub(channel)
        while True:
            answer = await stub.QueryPredictions(request, **who)
            for series in answer.series:
                first = (series.start_time.ToDatetime(tzinfo=UTC) - START) // timedelta(minutes=1)
                found[series.appliance_id][first : first + len(series.power_w)] = series.power_w
            if not answer.next_page_token:
                return found
            request.page_token = answer.next_page_token


async def test_an_interval_goes_through_and_comes_back(world: World) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    await write_readings(world, anna, building_id, DAYS * 2_880)
    request = pb.DisaggregateRequest(
        building_id=building_id,
        start_time=to_timestamp(START),
        end_time=to_timestamp(START + timedelta(days=DAYS)),
    )
    async with world.inference(chunk_hours=12) as running:
        answers = [each async for each in running.inference.Disaggregate(request, **anna)]
    kept = await predictions(world, anna, building_id)
    for name in NAMES:
        assert not np.isnan(kept[name]).any()
        results = [each.result for each in answers if each.result.appliance_id == name]
        np.testing.assert_array_equal(
            np.concatenate([each.power_w for each in results]), kept[name]
        )
    assert [each.progress for each in answers if each.HasField("progress")][
        -1
    ].prediction_count == len(NAMES) * DAYS * 1_440


async def test_the_live_loop_catches_up_and_goes_on_after_a_restart(world: World) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    await write_readings(world, anna, building_id, 2_881)

    async def until_predicted(count: int) -> dict[str, np.ndarray[Any, Any]]:
        async with asyncio.timeout(120):
            while True:
                found = await predictions(world, anna, building_id)
                if all(np.count_nonzero(~np.isnan(each)) >= count for each in found.values()):
                    return found
                await asyncio.sleep(0.1)

    async with world.inference(live=True, chunk_hours=6):
        await until_predicted(1_440)
    await write_readings(world, anna, building_id, 4_001)
    async with world.inference(live=True, chunk_hours=6):
        live = await until_predicted(2_000)
    request = pb.DisaggregateRequest(
        building_id=building_id,
        start_time=to_timestamp(START),
        end_time=to_timestamp(START + timedelta(minutes=2_000)),
        omit_results=True,
    )
    async with world.inference() as running:
        async for _ in running.inference.Disaggregate(request, **anna):
            pass
    whole = await predictions(world, anna, building_id)
    for name in NAMES:
        np.testing.assert_allclose(live[name], whole[name], atol=0.05)


async def test_many_windows_at_once_are_all_kept(world: World) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    rng = np.random.default_rng(2)

    def request(minute: int) -> pb.InferRequest:
        return pb.InferRequest(
            building_id=building_id,
            appliance_id="kettle",
            window_kw=rng.uniform(0.1, 3.0, 21).tolist(),
            sample_time=to_timestamp(START + timedelta(minutes=minute)),
        )

    async with world.inference() as running:
        answers = await asyncio.gather(
            *(running.inference.Infer(request(minute), **anna) for minute in range(200))
        )
    kept = (await predictions(world, anna, building_id))["kettle"]
    np.testing.assert_allclose(
        [each.predicted_kw * 1_000 for each in answers], kept[:200], rtol=1e-5, atol=1e-3
    )
    assert np.isnan(kept[200:]).all()
