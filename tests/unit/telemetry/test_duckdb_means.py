"""Means of predictions, kept as quarter hours: they are what the rows themselves say."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nilm_core.timegrid import TimeGrid, from_us, to_us
from nilm_telemetry.adapters.duckdb.database import DatabaseConfig
from nilm_telemetry.adapters.duckdb.stores import DuckDbStores
from nilm_telemetry.adapters.memory import MemoryPredictionStore
from nilm_telemetry.domain.predictions import MergedCells, PredictedCells
from nilm_telemetry.domain.quarters import DAY_US

DAY = to_us(datetime(2024, 3, 1, tzinfo=UTC))
MINUTE_US = 60_000_000
DAYS = 4
STEPS_S = (60, 900, 1_800, 3_600, 21_600, 86_400)

_number = count()


def cells(
    start_us: int, period_us: int, length: int, version: str, seed: int = 0
) -> PredictedCells:
    """Returns cells in a row, every third of them off."""
    rng = np.random.default_rng(seed)
    is_on = np.arange(length) % 3 > 0
    return PredictedCells(
        "kettle",
        version,
        period_us,
        start_us + period_us * np.arange(length, dtype=np.int64),
        np.where(is_on, rng.uniform(1, 3_000, length), 0.0).astype(np.float32),
        rng.uniform(0, 1, length).astype(np.float32),
    )


def assert_same_means(one: MergedCells, other: MergedCells) -> None:
    assert one.model_version == other.model_version
    assert one.index.tolist() == other.index.tolist()
    assert one.power_w == pytest.approx(other.power_w, rel=1e-5)
    assert one.confidence == pytest.approx(other.confidence, rel=1e-5)


_writes = st.lists(
    st.builds(
        cells,
        st.integers(0, DAYS * 24 * 60).map(lambda minute: DAY + minute * MINUTE_US),
        st.sampled_from([7 * MINUTE_US, 10 * MINUTE_US, 60 * MINUTE_US]),
        st.integers(1, 300),
        st.sampled_from(["v1", "v2"]),
        st.integers(0, 99),
    ),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    writes=_writes,
    step_s=st.sampled_from(STEPS_S),
    first_us=st.integers(0, DAY_US),
    length_us=st.integers(1, DAYS * DAY_US),
)
async def test_any_writes_give_the_means_of_their_rows(
    tmp_path: Path, writes: list[PredictedCells], step_s: int, first_us: int, length_us: int
) -> None:
    reference = MemoryPredictionStore()
    config = DatabaseConfig(tmp_path / f"{next(_number)}.duckdb", threads=1, readers=1)
    interval = (DAY + first_us, DAY + first_us + length_us)
    grid = TimeGrid.covering(*map(from_us, interval), timedelta(seconds=step_s))
    async with DuckDbStores(config) as stores:
        for write in writes:
            await reference.write("bld_1", [write])
            await stores.predictions.write("bld_1", [write])
            assert_same_means(
                await stores.predictions.means("bld_1", "kettle", grid, *interval),
                await reference.means("bld_1", "kettle", grid, *interval),
            )


async def test_a_newer_version_that_says_the_same_is_named(tmp_path: Path) -> None:
    grid = TimeGrid.covering(from_us(DAY), from_us(DAY + DAY_US), timedelta(hours=1))
    async with DuckDbStores(DatabaseConfig(tmp_path / "data.duckdb")) as stores:
        await stores.predictions.write("bld_1", [cells(DAY, 15 * MINUTE_US, 200, "v1")])
        for version in ("v1", "v2"):
            await stores.predictions.write("bld_1", [cells(DAY, 15 * MINUTE_US, 96, version)])
            means = await stores.predictions.means("bld_1", "kettle", grid, DAY, DAY + DAY_US)
            assert means.model_version == version


async def test_quarters_of_an_older_file_are_added_up_anew(tmp_path: Path) -> None:
    config = DatabaseConfig(tmp_path / "data.duckdb")
    span = (DAY, DAY + 2 * DAY_US)
    grid = TimeGrid.covering(*map(from_us, span), timedelta(hours=6))
    async with DuckDbStores(config) as stores:
        await stores.predictions.write("bld_1", [cells(DAY, 15 * MINUTE_US, 250, "v1")])
        while await stores.predictions.roll_up():
            pass
        quarters = await stores.predictions.quarters("bld_1", "kettle", *span)
        means = await stores.predictions.means("bld_1", "kettle", grid, *span)
    with duckdb.connect(str(config.path)) as connection:
        for column in ("sum_w", "sum_confidence", '"count"', "version_key"):
            connection.execute(f"ALTER TABLE prediction_quarter DROP COLUMN {column}")
        connection.execute("UPDATE prediction_quarter SET energy_wh = -1")
    async with DuckDbStores(config) as stores:
        assert_same_means(await stores.predictions.means("bld_1", "kettle", grid, *span), means)
        anew = await stores.predictions.quarters("bld_1", "kettle", *span)
        assert anew.energy_wh.tolist() == quarters.energy_wh.tolist()
        while await stores.predictions.roll_up():
            pass
    async with DuckDbStores(config) as stores:
        assert_same_means(await stores.predictions.means("bld_1", "kettle", grid, *span), means)
