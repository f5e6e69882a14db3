from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support import inference_world
from tests.support.inference_world import Inference, World
from tests.support.small_models import add_model


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with inference_world.world(tmp_path) as started:
        add_model(tmp_path / "models", "kettle", seed=1)
        add_model(tmp_path / "models", "microwave", seed=2)
        yield started


@pytest.fixture
async def running(world: World) -> AsyncIterator[Inference]:
    async with world.inference() as started:
        yield started
