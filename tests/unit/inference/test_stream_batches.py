"""A hundred streams beside each other: shared batches, and each its own answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from nilm_inference.domain.series import StreamHeader
from nilm_inference.engine.batcher import WindowBatcher
from nilm_inference.engine.breakdown import BreakdownEngine
from nilm_inference.service.streaming import MainsStream
from nilm_models.architectures import Disaggregator
from nilm_models.bundle import LoadedModel
from nilm_models.dense import evaluate_dense
from nilm_models.postprocess import fit_breakdown
from nilm_models.store import ModelStore
from tests.support.gated_executor import GatedExecutor
from tests.support.small_models import add_model

STREAMS = 100
SAMPLES = 40
HEADER = StreamHeader(
    "bld_1", (), datetime(2024, 5, 1, tzinfo=UTC), timedelta(seconds=60), persist=False
)


@pytest.fixture
def models(tmp_path: Path) -> list[LoadedModel]:
    add_model(tmp_path, "kettle", seed=1)
    add_model(tmp_path, "microwave", seed=2)
    store = ModelStore(tmp_path)
    store.reload()
    return list(store.models().values())


@pytest.fixture
async def executor() -> AsyncIterator[GatedExecutor]:
    made = GatedExecutor()
    yield made
    await made.close()


def mains(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    power_w = rng.uniform(50.0, 3_000.0, SAMPLES).astype(np.float32)
    power_w[rng.random(SAMPLES) < 0.1] = np.nan
    return power_w


async def answers_of(stream: MainsStream, power_w: np.ndarray, step: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    pushed = [await stream.push(power_w[at : at + step]) for at in range(0, SAMPLES, step)]
    for series in [*pushed, await stream.finish()]:
        for each in series:
            found.setdefault(each.appliance_id, []).extend(each.power_w.tolist())
    return found


def check(models: list[LoadedModel], power_w: np.ndarray, found: dict[str, list[float]]) -> None:
    expected = fit_breakdown(
        power_w,
        {model.entry.appliance_id: evaluate_dense(model, power_w).power_w for model in models},
    )
    for model in models:
        name = model.entry.appliance_id
        limit_w = 1e-4 * model.entry.target.scale_w
        np.testing.assert_allclose(found[name], expected[name], rtol=0, atol=limit_w)


@pytest.mark.parametrize(
    "step",
    [1, Disaggregator.shared_cells, Disaggregator.shared_cells + 1],
    ids=["one", "most that share", "more"],
)
async def test_a_hundred_streams_each_get_their_own_answers(
    executor: GatedExecutor, models: list[LoadedModel], step: int
) -> None:
    batcher = WindowBatcher(executor)
    engine = BreakdownEngine(executor, batcher)
    power_w = [mains(seed) for seed in range(STREAMS)]
    streams = [MainsStream(models, engine, HEADER, None) for _ in range(STREAMS)]
    found = await asyncio.gather(
        *(answers_of(stream, each, step) for stream, each in zip(streams, power_w, strict=True))
    )
    for each, answers in zip(power_w, found, strict=True):
        check(models, each, answers)
    await batcher.close()


async def test_sample_by_sample_they_share_batches(
    executor: GatedExecutor, models: list[LoadedModel]
) -> None:
    batcher = WindowBatcher(executor)
    engine = BreakdownEngine(executor, batcher)
    streams = [MainsStream(models, engine, HEADER, None) for _ in range(STREAMS)]
    power_w = mains(0)
    for at in range(SAMPLES):
        await asyncio.gather(*(stream.push(power_w[at : at + 1]) for stream in streams))
    answered = SAMPLES - 10
    assert sum(executor.batch_sizes) == STREAMS * answered * len(models)
    assert len(executor.batch_sizes) < 4 * answered * len(models)
    await batcher.close()


async def test_more_than_pays_shared_is_a_run_of_its_own(
    executor: GatedExecutor, models: list[LoadedModel]
) -> None:
    batcher = WindowBatcher(executor)
    stream = MainsStream(models, BreakdownEngine(executor, batcher), HEADER, None)
    most = models[0].network.shared_cells
    await stream.push(mains(0)[: 10 + most])
    assert executor.batch_sizes == [most] * len(models)
    executor.batch_sizes.clear()
    await stream.push(mains(1)[: most + 1])
    assert executor.batch_sizes == [10 + most + most + 1] * len(models)
    await batcher.close()


async def test_a_full_queue_ends_no_stream(
    executor: GatedExecutor, models: list[LoadedModel]
) -> None:
    batcher = WindowBatcher(executor, queue_size=4)
    engine = BreakdownEngine(executor, batcher)
    power_w = [mains(seed) for seed in range(20)]
    found = await asyncio.gather(
        *(answers_of(MainsStream(models, engine, HEADER, None), each, 1) for each in power_w)
    )
    for each, answers in zip(power_w, found, strict=True):
        check(models, each, answers)
    await batcher.close()
