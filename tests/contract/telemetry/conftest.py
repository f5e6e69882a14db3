from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nilm_telemetry.adapters.duckdb.database import DatabaseConfig
from nilm_telemetry.adapters.duckdb.stores import DuckDbStores
from nilm_telemetry.adapters.memory import MemoryPredictionStore, MemoryReadingStore
from nilm_telemetry.ports import PredictionStore, ReadingStore
from tests.contract.telemetry.world import World, open_world

STORES = ("memory", "duckdb")
"""A further store is one more name here and one more branch below."""


@pytest.fixture(params=STORES)
async def stores(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[tuple[ReadingStore, PredictionStore]]:
    if request.param == "memory":
        yield MemoryReadingStore(), MemoryPredictionStore()
        return
    async with DuckDbStores(DatabaseConfig(tmp_path / "telemetry.duckdb")) as opened:
        yield opened.readings, opened.predictions


@pytest.fixture
def reading_store(stores: tuple[ReadingStore, PredictionStore]) -> ReadingStore:
    return stores[0]


@pytest.fixture
def prediction_store(stores: tuple[ReadingStore, PredictionStore]) -> PredictionStore:
    return stores[1]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened
