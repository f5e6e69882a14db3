"""The queue in front of torch."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from nilm_core.errors import InvalidArgumentError, ResourceExhaustedError, UnavailableError
from nilm_inference.engine.batcher import WindowBatcher
from nilm_models.bundle import LoadedModel
from nilm_models.dense import evaluate_windows
from nilm_models.store import ModelStore
from tests.support.gated_executor import GatedExecutor
from tests.support.small_models import add_model, add_shared_models

WINDOW = 21


@pytest.fixture
def models(tmp_path: Path) -> tuple[LoadedModel, LoadedModel]:
    add_model(tmp_path, "kettle", seed=1)
    add_model(tmp_path, "microwave", seed=2)
    store = ModelStore(tmp_path)
    store.reload()
    return store.get("kettle"), store.get("microwave")


@pytest.fixture
async def executor() -> AsyncIterator[GatedExecutor]:
    made = GatedExecutor()
    yield made
    made.gate.set()
    await made.close()


def window(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(50, 3_000, WINDOW).astype(np.float32)


async def test_each_caller_gets_the_answer_of_his_own_window(
    executor: GatedExecutor, models: tuple[LoadedModel, LoadedModel]
) -> None:
    batcher = WindowBatcher(executor)
    asked = [(models[seed % 2], window(seed)) for seed in range(50)]
    answers = await asyncio.gather(*(batcher.estimate(*each) for each in asked))
    for (model, window_w), (power_w, confidence) in zip(asked, answers, strict=True):
        alone = evaluate_windows(model, window_w[None])
        assert power_w == pytest.approx(float(alone.power_w[0]), abs=1e-2)
        assert confidence == pytest.approx(float(alone.confidence[0]), abs=1e-5)
    assert sum(executor.batch_sizes) == 50
    assert max(executor.batch_sizes) > 1
    await batcher.close()


async def test_what_comes_while_a_batch_runs_is_the_next_batch(
    executor: GatedExecutor, models: tuple[LoadedModel, LoadedModel]
) -> None:
    batcher = WindowBatcher(executor)
    executor.gate.clear()
    crowd = [asyncio.create_task(batcher.estimate(models[0], window(0)))]
    while not executor.batch_sizes:  # noqa: ASYNC110 the first window is on its way
        await asyncio.sleep(0.001)
    crowd += [asyncio.create_task(batcher.estimate(models[0], window(i))) for i in range(63)]
    await asyncio.sleep(0)
    executor.gate.set()
    await asyncio.gather(*crowd)
    assert executor.batch_sizes == [1, 63]
    await batcher.close()


async def test_after_a_crowd_a_lone_window_waits_for_nobody(
    executor: GatedExecutor, models: tuple[LoadedModel, LoadedModel]
) -> None:
    batcher = WindowBatcher(executor)
    await asyncio.gather(*(batcher.estimate(models[0], window(seed)) for seed in range(8)))
    await batcher.estimate(models[0], window(9))
    await batcher.estimate(models[0], window(10))
    assert executor.batch_sizes[-2:] == [1, 1]
    await batcher.close()


async def test_a_full_queue_refuses(
    executor: GatedExecutor, models: tuple[LoadedModel, LoadedModel]
) -> None:
    batcher = WindowBatcher(executor, max_batch=1, queue_size=2)
    executor.gate.clear()
    waiting = [asyncio.create_task(batcher.estimate(models[0], window(0)))]
    while not executor.batch_sizes:  # noqa: ASYNC110 the first window is on its way
        await asyncio.sleep(0.001)
    waiting += [asyncio.create_task(batcher.estimate(models[0], window(i))) for i in (1, 2)]
    await asyncio.sleep(0)
    with pytest.raises(ResourceExhaustedError) as caught:
        await batcher.estimate(models[0], window(3))
    assert caught.value.retry_after is not None
    executor.gate.set()
    assert len(await asyncio.gather(*waiting)) == 3
    await batcher.close()


async def test_who_is_cancelled_leaves_the_queue(
    executor: GatedExecutor, models: tuple[LoadedModel, LoadedModel]
) -> None:
    batcher = WindowBatcher(executor, queue_size=3)
    executor.gate.clear()
    first = asyncio.create_task(batcher.estimate(models[0], window(0)))
    while not executor.batch_sizes:  # noqa: ASYNC110 the first window is on its way
        await asyncio.sleep(0.001)
    waiting = [asyncio.create_task(batcher.estimate(models[0], window(i))) for i in range(3)]
    await asyncio.sleep(0)
    for each in waiting[:2]:
        each.cancel()
    await asyncio.sleep(0)
    late = asyncio.create_task(batcher.estimate(models[0], window(4)))
    await asyncio.sleep(0)
    executor.gate.set()
    await asyncio.gather(first, waiting[2], late)
    assert executor.batch_sizes[0] == 1
    assert sum(executor.batch_sizes) == 3
    await batcher.close()


async def test_at_the_end_nobody_is_left_waiting(
    executor: GatedExecutor, models: tuple[LoadedModel, LoadedModel]
) -> None:
    batcher = WindowBatcher(executor, max_batch=1)
    executor.gate.clear()
    waiting = [asyncio.create_task(batcher.estimate(models[0], window(i))) for i in range(3)]
    await asyncio.sleep(0.05)
    await batcher.close()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(each) for each in outcomes} == {UnavailableError}
    with pytest.raises(UnavailableError):
        await batcher.estimate(models[0], window(0))


class OneByOne:
    """A gate that each batch finds shut anew."""

    def __init__(self, *gates: threading.Event) -> None:
        self._gates = iter(gates)

    def wait(self, timeout_s: float) -> bool:
        return next(self._gates).wait(timeout_s)


async def test_at_the_end_a_batch_that_was_not_told_of_yet_is_not_left_waiting(
    executor: GatedExecutor, models: tuple[LoadedModel, LoadedModel]
) -> None:
    batcher = WindowBatcher(executor)
    first, second = threading.Event(), threading.Event()
    executor.gate = OneByOne(first, second)
    waiting = [asyncio.create_task(batcher.estimate(models[0], window(0)))]
    while not executor.batch_sizes:  # noqa: ASYNC110 the first window is on its way
        await asyncio.sleep(0.001)
    waiting.append(asyncio.create_task(batcher.estimate(models[0], window(1))))
    await asyncio.sleep(0.05)
    first.set()
    while len(executor.batch_sizes) < 2:
        time.sleep(0.001)  # noqa: ASYNC251 the event loop is to hear of nothing meanwhile
    await batcher.close()
    second.set()
    executor.gate = first
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(each) for each in outcomes} == {UnavailableError}


async def test_an_error_belongs_to_its_batch_alone(
    executor: GatedExecutor, models: tuple[LoadedModel, LoadedModel]
) -> None:
    batcher = WindowBatcher(executor)
    with pytest.raises(ValueError, match="windows_w"):
        await batcher.estimate(models[0], window(0)[:5])
    power_w, _ = await batcher.estimate(models[0], window(0))
    assert power_w >= 0
    await batcher.close()


async def test_models_of_one_network_share_a_batch(executor: GatedExecutor, tmp_path: Path) -> None:
    add_shared_models(tmp_path / "shared")
    store = ModelStore(tmp_path / "shared")
    store.reload()
    kettle, microwave = store.get("kettle"), store.get("microwave")
    wide = kettle.entry.input_window_size
    windows_w = np.random.default_rng(1).uniform(50, 3_000, (6, wide)).astype(np.float32)
    batcher = WindowBatcher(executor)
    executor.gate.clear()
    first = asyncio.create_task(batcher.estimate(kettle, windows_w[0]))
    while not executor.batch_sizes:  # noqa: ASYNC110 the first window is on its way
        await asyncio.sleep(0.001)
    waiting = [
        asyncio.create_task(batcher.estimate((kettle, microwave)[row % 2], windows_w[row]))
        for row in range(1, 6)
    ]
    both = asyncio.create_task(batcher.estimate_together((kettle, microwave), windows_w))
    await asyncio.sleep(0)
    executor.gate.set()
    await first
    answers = await asyncio.gather(*waiting)
    assert executor.batch_sizes == [1, 11]
    for row, (power_w, confidence) in enumerate(answers, start=1):
        alone = evaluate_windows((kettle, microwave)[row % 2], windows_w[row : row + 1])
        assert power_w == pytest.approx(float(alone.power_w[0]), abs=1e-2)
        assert confidence == pytest.approx(float(alone.confidence[0]), abs=1e-5)
    for model, estimate in zip((kettle, microwave), await both, strict=True):
        alone = evaluate_windows(model, windows_w)
        np.testing.assert_allclose(estimate.on_probability, alone.on_probability, atol=1e-5)
    await batcher.close()


async def test_a_long_call_is_answered_in_pieces_and_in_order(
    executor: GatedExecutor, models: tuple[LoadedModel, LoadedModel]
) -> None:
    batcher = WindowBatcher(executor, max_batch=8)
    windows_w = np.stack([window(seed) for seed in range(21)])
    [estimate] = await batcher.estimate_together((models[0],), windows_w)
    alone = evaluate_windows(models[0], windows_w)
    np.testing.assert_allclose(estimate.power_w, alone.power_w, atol=1e-2)
    assert executor.batch_sizes == [8, 8, 5]
    await batcher.close()


async def test_more_windows_than_the_queue_takes_can_never_be_asked_for(
    executor: GatedExecutor, models: tuple[LoadedModel, LoadedModel]
) -> None:
    batcher = WindowBatcher(executor, queue_size=4)
    with pytest.raises(InvalidArgumentError, match="at most 4 windows"):
        await batcher.estimate_together((models[0],), np.stack([window(0)] * 5))
    await batcher.close()


async def test_a_long_call_that_is_cancelled_leaves_with_all_its_pieces(
    executor: GatedExecutor, models: tuple[LoadedModel, LoadedModel]
) -> None:
    batcher = WindowBatcher(executor, max_batch=2, queue_size=8)
    executor.gate.clear()
    first = asyncio.create_task(batcher.estimate(models[0], window(0)))
    while not executor.batch_sizes:  # noqa: ASYNC110 the first window is on its way
        await asyncio.sleep(0.001)
    long = asyncio.create_task(batcher.estimate_together((models[0],), np.stack([window(1)] * 8)))
    await asyncio.sleep(0)
    with pytest.raises(ResourceExhaustedError):
        await batcher.estimate(models[0], window(2))
    long.cancel()
    await asyncio.gather(long, return_exceptions=True)
    late = asyncio.create_task(batcher.estimate(models[0], window(2)))
    await asyncio.sleep(0)
    executor.gate.set()
    await asyncio.gather(first, late)
    assert executor.batch_sizes == [1, 1]
    await batcher.close()
