"""What a reload does to memory, and what it tries before a model serves."""

import gc
import hashlib
import weakref
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from nilm_inference.engine.batcher import WindowBatcher
from nilm_inference.engine.executor import TorchExecutor
from nilm_inference.engine.warm_up import WarmUp
from nilm_inference.service.catalog import ModelCatalog
from nilm_models.registry import write_entry
from tests.support.small_models import add_model

MAX_BATCH = 16
WINDOW_W = np.full(21, 300.0, np.float32)


class RecordingExecutor(TorchExecutor):
    """Notes what a model was tried with before it served."""

    def __init__(self) -> None:
        super().__init__(1)
        self.tried: list[tuple[str, int]] = []

    def run_and_wait(self, work, /, *args, **kwargs):  # type: ignore[no-untyped-def] # noqa: ANN001,ANN002,ANN003,ANN201 as its base
        model, windows_w = args
        self.tried.append((model.entry.model_version, len(windows_w)))
        return super().run_and_wait(work, *args, **kwargs)


@pytest.fixture
async def executor() -> AsyncIterator[RecordingExecutor]:
    made = RecordingExecutor()
    yield made
    await made.close()


def catalog_of(folder: Path, executor: TorchExecutor) -> ModelCatalog:
    return ModelCatalog(folder, WarmUp(executor, MAX_BATCH))


async def test_models_that_were_exchanged_leave_no_memory_behind(
    tmp_path: Path, executor: RecordingExecutor
) -> None:
    add_model(tmp_path, seed=0)
    catalog = catalog_of(tmp_path, executor)
    await catalog.load()
    batcher = WindowBatcher(executor)
    gone = []
    for seed in range(1, 6):
        model = catalog.serving()["kettle"]
        gone += [weakref.ref(model.network), weakref.ref(next(model.network.parameters()))]
        await batcher.estimate(model, WINDOW_W)
        add_model(tmp_path, seed=seed)
        await catalog.reload()
        del model
    await batcher.estimate(catalog.serving()["kettle"], WINDOW_W)
    gc.collect()
    assert [each() for each in gone] == [None] * len(gone)
    await batcher.close()


async def test_a_model_runs_alone_and_in_a_full_batch_before_it_serves(
    tmp_path: Path, executor: RecordingExecutor
) -> None:
    add_model(tmp_path, seed=3)
    catalog = catalog_of(tmp_path, executor)
    await catalog.load()
    assert executor.tried == [("1.0.3", 1), ("1.0.3", MAX_BATCH)]


async def test_a_model_that_answers_no_numbers_does_not_replace_one_that_does(
    tmp_path: Path, executor: RecordingExecutor
) -> None:
    add_model(tmp_path, seed=0)
    catalog = catalog_of(tmp_path, executor)
    await catalog.load()
    before = catalog.serving()["kettle"]
    _add_overflowing(tmp_path)
    report = await catalog.reload()
    assert catalog.serving()["kettle"] is before
    [refusal] = report.refused
    assert "kettle_cnn 1.0.9" in refusal.reason
    assert "no number" in refusal.reason


def _add_overflowing(folder: Path) -> None:
    """Adds a bundle of finite weights whose products are not."""
    entry = add_model(folder, seed=9, is_active=False)
    path = folder / entry.artifact_path
    tensors = safetensors.torch.load(path.read_bytes())
    huge = {name: torch.full_like(value, 1e30) for name, value in tensors.items()}
    huge["output.weight"][:, ::2] *= -1.0  # infinities of both signs meet
    content = safetensors.torch.save(huge)
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    write_entry(folder, replace(entry, artifact_sha256=digest, is_active=True))
