"""Disaggregate behind a real server, with real auth and a telemetry in memory."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import numpy as np
import pytest
from google.rpc import error_details_pb2

from nilm.inference.v1 import inference_service_pb2 as pb
from nilm_core.timegrid import TimeGrid, resample_mean, to_us
from nilm_models.dense import evaluate_dense
from nilm_models.postprocess import fit_breakdown
from nilm_models.store import ModelStore
from nilm_rpc.convert import to_timestamp
from tests.support.inference_world import Inference, World
from tests.support.rpc_errors import detail, failure, fields

START = datetime(2024, 5, 1, tzinfo=UTC)
PERIOD = timedelta(seconds=30)
DAYS = 3
END = START + timedelta(days=DAYS)
NAMES = ("kettle", "microwave")


def made_mains(count: int, seed: int = 3) -> list[float]:
    rng = np.random.default_rng(seed)
    base = rng.uniform(50.0, 400.0, count)
    bursts = np.repeat(rng.random(count // 20 + 1) < 0.2, 20)[:count] * 2_500.0
    values: list[float] = (base + bursts).tolist()
    return values


@pytest.fixture
async def home(world: World) -> tuple[dict[str, Any], str]:
    """A building with three days of mains, but for a gap of two hours on the second."""
    anna = await world.sign_up()
    building_id = await world.building(anna)
    count = DAYS * 2_880
    world.telemetry.add_readings(building_id, START, PERIOD, made_mains(count))
    gap = START + timedelta(days=1, hours=5)
    readings = world.telemetry.readings[building_id]
    for time_us in list(readings):
        if to_us(gap) <= time_us < to_us(gap + timedelta(hours=2)):
            del readings[time_us]
    return anna, building_id


def request(building_id: str, **changes: Any) -> pb.DisaggregateRequest:
    values = {
        "building_id": building_id,
        "start_time": to_timestamp(START),
        "end_time": to_timestamp(END),
    }
    return pb.DisaggregateRequest(**{**values, **changes})


async def everything(
    running: Inference,
    asked: pb.DisaggregateRequest,
    who: dict[str, Any],
    answers: list[pb.DisaggregateResponse] | None = None,
) -> list[pb.DisaggregateResponse]:
    """Returns all answers; those before a failure are in `answers`."""
    seen = [] if answers is None else answers
    async for each in running.inference.Disaggregate(asked, **who):
        seen.append(each)
    return seen


def directly(world: World, building_id: str) -> dict[str, np.ndarray[Any, Any]]:
    """Returns what the models say of the whole interval in one piece.

    The grid goes on past the last reading, which thus holds for nothing, as nobody knows how long.
    """
    store = ModelStore(world.folder / "models")
    store.reload()
    readings = world.telemetry.readings[building_id]
    times_us = np.array(sorted(readings), dtype=np.int64)
    power_w = np.array([readings[time_us] for time_us in times_us.tolist()])
    grid = TimeGrid.covering(START, END + timedelta(hours=1), timedelta(seconds=60))
    mains_w = resample_mean(times_us, power_w, grid)
    fitted = fit_breakdown(
        mains_w, {name: evaluate_dense(store.get(name), mains_w).power_w for name in NAMES}
    )
    return {name: power_w[: DAYS * 1_440] for name, power_w in fitted.items()}


def dense(world: World, building_id: str, name: str) -> np.ndarray[Any, Any]:
    """Returns what telemetry holds on the grid of the interval, NaN where nothing."""
    power_w = np.full(DAYS * 1_440, np.nan, dtype=np.float32)
    for time, value in world.telemetry.predicted(building_id, name).items():
        power_w[(time - START) // timedelta(seconds=60)] = value
    return power_w


async def test_chunks_give_what_the_whole_interval_gives_and_gaps_stay_gaps(
    world: World, home: tuple[dict[str, Any], str]
) -> None:
    anna, building_id = home
    async with world.inference(chunk_hours=7) as running:
        answers = await everything(running, request(building_id), anna)
    expected = directly(world, building_id)
    for name in NAMES:
        np.testing.assert_allclose(
            dense(world, building_id, name), expected[name], rtol=1e-4, atol=0.05
        )
    total = sum(np.nan_to_num(expected[name]) for name in NAMES)
    gap = np.isnan(expected["kettle"])
    assert 115 <= np.count_nonzero(gap) <= 125
    assert (total > 0).any()
    progress = [each.progress for each in answers if each.HasField("progress")]
    results = [each.result for each in answers if each.HasField("result")]
    assert [each.HasField("progress") for each in answers] == [True] * len(progress) + [
        False
    ] * len(results)
    fractions = [each.fraction for each in progress]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert progress[-1].done_until_time == to_timestamp(END)
    assert progress[-1].prediction_count == 2 * (DAYS * 1_440 - np.count_nonzero(gap))
    assert {each.appliance_id for each in results} == set(NAMES)


async def test_a_cut_run_resumed_keeps_what_an_uncut_one_keeps(
    world: World, home: tuple[dict[str, Any], str]
) -> None:
    anna, building_id = home
    async with world.inference(chunk_hours=12) as running:
        call = running.inference.Disaggregate(request(building_id), **anna)
        seen = [await call.read() for _ in range(3)]
        call.cancel()
    token = seen[-1].progress.resume_token
    done_until = seen[-1].progress.done_until_time.ToDatetime(tzinfo=UTC)
    assert START < done_until < END
    for key in list(world.telemetry.cells):
        world.telemetry.cells[key] = {
            time: cell
            for time, cell in world.telemetry.cells[key].items()
            if time < to_us(done_until)
        }
    queries_before = world.telemetry.query_count
    async with world.inference(chunk_hours=12) as restarted:
        resumed = request(building_id, resume_token=token, omit_results=True)
        answers = await everything(restarted, resumed, anna)
    assert all(each.HasField("progress") for each in answers)
    assert answers[0].progress.done_until_time == seen[-1].progress.done_until_time
    assert answers[0].progress.prediction_count == seen[-1].progress.prediction_count
    assert world.telemetry.query_count > queries_before
    expected = directly(world, building_id)
    for name in NAMES:
        np.testing.assert_allclose(
            dense(world, building_id, name), expected[name], rtol=1e-4, atol=0.05
        )
    cell_count = sum(int(np.count_nonzero(~np.isnan(each))) for each in expected.values())
    assert answers[-1].progress.prediction_count == cell_count


async def test_a_store_that_goes_away_leaves_a_token_to_go_on_with(
    world: World, home: tuple[dict[str, Any], str]
) -> None:
    anna, building_id = home
    world.telemetry.writes_until_failure = 2
    async with world.inference(chunk_hours=12) as running:
        answers: list[pb.DisaggregateResponse] = []
        cut = everything(running, request(building_id), anna, answers)
        await failure(cut, grpc.StatusCode.UNAVAILABLE)
        assert answers[-1].progress.done_until_time == to_timestamp(START + timedelta(days=1))
        world.telemetry.writes_until_failure = None
        resumed = request(building_id, resume_token=answers[-1].progress.resume_token)
        rest = await everything(running, resumed, anna)
    assert rest[0].progress.fraction == pytest.approx(1 / DAYS)
    assert len(world.telemetry.cells[building_id, "kettle"]) > 1_440 * 2


async def test_only_the_chosen_appliances_are_predicted(
    world: World, home: tuple[dict[str, Any], str], running: Inference
) -> None:
    anna, building_id = home
    chosen = request(building_id, appliance_ids=["microwave"])
    answers = await everything(running, chosen, anna)
    assert {each.result.appliance_id for each in answers if each.HasField("result")} == {
        "microwave"
    }
    assert not world.telemetry.cells[building_id, "kettle"]


async def test_an_interval_without_readings_has_no_predictions(
    world: World, home: tuple[dict[str, Any], str], running: Inference
) -> None:
    anna, building_id = home
    earlier = request(
        building_id,
        start_time=to_timestamp(START - timedelta(days=30)),
        end_time=to_timestamp(START - timedelta(days=20)),
    )
    answers = await everything(running, earlier, anna)
    assert answers[-1].progress.fraction == 1.0
    assert answers[-1].progress.prediction_count == 0
    assert world.telemetry.writes == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"appliance_ids": ["kettle", "toaster"]}, "appliance_ids[1]", "kettle, microwave"),
        ({"start_time": None}, "start_time", "is needed"),
        ({"end_time": to_timestamp(START)}, "end_time", "later"),
        ({"end_time": to_timestamp(START + timedelta(days=1_200))}, "end_time", "1098 days"),
        ({"end_time": to_timestamp(START + timedelta(seconds=59))}, "end_time", "60 s"),
        ({"resume_token": "bm9uc2Vuc2U"}, "resume_token", "last one"),
    ],
)
async def test_what_is_wrong_is_named(
    home: tuple[dict[str, Any], str],
    running: Inference,
    changes: dict[str, Any],
    field: str,
    words: str,
) -> None:
    anna, building_id = home
    call = running.inference.Disaggregate(request(building_id, **changes), **anna)
    error = await failure(call.read(), grpc.StatusCode.INVALID_ARGUMENT)
    assert fields(error) == [field]
    assert words in (error.details() or "")


async def test_a_token_fits_its_own_request_alone(
    home: tuple[dict[str, Any], str], running: Inference
) -> None:
    anna, building_id = home
    answers = await everything(running, request(building_id), anna)
    token = answers[0].progress.resume_token
    other = request(building_id, appliance_ids=["kettle"], resume_token=token)
    error = await failure(
        running.inference.Disaggregate(other, **anna).read(), grpc.StatusCode.INVALID_ARGUMENT
    )
    assert fields(error) == ["resume_token"]


async def test_access_is_checked_before_the_request(
    world: World, home: tuple[dict[str, Any], str], running: Inference
) -> None:
    _, building_id = home
    ben = await world.sign_up("ben")
    wrong = request(building_id, end_time=to_timestamp(START))
    await failure(running.inference.Disaggregate(wrong, **ben).read(), grpc.StatusCode.NOT_FOUND)


async def test_so_many_at_once_and_no_more(world: World, home: tuple[dict[str, Any], str]) -> None:
    anna, building_id = home
    world.telemetry.write_delay_s = 5.0
    async with world.inference(max_disaggregations=1, chunk_hours=24) as running:
        first = running.inference.Disaggregate(request(building_id), **anna)
        await first.read()
        error = await failure(
            running.inference.Disaggregate(request(building_id), **anna).read(),
            grpc.StatusCode.RESOURCE_EXHAUSTED,
        )
        assert detail(error, error_details_pb2.RetryInfo).retry_delay.seconds == 10
        first.cancel()
        async with asyncio.timeout(60):
            while True:
                again = running.inference.Disaggregate(request(building_id), **anna)
                try:
                    await again.read()
                    break
                except grpc.aio.AioRpcError:
                    await asyncio.sleep(0.05)
        again.cancel()
