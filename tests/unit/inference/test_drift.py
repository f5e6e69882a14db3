from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from nilm_core.clock import ManualClock
from nilm_core.timegrid import to_us
from nilm_inference.domain.drift import (
    DriftReport,
    DriftState,
    ModelWeek,
    first_kept_week,
    week_start,
)
from nilm_inference.domain.series import (
    BuildingActivity,
    PredictionReach,
    PredictionSeries,
    Readings,
)
from nilm_inference.service.drift import DriftTally
from nilm_models.bundle import LoadedModel, load_model
from nilm_models.drift import ModelStatistics, statistics_of
from tests.support.small_models import add_model

NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
UNSETTLED = 10 * MINUTE


@pytest.fixture
def model(tmp_path: Path) -> LoadedModel:
    entry = add_model(tmp_path, training_statistics=ModelStatistics())
    return load_model(tmp_path, entry)


def building(*reaches: PredictionReach) -> BuildingActivity:
    return BuildingActivity("bld_1", MONDAY - timedelta(days=90), NOW, reaches)


def chunk(
    start: datetime, count: int, *, mains_w: float = 300.0
) -> tuple[PredictionSeries, Readings]:
    """Returns estimates of so many minutes, half of them on, and readings of their mains."""
    power_w = np.where(np.arange(count) % 2, 2_000.0, 0.0).astype(np.float32)
    series = PredictionSeries(
        "kettle", "1.0.0", start, MINUTE, power_w, np.full(count, 0.9, np.float32)
    )
    times_us = to_us(start) + 30_000_000 * np.arange(-40, 2 * count + 40, dtype=np.int64)
    return series, Readings(times_us, np.full(len(times_us), mains_w))


def count(
    tally: DriftTally,
    model: LoadedModel,
    start: datetime,
    minutes: int,
    *,
    settled_until: datetime,
    activity: BuildingActivity | None = None,
) -> None:
    series, readings = chunk(start, minutes)
    tally.count(
        activity or building(),
        [model],
        [series],
        readings,
        settled_until=settled_until,
        unsettled=UNSETTLED,
    )


def cells(tally: DriftTally) -> int:
    return sum(lot.cells for lot in tally.take().values())


@pytest.mark.parametrize(
    ("time", "monday"),
    [
        (MONDAY, MONDAY),
        (MONDAY - MINUTE, MONDAY - timedelta(days=7)),
        (MONDAY + timedelta(days=6, hours=23), MONDAY),
        (datetime(1970, 1, 1, tzinfo=UTC), datetime(1969, 12, 29, tzinfo=UTC)),
    ],
)
def test_a_week_begins_on_monday(time: datetime, monday: datetime) -> None:
    assert week_start(time) == monday
    assert week_start(time).weekday() == 0


def test_each_cell_counts_once_when_it_has_settled(model: LoadedModel) -> None:
    tally = DriftTally(ManualClock(NOW))
    start = NOW - timedelta(hours=3)
    count(tally, model, start, 60, settled_until=start + 50 * MINUTE)
    # the newest ten are estimated again as their future comes
    count(tally, model, start + 50 * MINUTE, 11, settled_until=start + 51 * MINUTE)
    count(tally, model, start + 51 * MINUTE, 11, settled_until=start + 52 * MINUTE)
    [(week, lot)] = tally.take().items()
    assert week == ModelWeek(MONDAY, *model.entry.key)
    assert lot.cells == 52
    assert lot.on_share == 25 / 52
    assert lot.mean_on_power_w == 2_000.0
    assert lot.mains[3] == 52
    assert tally.take() == {}


def test_a_restart_goes_on_where_the_process_before_had_counted(model: LoadedModel) -> None:
    tally = DriftTally(ManualClock(NOW))
    start = NOW - timedelta(hours=3)
    before = building(PredictionReach("kettle", start + 60 * MINUTE))
    count(tally, model, start, 90, settled_until=start + 80 * MINUTE, activity=before)
    assert cells(tally) == 30


def test_a_cell_counts_in_its_own_week_and_old_weeks_do_not_count(model: LoadedModel) -> None:
    tally = DriftTally(ManualClock(NOW))
    count(tally, model, MONDAY - 30 * MINUTE, 90, settled_until=NOW)
    lots = tally.take()
    assert {week.start: lot.cells for week, lot in lots.items()} == {
        MONDAY - timedelta(days=7): 30,
        MONDAY: 60,
    }
    tally.forget_models()
    count(tally, model, first_kept_week(NOW) - 30 * MINUTE, 40, settled_until=NOW)
    assert cells(tally) == 10


def test_what_could_not_be_kept_is_counted_on(model: LoadedModel) -> None:
    tally = DriftTally(ManualClock(NOW))
    start = NOW - timedelta(hours=3)
    count(tally, model, start, 60, settled_until=NOW)
    lots = tally.take()
    count(tally, model, start + 60 * MINUTE, 60, settled_until=NOW)
    tally.give_back(lots)
    assert cells(tally) == 120


def test_a_model_without_statistics_of_training_is_not_counted(tmp_path: Path) -> None:
    model = load_model(tmp_path, add_model(tmp_path))
    tally = DriftTally(ManualClock(NOW))
    count(tally, model, NOW - timedelta(hours=3), 60, settled_until=NOW)
    assert tally.take() == {}


def _lot(mains_w: float, size: int = 10_000) -> ModelStatistics:
    return statistics_of(np.full(size, mains_w), np.zeros(size), np.full(size, 0.99))


def test_the_newest_week_with_enough_data_decides() -> None:
    older, newer = MONDAY - timedelta(days=7), MONDAY
    weeks = [(older, _lot(300.0)), (newer, _lot(300.0))]
    assert DriftReport.of(_lot(300.0), 0.25, weeks).state is DriftState.STEADY
    weeks[1] = (newer, _lot(3_000.0))
    drifted = DriftReport.of(_lot(300.0), 0.25, weeks)
    assert drifted.state is DriftState.RETRAIN
    assert drifted.decisive is not None
    assert drifted.decisive.start == newer
    weeks[1] = (newer, _lot(3_000.0, size=100))
    assert DriftReport.of(_lot(300.0), 0.25, weeks).state is DriftState.STEADY


def test_without_data_or_training_nothing_is_said() -> None:
    assert DriftReport.of(_lot(300.0), 0.25, []).state is DriftState.COLLECTING
    assert DriftReport.of(None, 0.25, [(MONDAY, _lot(300.0))]).state is DriftState.UNKNOWN
