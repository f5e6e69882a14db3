"""The queue under any order of coming, leaving and taking, beside a plain list of the same."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nilm_inference.engine.queue import BatchQueue, Waiting
from nilm_models.bundle import LoadedModel
from nilm_models.store import ModelStore
from tests.support.small_models import add_model

MAX_BATCH = 8
STEPS = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 2), st.integers(1, MAX_BATCH)),
    st.tuples(st.just("leave"), st.integers(0, 30), st.just(0)),
    st.tuples(st.just("take"), st.just(0), st.just(0)),
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[LoadedModel]:
    folder: Path = tmp_path_factory.mktemp("models")
    for seed, name in enumerate(("kettle", "microwave", "dishwasher")):
        add_model(folder, name, seed=seed)
    store = ModelStore(folder)
    store.reload()
    return list(store.models().values())


def taken_from(waiting: list[Waiting]) -> list[Waiting]:
    """What a batch is by definition: the oldest, and in order those of its network that fit."""
    batch: list[Waiting] = []
    size = 0
    for each in waiting:
        if each.network == waiting[0].network:
            size += len(each.windows_w)
            if size > MAX_BATCH:
                break
            batch.append(each)
    return batch


@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, max_size=60))
def test_it_holds_what_a_list_would(models: list[LoadedModel], steps: list[tuple]) -> None:
    loop = asyncio.new_event_loop()
    queue = BatchQueue()
    plain: list[Waiting] = []
    for order, (what, which, size) in enumerate(steps):
        if what == "add":
            windows_w = np.zeros((size, 21), np.float32)
            waiting = Waiting((models[which],), windows_w, loop.create_future(), order)
            queue.add(waiting)
            plain.append(waiting)
        elif what == "leave" and which < len(plain):
            queue.discard(plain[which])
            queue.discard(plain.pop(which))
        elif what == "take":
            batch = queue.take(MAX_BATCH)
            assert batch == taken_from(plain)
            plain = [each for each in plain if each not in batch]
        assert queue.window_count == sum(len(each.windows_w) for each in plain)
        for model in models:
            network = (model.network, model.entry.preprocessing)
            own = [each for each in plain if each.network == network]
            first = own[0].order if own else len(steps)
            ahead = {each.network for each in plain if each.order < first} - {network}
            assert {each for each, _ in queue.ahead_of(network)} == ahead
            assert queue.waiting_of(network) == sum(len(each.windows_w) for each in own)
    queue.clear()
    assert queue.window_count == 0
    assert queue.take(MAX_BATCH) == []
    loop.close()
