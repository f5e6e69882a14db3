"""What every store of predictions must do."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nilm_core.timegrid import TimeGrid, from_us, to_us
from nilm_telemetry.domain.predictions import PredictedCells, PredictionReach
from nilm_telemetry.domain.quarters import DAY_US, QUARTER_US
from nilm_telemetry.ports import PredictionStore

DAY = to_us(datetime(2024, 3, 1, tzinfo=UTC))
MINUTE_US = 60_000_000
ALL = (0, 2**60)


def cells(
    start_us: int,
    power_w: list[float],
    *,
    appliance_id: str = "kettle",
    version: str = "v1",
    period_us: int = MINUTE_US,
    confidence: float = 0.75,
) -> PredictedCells:
    return PredictedCells(
        appliance_id,
        version,
        period_us,
        start_us + period_us * np.arange(len(power_w), dtype=np.int64),
        np.array(power_w, np.float32),
        np.full(len(power_w), confidence, np.float32),
    )


def flat(parts: list[PredictedCells]) -> list[tuple[int, float, str]]:
    return [
        (time, power, part.model_version)
        for part in parts
        for time, power in zip(part.times_us.tolist(), part.power_w.tolist(), strict=True)
    ]


async def test_nothing_is_known_of_what_was_never_predicted(
    prediction_store: PredictionStore,
) -> None:
    grid = TimeGrid.covering(from_us(DAY), from_us(DAY + DAY_US), timedelta(hours=1))
    assert await prediction_store.page("bld_1", "kettle", *ALL, 10) == []
    assert len((await prediction_store.means("bld_1", "kettle", grid, *ALL)).index) == 0
    assert len(await prediction_store.quarters("bld_1", "kettle", DAY, DAY + DAY_US)) == 0
    assert await prediction_store.reaches() == []


async def test_the_last_write_of_a_cell_wins_and_parts_follow_the_version(
    prediction_store: PredictionStore,
) -> None:
    await prediction_store.write("bld_1", [cells(DAY, [1, 2, 3, 4])])
    await prediction_store.write("bld_1", [cells(DAY + MINUTE_US, [20, 30], version="v2")])
    parts = await prediction_store.page("bld_1", "kettle", *ALL, 10)
    assert [part.model_version for part in parts] == ["v1", "v2", "v1"]
    assert [power for _, power, _ in flat(parts)] == [1, 20, 30, 4]
    assert await prediction_store.reaches(["bld_1"]) == [
        PredictionReach("bld_1", "kettle", "v1", DAY + 4 * MINUTE_US)
    ]


async def test_buildings_and_appliances_do_not_mix(prediction_store: PredictionStore) -> None:
    await prediction_store.write(
        "bld_1", [cells(DAY, [1]), cells(DAY, [2], appliance_id="microwave")]
    )
    await prediction_store.write("bld_2", [cells(DAY, [3])])
    assert flat(await prediction_store.page("bld_1", "kettle", *ALL, 9)) == [(DAY, 1, "v1")]
    assert flat(await prediction_store.page("bld_1", "microwave", *ALL, 9)) == [(DAY, 2, "v1")]
    assert flat(await prediction_store.page("bld_2", "kettle", *ALL, 9)) == [(DAY, 3, "v1")]
    assert len(await prediction_store.reaches()) == 3
    assert len(await prediction_store.reaches(["bld_1"])) == 2


async def test_means_are_sparse_and_say_the_newest_version(
    prediction_store: PredictionStore,
) -> None:
    await prediction_store.write("bld_1", [cells(DAY, [0, 100], confidence=0.5)])
    await prediction_store.write(
        "bld_1", [cells(DAY + 2 * QUARTER_US, [30], version="v2", confidence=1.0)]
    )
    grid = TimeGrid.covering(from_us(DAY), from_us(DAY + DAY_US), timedelta(minutes=15))
    merged = await prediction_store.means("bld_1", "kettle", grid, DAY, DAY + DAY_US)
    assert merged.index.tolist() == [0, 2]
    assert merged.power_w.tolist() == [50, 30]
    assert merged.confidence.tolist() == [0.5, 1.0]
    assert merged.model_version == "v2"


async def test_quarters_add_up_energy_and_confidence_where_on(
    prediction_store: PredictionStore,
) -> None:
    await prediction_store.write("bld_1", [cells(DAY, [0] * 10 + [600] * 20, confidence=0.8)])
    quarters = await prediction_store.quarters("bld_1", "kettle", DAY, DAY + DAY_US)
    assert quarters.start_us.tolist() == [DAY, DAY + QUARTER_US]
    assert quarters.energy_wh == pytest.approx([50, 150])
    assert quarters.covered_us.tolist() == [QUARTER_US, QUARTER_US]
    assert quarters.on_us.tolist() == [5 * MINUTE_US, 15 * MINUTE_US]
    assert quarters.on_confidence_us / quarters.on_us == pytest.approx([0.8, 0.8])


async def test_a_cell_that_runs_into_the_next_is_counted_once(
    prediction_store: PredictionStore,
) -> None:
    await prediction_store.write("bld_1", [cells(DAY, [100] * 30, period_us=MINUTE_US // 2)])
    await prediction_store.write("bld_1", [cells(DAY, [100] * 15)])
    quarters = await prediction_store.quarters("bld_1", "kettle", DAY, DAY + DAY_US)
    assert quarters.covered_us.sum() == QUARTER_US
    assert quarters.energy_wh.sum() == pytest.approx(25)


async def test_a_rewritten_closed_day_is_added_up_anew(prediction_store: PredictionStore) -> None:
    await prediction_store.write("bld_1", [cells(DAY, [100] * 3_000)])
    before = await prediction_store.quarters("bld_1", "kettle", DAY, DAY + DAY_US)
    assert before.energy_wh.sum() == pytest.approx(2_400)
    await prediction_store.write("bld_1", [cells(DAY, [0] * 1_440, version="v2")])
    after = await prediction_store.quarters("bld_1", "kettle", DAY, DAY + DAY_US)
    assert after.energy_wh.sum() == pytest.approx(0, abs=1e-6)
    assert after.on_us.sum() == 0
