import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from nilm_telemetry.adapters.duckdb.database import DatabaseConfig
from nilm_telemetry.adapters.duckdb.stores import DuckDbStores
from nilm_telemetry.adapters.memory import MemoryPredictionStore, MemoryReadingStore
from nilm_telemetry.ports import PredictionStore, ReadingStore
from tests.contract.telemetry.world import World, open_world
from tests.support.influxdb_stores import real_stores, stand_in_stores

Pair = tuple[ReadingStore, PredictionStore]


@asynccontextmanager
async def memory(_: Path) -> AsyncIterator[Pair]:
    yield MemoryReadingStore(), MemoryPredictionStore()


@asynccontextmanager
async def duckdb(folder: Path) -> AsyncIterator[Pair]:
    async with DuckDbStores(DatabaseConfig(folder / "telemetry.duckdb")) as opened:
        yield opened.readings, opened.predictions


@asynccontextmanager
async def influxdb_stand_in(_: Path) -> AsyncIterator[Pair]:
    async with stand_in_stores() as (_server, opened):
        yield opened.readings, opened.predictions


@asynccontextmanager
async def influxdb(_: Path) -> AsyncIterator[Pair]:
    """Uses a real server where there is one, in buckets that are made and removed."""
    if "INFLUX_URL" not in os.environ:
        pytest.skip("INFLUX_URL (with INFLUX_TOKEN and INFLUX_ORG) names no InfluxDB 2 server")
    async with real_stores() as opened:
        yield opened.readings, opened.predictions


STORES = {each.__name__: each for each in (memory, duckdb, influxdb_stand_in, influxdb)}
"""A further store is one more function here."""


@pytest.fixture(params=STORES)
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Pair]:
    async with STORES[request.param](tmp_path) as opened:
        yield opened


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
