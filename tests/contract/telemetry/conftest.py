import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from nilm_telemetry.adapters.duckdb.database import DatabaseConfig
from nilm_telemetry.adapters.duckdb.stores import DuckDbStores
from nilm_telemetry.adapters.memory import (
    MemoryCorrectionStore,
    MemoryPredictionStore,
    MemoryReadingStore,
)
from nilm_telemetry.ports import CorrectionStore, PredictionStore, ReadingStore
from tests.contract.telemetry.world import World, open_world
from tests.support.influxdb_stores import real_stores, stand_in_stores

Trio = tuple[ReadingStore, PredictionStore, CorrectionStore]


@asynccontextmanager
async def memory(_: Path) -> AsyncIterator[Trio]:
    yield MemoryReadingStore(), MemoryPredictionStore(), MemoryCorrectionStore()


@asynccontextmanager
async def duckdb(folder: Path) -> AsyncIterator[Trio]:
    async with DuckDbStores(DatabaseConfig(folder / "telemetry.duckdb")) as opened:
        yield opened.readings, opened.predictions, opened.corrections


@asynccontextmanager
async def influxdb_stand_in(_: Path) -> AsyncIterator[Trio]:
    async with stand_in_stores() as (_server, opened):
        yield opened.readings, opened.predictions, opened.corrections


@asynccontextmanager
async def influxdb(_: Path) -> AsyncIterator[Trio]:
    """Uses a real server where there is one, in buckets that are made and removed."""
    if "INFLUX_URL" not in os.environ:
        pytest.skip("INFLUX_URL (with INFLUX_TOKEN and INFLUX_ORG) names no InfluxDB 2 server")
    async with real_stores() as opened:
        yield opened.readings, opened.predictions, opened.corrections


STORES = {each.__name__: each for each in (memory, duckdb, influxdb_stand_in, influxdb)}
"""A further store is one more function here."""


@pytest.fixture(params=STORES)
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Trio]:
    async with STORES[request.param](tmp_path) as opened:
        yield opened


@pytest.fixture
def reading_store(stores: Trio) -> ReadingStore:
    return stores[0]


@pytest.fixture
def prediction_store(stores: Trio) -> PredictionStore:
    return stores[1]


@pytest.fixture
def correction_store(stores: Trio) -> CorrectionStore:
    return stores[2]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened
