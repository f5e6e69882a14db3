"""What the live loop keeps, beside what an interval of the same mains gives."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nilm_core.clock import ManualClock
from nilm_core.timegrid import from_us, to_us
from nilm_inference.domain.cells import floor_to_cell
from nilm_inference.domain.series import (
    BuildingActivity,
    PredictionReach,
    PredictionSeries,
    Readings,
)
from nilm_inference.engine.batcher import WindowBatcher
from nilm_inference.engine.breakdown import BreakdownEngine
from nilm_inference.engine.executor import TorchExecutor
from nilm_inference.service.catalog import ModelCatalog
from nilm_inference.service.choice import ModelChoice
from nilm_inference.service.drift import DriftTally
from nilm_inference.service.intervals import IntervalEstimator
from nilm_inference.service.live import LiveLoop, LiveSettings
from tests.support.small_models import add_model

START = datetime(2024, 5, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
READING_US = 20_000_000
HALF_WINDOW = 10 * MINUTE
PERIOD = 5 * MINUTE
HOME = "bld_1"


@dataclass
class Telemetry:
    """Keeps the readings and predictions of one building, as three ports of the loop."""

    readings: dict[int, float] = field(default_factory=dict)
    cells: dict[tuple[str, int], tuple[float, float]] = field(default_factory=dict)
    """Power and confidence by appliance and start, in microseconds."""
    written: list[int] = field(default_factory=list)
    """Number of cells of each write."""

    def feed(self, start: datetime, span: timedelta) -> datetime:
        """Adds readings of an interval; returns its end."""
        for time_us in range(to_us(start), to_us(start + span), READING_US):
            seed = time_us // READING_US
            self.readings[time_us] = float(np.random.default_rng(seed).uniform(50.0, 3_000.0))
        return start + span

    @property
    def closed(self) -> datetime:
        """End of the newest cell that has closed."""
        return floor_to_cell(from_us(max(self.readings)), MINUTE)

    async def mains(self, building_id: str, start: datetime, end: datetime) -> Readings:
        times = [each for each in sorted(self.readings) if to_us(start) <= each < to_us(end)]
        power_w = np.array([self.readings[each] for each in times])
        return Readings(np.array(times, np.int64), power_w)

    async def write(self, building_id: str, series: Sequence[PredictionSeries]) -> None:
        before = len(self.written)
        self.written.append(0)
        for each in series:
            for index in np.flatnonzero(~np.isnan(each.power_w)):
                start = to_us(each.start + int(index) * each.sample_period)
                cell = float(each.power_w[index]), float(each.confidence[index])
                self.cells[each.appliance_id, start] = cell
                self.written[before] += 1

    async def activity(self) -> Sequence[BuildingActivity]:
        newest: dict[str, int] = {}
        for appliance_id, time_us in self.cells:
            newest[appliance_id] = max(newest.get(appliance_id, 0), time_us)
        reaches = (PredictionReach(name, from_us(at) + MINUTE) for name, at in newest.items())
        first, latest = (from_us(pick(self.readings)) for pick in (min, max))
        return [BuildingActivity(HOME, first, latest, tuple(reaches))] if self.readings else []


class NothingEntered:
    async def appliances(self, building_id: str) -> frozenset[str]:
        return frozenset()


class Home:
    """A building and the loop that follows it."""

    def __init__(
        self,
        models: Path,
        executor: TorchExecutor,
        period: timedelta = PERIOD,
        chunk_span: timedelta = timedelta(hours=48),
        chunks_per_round: int = 4,
    ) -> None:
        self.telemetry = Telemetry()
        self.clock = ManualClock(START)
        self.catalog = ModelCatalog(models)
        self.batcher = WindowBatcher(executor)
        engine = BreakdownEngine(executor, self.batcher)
        self.estimator = IntervalEstimator(self.telemetry, engine)
        self.settings = LiveSettings(MINUTE, chunk_span, chunks_per_round, period)
        self.restart()

    def restart(self) -> None:
        """Forgets all that is in memory."""
        self.loop = LiveLoop(
            self.catalog,
            self.telemetry,
            self.estimator,
            self.telemetry,
            self.settings,
            choice=ModelChoice(NothingEntered()),
            tally=DriftTally(self.clock),
            clock=self.clock,
        )

    async def follow(self) -> None:
        """Goes round until there is no more to do at once."""
        while await self.loop.round():
            pass

    async def feed(self, start: datetime, span: timedelta) -> datetime:
        end = self.telemetry.feed(start, span)
        await self.follow()
        return end

    async def whole(self) -> dict[tuple[str, int], tuple[float, float]]:
        """Returns what an interval over all that has closed gives."""
        kept = Telemetry(self.telemetry.readings)
        models = list(self.catalog.serving().values())
        works = self.estimator.plan(models, START, kept.closed, kept.closed)
        if works:
            readings = await self.estimator.readings(HOME, works)
            await kept.write(HOME, await self.estimator.estimate(works, readings))
        return kept.cells

    async def assert_equals_whole(self, since: datetime, until: datetime) -> None:
        whole = await self.whole()
        kept = self.telemetry.cells
        assert kept.keys() == whole.keys()
        for key, cell in whole.items():
            if to_us(since) <= key[1] < to_us(until):
                assert kept[key][0] == pytest.approx(cell[0], abs=0.05), from_us(key[1])
                assert kept[key][1] == pytest.approx(cell[1], abs=1e-4), from_us(key[1])


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    add_model(folder, "kettle", seed=1)
    add_model(folder, "microwave", seed=2)
    return folder


minutes = st.integers(1, 90).map(lambda count: count * MINUTE)
steps = st.lists(
    st.tuples(st.sampled_from(["feed", "feed", "minutes", "gap", "restart"]), minutes),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=40)
@given(
    steps,
    st.sampled_from([timedelta(0), PERIOD, 20 * MINUTE]),
    st.sampled_from([4 * MINUTE, 60 * MINUTE]),
    st.integers(1, 3),
)
@example(
    [("feed", 30 * MINUTE), ("minutes", 9 * MINUTE), ("restart", MINUTE), ("feed", 40 * MINUTE)],
    20 * MINUTE,
    60 * MINUTE,
    1,
)
@example([("feed", 9 * MINUTE), ("gap", 9 * MINUTE)], timedelta(0), 4 * MINUTE, 1)
@example([("feed", 57 * MINUTE), ("minutes", 12 * MINUTE)], 20 * MINUTE, 4 * MINUTE, 1)
def test_what_has_settled_for_a_period_is_what_an_interval_gives(
    models: Path,
    happenings: list[tuple[str, timedelta]],
    period: timedelta,
    chunk_span: timedelta,
    chunks: int,
) -> None:
    async def check() -> None:
        executor = TorchExecutor(1)
        home = Home(models, executor, period, chunk_span, chunks)
        await home.catalog.load()
        at = await home.feed(START, MINUTE)
        for kind, span in happenings:
            if kind == "feed":
                at = await home.feed(at, span)
            elif kind == "minutes":
                for _ in range(min(span // MINUTE, 25)):
                    at = await home.feed(at, MINUTE)
            elif kind == "gap":
                at += span
            else:
                home.restart()
        at = await home.feed(at, MINUTE)
        settled_until = home.telemetry.closed - HALF_WINDOW - period
        await home.assert_equals_whole(START, settled_until)
        await home.batcher.close()
        await executor.close()

    asyncio.run(check())


async def test_each_new_cell_is_kept_at_once_and_the_half_window_once_in_a_period(
    models: Path,
) -> None:
    executor = TorchExecutor(1)
    home = Home(models, executor)
    await home.catalog.load()
    at = await home.feed(START, 60 * MINUTE)
    for count in range(60, 120):
        at = await home.feed(at, MINUTE)
        assert len(home.telemetry.cells) == 2 * count
    refinements = [count // 2 for count in home.telemetry.written[1:] if count > 2]
    assert len(refinements) == 12
    assert max(refinements) == (HALF_WINDOW + PERIOD) // MINUTE
    assert len(home.telemetry.written) == 61
    await home.batcher.close()
    await executor.close()


async def test_what_a_silent_meter_left_is_refined_once(models: Path) -> None:
    executor = TorchExecutor(1)
    home = Home(models, executor)
    await home.catalog.load()
    at = await home.feed(START, 60 * MINUTE)
    while len(home.telemetry.written) < 3 or home.telemetry.written[-1] > 2:
        at = await home.feed(at, MINUTE)
    writes = len(home.telemetry.written)
    home.clock.advance(PERIOD - timedelta(seconds=1))
    await home.follow()
    assert len(home.telemetry.written) == writes
    home.clock.advance(timedelta(seconds=1))
    for _ in range(3):
        await home.follow()
    assert len(home.telemetry.written) == writes + 1
    await home.assert_equals_whole(START, home.telemetry.closed)
    await home.batcher.close()
    await executor.close()


async def test_late_readings_count_for_all_that_has_not_settled(models: Path) -> None:
    executor = TorchExecutor(1)
    home = Home(models, executor)
    await home.catalog.load()
    at = await home.feed(START, 60 * MINUTE)
    late = at
    for _ in range(3):
        at += MINUTE
        home.telemetry.feed(at, timedelta(microseconds=1))
        await home.follow()
    unsettled_from = home.telemetry.closed - HALF_WINDOW
    home.telemetry.feed(late, at - late)
    for _ in range(30):
        at = await home.feed(at, MINUTE)
    await home.assert_equals_whole(unsettled_from, home.telemetry.closed - HALF_WINDOW - PERIOD)
    await home.batcher.close()
    await executor.close()


async def test_a_restart_repeats_nothing_until_a_cell_closes(models: Path) -> None:
    executor = TorchExecutor(1)
    home = Home(models, executor)
    await home.catalog.load()
    at = await home.feed(START, 60 * MINUTE)
    writes = len(home.telemetry.written)
    home.restart()
    await home.follow()
    home.clock.advance(10 * PERIOD)
    await home.follow()
    assert len(home.telemetry.written) == writes
    await home.feed(at, MINUTE)
    assert home.telemetry.written[writes:] == [2 * ((HALF_WINDOW + PERIOD) // MINUTE + 1)]
    await home.batcher.close()
    await executor.close()


async def test_a_cell_of_a_longer_period_is_predicted_when_it_closes(tmp_path: Path) -> None:
    add_model(tmp_path, "kettle", seed=1)
    add_model(tmp_path, "microwave", seed=2, sample_period=MINUTE / 3)
    executor = TorchExecutor(1)
    home = Home(tmp_path, executor, 60 * MINUTE)
    await home.catalog.load()
    at = await home.feed(START, 30 * MINUTE)
    for _ in range(9):
        at = await home.feed(at, MINUTE / 3)
        newest = to_us(home.telemetry.closed - MINUTE)
        assert ("kettle", newest) in home.telemetry.cells
    await home.batcher.close()
    await executor.close()
