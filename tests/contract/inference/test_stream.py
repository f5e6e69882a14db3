"""StreamDisaggregate behind a real server."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import numpy as np
import pytest

from nilm.inference.v1 import inference_service_pb2 as pb
from nilm_models.dense import evaluate_dense
from nilm_models.postprocess import fit_breakdown
from nilm_models.store import ModelStore
from nilm_rpc.convert import to_duration, to_timestamp
from tests.support.inference_world import Inference, World
from tests.support.rpc_errors import failure, fields

START = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(seconds=60)
HALF = 10
NAMES = ("kettle", "microwave")


def mains(count: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    power_w = np.random.default_rng(5).uniform(50.0, 3_000.0, count).astype(np.float32)
    power_w[30:34] = np.nan
    return power_w


def header(building_id: str, **changes: Any) -> pb.StreamDisaggregateRequest:
    values = {
        "building_id": building_id,
        "start_time": to_timestamp(START),
        "sample_period": to_duration(MINUTE),
    }
    return pb.StreamDisaggregateRequest(**{**values, **changes})


async def test_each_sample_is_answered_once_its_window_is_complete(
    world: World, running: Inference
) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    power_w = mains(100)
    call = running.inference.StreamDisaggregate(**anna)
    await call.write(header(building_id, persist=True))
    await call.read()
    answers: dict[str, list[float]] = {name: [] for name in NAMES}
    sent = 0
    for size in (1, 9, 5, 40, 45):
        await call.write(pb.StreamDisaggregateRequest(power_w=power_w[sent : sent + size].tolist()))
        sent += size
        answer = await call.read()
        for series in answer.series:
            first = (series.start_time.ToDatetime(tzinfo=UTC) - START) // MINUTE
            assert first == len(answers[series.appliance_id])
            answers[series.appliance_id] += series.power_w
        assert {len(values) for values in answers.values()} == {max(0, sent - HALF)}
    await call.done_writing()
    for series in (await call.read()).series:
        answers[series.appliance_id] += series.power_w
    assert await call.read() is grpc.aio.EOF
    store = ModelStore(world.folder / "models")
    store.reload()
    expected = fit_breakdown(
        power_w, {name: evaluate_dense(store.get(name), power_w).power_w for name in NAMES}
    )
    for name in NAMES:
        np.testing.assert_allclose(answers[name], expected[name], rtol=1e-4, atol=0.05)
        assert len(world.telemetry.predicted(building_id, name)) == 96


async def test_without_persist_nothing_is_kept(world: World, running: Inference) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)

    async def messages() -> AsyncIterator[pb.StreamDisaggregateRequest]:
        yield header(building_id, appliance_ids=["kettle"], power_w=mains(60).tolist())

    answers = [
        series.appliance_id
        async for answer in running.inference.StreamDisaggregate(messages(), **anna)
        for series in answer.series
    ]
    assert answers == ["kettle", "kettle"]
    assert world.telemetry.writes == []


async def test_a_hundred_streams_at_once_are_each_answered_sample_by_sample(
    world: World, running: Inference
) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    sent = [mains(HALF + 20) * np.float32(1 + number) / 100 for number in range(100)]

    async def answered(power_w: np.ndarray[Any, np.dtype[np.float32]]) -> list[float]:
        call = running.inference.StreamDisaggregate(**anna)
        await call.write(header(building_id, appliance_ids=["kettle"]))
        await call.read()
        found: list[float] = []
        for value in power_w.tolist():
            await call.write(pb.StreamDisaggregateRequest(power_w=[value]))
            answer = await call.read()
            found += [each for series in answer.series for each in series.power_w]
        call.cancel()
        return found

    found = await asyncio.gather(*(answered(power_w) for power_w in sent))
    store = ModelStore(world.folder / "models")
    store.reload()
    for power_w, answers in zip(sent, found, strict=True):
        kettle = {"kettle": evaluate_dense(store.get("kettle"), power_w).power_w}
        expected = fit_breakdown(power_w, kettle)["kettle"][:20]
        np.testing.assert_allclose(answers, expected, rtol=1e-4, atol=0.2)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"appliance_ids": ["toaster"]}, "appliance_ids[0]"),
        ({"start_time": None}, "start_time"),
        ({"start_time": to_timestamp(START + timedelta(seconds=7))}, "start_time"),
        ({"sample_period": None}, "sample_period"),
        ({"sample_period": to_duration(timedelta(seconds=6))}, "sample_period"),
        ({"power_w": [1.0, float("-inf")]}, "power_w[1]"),
    ],
)
async def test_what_is_wrong_is_named(
    world: World, running: Inference, changes: dict[str, Any], field: str
) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    call = running.inference.StreamDisaggregate(**anna)
    await call.write(header(building_id, **changes))
    error = await failure(call.read(), grpc.StatusCode.INVALID_ARGUMENT)
    assert fields(error) == [field]


async def test_access_is_checked_before_the_stream(world: World, running: Inference) -> None:
    anna, ben = await world.sign_up("anna"), await world.sign_up("ben")
    building_id = await world.building(anna)
    call = running.inference.StreamDisaggregate(**ben)
    await call.write(header(building_id))
    await failure(call.read(), grpc.StatusCode.NOT_FOUND)
