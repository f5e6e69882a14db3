"""Infer behind a real server, with real auth and a telemetry in memory."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import numpy as np
import pytest
from google.rpc import error_details_pb2

from nilm.buildings.v1 import member_pb2
from nilm.buildings.v1 import member_service_pb2 as member_pb
from nilm.buildings.v1 import member_service_pb2_grpc as member_grpc
from nilm.inference.v1 import inference_service_pb2 as pb
from nilm_models.dense import evaluate_windows
from nilm_models.store import ModelStore
from nilm_rpc.convert import to_timestamp
from tests.support.inference_world import Inference, World
from tests.support.rpc_errors import detail, failure, fields

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
WINDOW = 21


def window_kw(seed: int) -> list[float]:
    rng = np.random.default_rng(seed)
    values: list[float] = rng.uniform(0.1, 4.0, WINDOW).astype(np.float32).tolist()
    return values


def request(building_id: str, seed: int = 0, **changes: Any) -> pb.InferRequest:
    values = {
        "building_id": building_id,
        "appliance_id": "kettle",
        "window_kw": window_kw(seed),
        "sample_time": to_timestamp(NOON),
    }
    return pb.InferRequest(**{**values, **changes})


async def test_a_prediction_is_durable_when_it_is_answered(
    world: World, running: Inference
) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    answer = await running.inference.Infer(request(building_id, request_id="first"), **anna)
    model = ModelStore(world.folder / "models")
    model.reload()
    alone = evaluate_windows(
        model.get("kettle"), np.array([window_kw(0)], dtype=np.float32) * np.float32(1_000)
    )
    assert answer.predicted_kw * 1_000 == pytest.approx(float(alone.power_w[0]), abs=1e-3)
    assert answer.confidence == pytest.approx(float(alone.confidence[0]), abs=1e-6)
    assert (answer.model_version, answer.request_id) == ("1.0.1", "first")
    assert answer.persisted
    assert world.telemetry.predicted(building_id, "kettle") == {
        NOON: pytest.approx(answer.predicted_kw * 1_000)
    }


async def test_callers_in_one_batch_each_get_their_own_answer(
    world: World, running: Inference
) -> None:
    anna, ben = await world.sign_up("anna"), await world.sign_up("ben")
    houses = [(anna, await world.building(anna)), (ben, await world.building(ben))]
    calls = [
        (who, request(home, seed, sample_time=to_timestamp(NOON + timedelta(minutes=seed))))
        for seed in range(40)
        for who, home in houses
    ]
    for _, each in calls[::3]:
        each.appliance_id = "microwave"
    together = await asyncio.gather(*(running.inference.Infer(each, **who) for who, each in calls))
    for (who, each), answer in zip(calls, together, strict=True):
        alone = await running.inference.Infer(each, **who)
        assert answer.predicted_kw == pytest.approx(alone.predicted_kw, abs=1e-6)
        assert answer.confidence == pytest.approx(alone.confidence, abs=1e-6)
    for _, home in houses:
        kept = world.telemetry.predicted(home, "kettle") | world.telemetry.predicted(
            home, "microwave"
        )
        assert len(kept) == 40


async def test_waiting_writes_are_merged_but_never_across_callers(
    world: World, running: Inference
) -> None:
    world.telemetry.write_delay_s = 0.05
    anna, ben = await world.sign_up("anna"), await world.sign_up("ben")
    houses = {"anna": (anna, await world.building(anna)), "ben": (ben, await world.building(ben))}
    await asyncio.gather(
        *(
            running.inference.Infer(
                request(home, seed, sample_time=to_timestamp(NOON + timedelta(minutes=seed))),
                **who,
            )
            for seed in range(20)
            for who, home in houses.values()
        )
    )
    writes = world.telemetry.writes
    assert len(writes) < 20
    writers: dict[str, set[str]] = {}
    for subject, write in writes:
        writers.setdefault(write.building_id, set()).add(subject)
    assert all(len(subjects) == 1 for subjects in writers.values())
    assert len(writers) == 2


async def test_power_never_exceeds_the_mains_of_its_sample(
    world: World, running: Inference
) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    window = [9.0] * WINDOW
    window[WINDOW // 2] = 0.05
    for appliance_id in ("kettle", "microwave"):
        answer = await running.inference.Infer(
            request(building_id, appliance_id=appliance_id, window_kw=window), **anna
        )
        assert 0.0 <= answer.predicted_kw <= 0.05 + 1e-6


async def test_a_missing_sample_is_context_but_not_the_middle(
    world: World, running: Inference
) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    window = window_kw(0)
    window[0] = window[-1] = float("nan")
    await running.inference.Infer(request(building_id, window_kw=window), **anna)
    window[WINDOW // 2] = float("nan")
    error = await failure(
        running.inference.Infer(request(building_id, window_kw=window), **anna),
        grpc.StatusCode.INVALID_ARGUMENT,
    )
    assert fields(error) == ["window[10]"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"window_kw": [1.0] * 5}, "window", "must have 21 samples"),
        ({"window_kw": []}, "window", "must have samples"),
        ({"window_kw": [0.0, float("inf")]}, "window[1]", "10,000 kW"),
        ({"window_kw": [2e4]}, "window[0]", "10,000 kW"),
        ({"appliance_id": "toaster"}, "appliance_id", "kettle, microwave"),
        ({"sample_time": to_timestamp(NOON.replace(year=1999))}, "timestamp", "2000"),
        ({"sample_time": to_timestamp(NOON.replace(year=2099))}, "timestamp", "5 minutes"),
    ],
)
async def test_what_is_wrong_is_named(
    world: World, running: Inference, changes: dict[str, Any], field: str, words: str
) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    error = await failure(
        running.inference.Infer(request(building_id, **changes), **anna),
        grpc.StatusCode.INVALID_ARGUMENT,
    )
    assert fields(error) == [field]
    assert words in (error.details() or "")
    assert world.telemetry.writes == []


async def test_the_sample_time_is_now_by_default_and_on_the_grid(
    world: World, running: Inference
) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    asked = request(building_id)
    asked.ClearField("sample_time")
    before = datetime.now(UTC)
    await running.inference.Infer(asked, **anna)
    [time] = world.telemetry.predicted(building_id, "kettle")
    assert time.second == time.microsecond == 0
    assert before - timedelta(minutes=1) < time <= datetime.now(UTC)


async def test_access_is_checked_before_the_request(world: World, running: Inference) -> None:
    anna, ben = await world.sign_up("anna"), await world.sign_up("ben")
    building_id = await world.building(anna)
    wrong = request(building_id, window_kw=[1.0])
    unseen = await failure(running.inference.Infer(wrong, **ben), grpc.StatusCode.NOT_FOUND)
    absent = await failure(
        running.inference.Infer(request("bld_0"), **ben), grpc.StatusCode.NOT_FOUND
    )
    assert (unseen.details() or "").replace(building_id, "") == (
        (absent.details() or "").replace("bld_0", "")
    )
    await failure(running.inference.Infer(wrong), grpc.StatusCode.UNAUTHENTICATED)
    await member_grpc.MemberServiceStub(world.auth_channel).CreateMember(
        member_pb.CreateMemberRequest(
            building_id=building_id, email="ben@home.local", role=member_pb2.ROLE_VIEWER
        ),
        **anna,
    )
    await failure(running.inference.Infer(wrong, **ben), grpc.StatusCode.PERMISSION_DENIED)


async def test_a_prediction_that_cannot_be_kept_is_no_success(
    world: World, running: Inference
) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    world.telemetry.writes_until_failure = 0
    error = await failure(
        running.inference.Infer(request(building_id, request_id="r1"), **anna),
        grpc.StatusCode.UNAVAILABLE,
    )
    assert detail(error, error_details_pb2.RetryInfo).retry_delay.seconds == 1
    world.telemetry.writes_until_failure = None
    answer = await running.inference.Infer(request(building_id, request_id="r1"), **anna)
    assert answer.persisted


async def test_a_repeat_gets_the_first_answer_and_writes_nothing(
    world: World, running: Inference
) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    asked = request(building_id, request_id="once")
    answers = [await running.inference.Infer(asked, **anna) for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(world.telemetry.writes) == 1


async def test_a_full_queue_says_when_to_retry(world: World) -> None:
    async with world.inference(queue_size=2, max_batch=1) as running:
        anna = await world.sign_up()
        building_id = await world.building(anna)
        calls = [running.inference.Infer(request(building_id, seed), **anna) for seed in range(200)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
    refused = [each for each in outcomes if isinstance(each, grpc.aio.AioRpcError)]
    assert refused
    assert len(refused) < len(calls)
    assert {each.code() for each in refused} == {grpc.StatusCode.RESOURCE_EXHAUSTED}
    assert detail(refused[0], error_details_pb2.ErrorInfo).reason == "QUEUE_FULL"
    assert detail(refused[0], error_details_pb2.RetryInfo).retry_delay.seconds == 1


async def test_the_limit_of_inference_holds_for_a_user(world: World) -> None:
    async with world.inference(limit_inference_per_minute=3) as running:
        anna = await world.sign_up()
        building_id = await world.building(anna)
        for seed in range(3):
            await running.inference.Infer(request(building_id, seed), **anna)
        error = await failure(
            running.inference.Infer(request(building_id), **anna),
            grpc.StatusCode.RESOURCE_EXHAUSTED,
        )
        assert detail(error, error_details_pb2.ErrorInfo).reason == "RATE_LIMITED"
