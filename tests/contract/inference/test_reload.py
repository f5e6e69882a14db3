"""Reloads behind a real server: under load, of broken bundles, and as health tells of them."""

import asyncio
from datetime import UTC, datetime, timedelta

import grpc
import numpy as np
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from nilm.inference.v1 import inference_service_pb2 as inference_pb
from nilm.inference.v1 import model_service_pb2 as pb
from nilm_models.bundle import load_model
from nilm_models.dense import evaluate_windows
from nilm_models.entry import ModelEntry
from nilm_models.registry import read_registry
from nilm_rpc.convert import to_timestamp
from tests.support.eventually import eventually_answers
from tests.support.inference_world import Inference, World
from tests.support.small_models import add_model

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
CALLERS = 32
RELOADS = 50
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


def window_kw(caller: int) -> list[float]:
    values: list[float] = np.random.default_rng(caller).uniform(0.1, 3.0, 21).tolist()
    return values


def said_by(world: World, entry: ModelEntry, caller: int) -> tuple[float, float]:
    """Returns kW and confidence that a model, asked alone, has for a caller's window."""
    model = load_model(world.folder / "models", entry)
    window_w = np.array([window_kw(caller)], np.float32) * np.float32(1_000)
    estimate = evaluate_windows(model, window_w)
    return float(estimate.power_w[0]) / 1_000, float(estimate.confidence[0])


async def test_fifty_reloads_under_load_fail_no_call_and_wrong_no_answer(
    world: World, running: Inference
) -> None:
    admin = await world.admin()
    building_id = await world.building(admin)
    [first] = [
        each for each in read_registry(world.folder / "models") if each.appliance_id == "kettle"
    ]
    entries = {first.model_version: first}
    answers: dict[tuple[str, int], set[tuple[float, float]]] = {}
    answered = asyncio.Event()
    is_over = False

    async def ask(caller: int) -> None:
        turn = 0
        while not is_over:
            request = inference_pb.InferRequest(
                building_id=building_id,
                appliance_id="kettle",
                window_kw=window_kw(caller),
                sample_time=to_timestamp(NOON + timedelta(minutes=caller * 10_000 + turn)),
            )
            answer = await running.inference.Infer(request, **admin)
            key = (answer.model_version, caller)
            answers.setdefault(key, set()).add((answer.predicted_kw, answer.confidence))
            answered.set()
            turn += 1

    async def reload() -> None:
        nonlocal is_over
        for seed in range(100, 100 + RELOADS):
            await answered.wait()
            answered.clear()
            entry = add_model(world.folder / "models", "kettle", seed=seed)
            entries[entry.model_version] = entry
            report = await running.models.ReloadModels(pb.ReloadModelsRequest(), **admin)
            assert not report.refused
        is_over = True

    await asyncio.gather(reload(), *(ask(caller) for caller in range(CALLERS)))
    assert len({version for version, _ in answers}) > RELOADS / 2
    for (version, caller), said in answers.items():
        power_kw, confidence = said_by(world, entries[version], caller)
        for each in said:
            assert each == pytest.approx((power_kw, confidence), abs=1e-4), (version, caller)


async def _health(running: Inference, name: str) -> "health_pb2.HealthCheckResponse.ServingStatus":
    request = health_pb2.HealthCheckRequest(service=name)
    answer = await health_pb2_grpc.HealthStub(running.channel).Check(request)
    return answer.status


async def test_health_tells_of_each_model(world: World) -> None:
    models = world.folder / "models"
    damaged = add_model(models, "dishwasher", seed=8)
    (models / damaged.artifact_path).write_bytes(b"damaged")
    async with world.inference() as running:
        admin = await world.admin()
        assert await _health(running, "nilm.models.kettle") == SERVING
        assert await _health(running, "nilm.models.dishwasher") == NOT_SERVING
        with pytest.raises(grpc.aio.AioRpcError) as unknown:
            await _health(running, "nilm.models.toaster")
        assert unknown.value.code() is grpc.StatusCode.NOT_FOUND
        add_model(models, "dishwasher", seed=9)
        add_model(models, "kettle", seed=1, is_active=False)
        await running.models.ReloadModels(pb.ReloadModelsRequest(), **admin)

        async def is_told() -> bool:
            told = [
                await _health(running, f"nilm.models.{name}") for name in ("kettle", "dishwasher")
            ]
            return told == [NOT_SERVING, SERVING]

        await eventually_answers(is_told)
