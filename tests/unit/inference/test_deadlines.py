"""What would come too late is refused at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from nilm_core.errors import ResourceExhaustedError
from nilm_inference.engine.batcher import WindowBatcher
from nilm_inference.engine.pace import Pace
from nilm_models.bundle import LoadedModel
from nilm_models.store import ModelStore
from tests.support.gated_executor import GatedExecutor
from tests.support.small_models import add_model

WINDOW_W = np.full(21, 300.0, np.float32)
SLOW_S = 0.2


@pytest.fixture
def model(tmp_path: Path) -> LoadedModel:
    add_model(tmp_path)
    store = ModelStore(tmp_path)
    store.reload()
    return store.get("kettle")


@pytest.fixture
async def executor() -> AsyncIterator[GatedExecutor]:
    made = GatedExecutor()
    yield made
    made.gate.set()
    await made.close()


@pytest.fixture
async def batcher(executor: GatedExecutor) -> AsyncIterator[WindowBatcher]:
    made = WindowBatcher(executor)
    yield made
    executor.gate.set()
    await made.close()


async def hold(executor: GatedExecutor, batcher: WindowBatcher, model: LoadedModel) -> asyncio.Task:
    """Begins a batch that does not end while the gate is shut."""
    executor.gate.clear()
    known = len(executor.batch_sizes)
    task = asyncio.create_task(batcher.estimate(model, WINDOW_W))
    while len(executor.batch_sizes) == known:  # noqa: ASYNC110 it is on its way
        await asyncio.sleep(0.001)
    return task


async def measure(executor: GatedExecutor, batcher: WindowBatcher, model: LoadedModel) -> None:
    """Lets one batch take long."""
    task = await hold(executor, batcher, model)
    await asyncio.sleep(SLOW_S)
    executor.gate.set()
    await task


def soon(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_a_deadline_out_of_reach_is_refused_while_others_run(
    executor: GatedExecutor, batcher: WindowBatcher, model: LoadedModel
) -> None:
    await measure(executor, batcher, model)
    running = await hold(executor, batcher, model)
    with pytest.raises(ResourceExhaustedError) as caught:
        await batcher.estimate(model, WINDOW_W, soon(SLOW_S / 4))
    assert caught.value.reason == "DEADLINE_OUT_OF_REACH"
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > timedelta(seconds=SLOW_S)
    patient = asyncio.create_task(batcher.estimate(model, WINDOW_W, soon(60.0)))
    await asyncio.sleep(0)
    executor.gate.set()
    await asyncio.gather(running, patient)
    assert executor.batch_sizes == [1, 1, 1]


async def test_what_waits_before_counts(
    executor: GatedExecutor, batcher: WindowBatcher, model: LoadedModel
) -> None:
    await measure(executor, batcher, model)
    running = await hold(executor, batcher, model)
    crowd = [
        asyncio.create_task(batcher.estimate_together((model,), np.stack([WINDOW_W] * 128)))
        for _ in range(4)
    ]
    await asyncio.sleep(0)
    with pytest.raises(ResourceExhaustedError):
        await batcher.estimate(model, WINDOW_W, soon(4 * SLOW_S))
    executor.gate.set()
    await asyncio.gather(running, *crowd)


async def test_an_idle_engine_tries_all_the_same(
    executor: GatedExecutor, batcher: WindowBatcher, model: LoadedModel
) -> None:
    await measure(executor, batcher, model)
    for _ in range(3):
        await batcher.estimate(model, WINDOW_W, soon(SLOW_S / 4))
    assert executor.batch_sizes == [1, 1, 1, 1]


async def test_nothing_is_refused_before_anything_was_measured(
    executor: GatedExecutor, batcher: WindowBatcher, model: LoadedModel
) -> None:
    running = await hold(executor, batcher, model)
    hasty = asyncio.create_task(batcher.estimate(model, WINDOW_W, soon(0.001)))
    await asyncio.sleep(0)
    executor.gate.set()
    await asyncio.gather(running, hasty)


def test_the_newest_measurements_count_most() -> None:
    pace = Pace()
    assert pace.expected(1) == 0.0
    pace.measured(1, 8.0)
    for _ in range(20):
        pace.measured(1, 1.0)
    assert pace.expected(1) == pytest.approx(1.0, abs=0.05)


def test_a_size_never_seen_takes_as_long_as_a_smaller_one() -> None:
    pace = Pace()
    pace.measured(1, 1.0)
    pace.measured(40, 3.0)
    assert pace.expected(100) == 3.0
    assert pace.expected(4) == 1.0
    assert pace.expected(33) == 3.0
