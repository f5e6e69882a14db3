"""Models that learned from synthetic data: where they run, and that they say so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from nilm.buildings.v1 import appliance_service_pb2 as appliance_pb
from nilm.buildings.v1 import appliance_service_pb2_grpc as appliance_grpc
from nilm.inference.v1 import inference_service_pb2 as pb
from nilm.inference.v1 import model_pb2
from nilm.inference.v1 import model_service_pb2 as model_pb
from nilm_core.timegrid import to_us
from nilm_rpc.convert import to_duration, to_timestamp
from tests.support import inference_world
from tests.support.eventually import eventually
from tests.support.fake_telemetry import Cell
from tests.support.inference_world import Inference, World
from tests.support.small_models import add_model

START = datetime(2024, 5, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COUNT = 120
WINDOW = 21
ORIGINS = {
    "fridge": model_pb2.TRAINING_DATA_SYNTHETIC,
    "kettle": model_pb2.TRAINING_DATA_REAL,
    "microwave": model_pb2.TRAINING_DATA_REAL,
}


@pytest.fixture(autouse=True)
def fridge(world: World) -> None:
    add_model(world.folder / "models", "fridge", seed=3, training_data="synthetic")


async def enter_fridge(world: World, who: dict[str, Any], building_id: str) -> None:
    await appliance_grpc.ApplianceServiceStub(world.auth_channel).CreateAppliance(
        appliance_pb.CreateApplianceRequest(
            building_id=building_id, appliance_id="fridge", display_name="Fridge"
        ),
        **who,
    )


def feed(world: World, building_id: str) -> None:
    power_w = np.random.default_rng(8).uniform(50.0, 3_000.0, COUNT + 1)
    world.telemetry.add_readings(building_id, START, MINUTE, power_w.tolist())


def predicted(world: World, building_id: str) -> dict[str, int]:
    cells = world.telemetry.cells
    return {name: len(found) for (owner, name), found in cells.items() if owner == building_id}


async def answered(
    running: Inference, who: dict[str, Any], building_id: str, *names: str
) -> list[pb.DisaggregateResponse]:
    """Returns what an interval is answered with."""
    request = pb.DisaggregateRequest(
        building_id=building_id,
        appliance_ids=names,
        start_time=to_timestamp(START),
        end_time=to_timestamp(START + COUNT * MINUTE),
    )
    return [each async for each in running.inference.Disaggregate(request, **who)]


async def disaggregated(
    running: Inference, who: dict[str, Any], building_id: str, *names: str
) -> set[str]:
    """Returns the appliances that an interval's results speak of."""
    answers = await answered(running, who, building_id, *names)
    return {each.result.appliance_id for each in answers if each.HasField("result")}


async def streamed(
    running: Inference, who: dict[str, Any], building_id: str, *names: str
) -> pb.StreamDisaggregateResponse:
    """Returns the first answer of a stream."""
    call = running.inference.StreamDisaggregate(**who)
    await call.write(
        pb.StreamDisaggregateRequest(
            building_id=building_id,
            appliance_ids=names,
            start_time=to_timestamp(START),
            sample_period=to_duration(MINUTE),
            power_w=[200.0] * 60,
        )
    )
    answer = await call.read()
    call.cancel()
    assert isinstance(answer, pb.StreamDisaggregateResponse)
    return answer


async def test_they_say_so(world: World, running: Inference) -> None:
    anna = await world.sign_up()
    answer = await running.models.ListModels(model_pb.ListModelsRequest(), **anna)
    origins = {each.appliance_id: each.training_data for each in answer.models}
    assert origins == ORIGINS
    one = await running.models.GetModel(model_pb.GetModelRequest(model_id="fridge_cnn"), **anna)
    assert one.model.training_data == model_pb2.TRAINING_DATA_SYNTHETIC


@pytest.mark.parametrize("appliance_id", ORIGINS)
async def test_the_answer_for_a_window_says_so(
    world: World, running: Inference, appliance_id: str
) -> None:
    anna = await world.sign_up()
    request = pb.InferRequest(
        building_id=await world.building(anna),
        appliance_id=appliance_id,
        window_kw=[0.2] * WINDOW,
        sample_time=to_timestamp(START),
    )
    answer = await running.inference.Infer(request, **anna)
    assert answer.training_data == ORIGINS[appliance_id]


async def test_the_results_of_an_interval_say_so(world: World, running: Inference) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)
    feed(world, building_id)
    answers = await answered(running, anna, building_id, *ORIGINS)
    results = [each for each in answers if each.HasField("result")]
    assert {(each.result.appliance_id, each.training_data) for each in results} == set(
        ORIGINS.items()
    )
    others = {each.training_data for each in answers if each.HasField("progress")}
    assert others == {model_pb2.TRAINING_DATA_UNSPECIFIED}


async def test_results_that_other_versions_left_are_marked_by_those(world: World) -> None:
    models = world.folder / "models"
    add_model(models, "fridge", seed=3, training_data="synthetic", is_active=False)
    add_model(models, "fridge", seed=4, model_version="2.0.0", training_data="real")
    anna = await world.sign_up()
    building_id = await world.building(anna)
    power_w = np.random.default_rng(8).uniform(50.0, 3_000.0, COUNT // 2)
    world.telemetry.add_readings(building_id, START, MINUTE, power_w.tolist())
    cells = world.telemetry.cells[building_id, "fridge"]
    for minute, version in ((100, "1.0.3"), (101, "0.1.0")):
        cells[to_us(START + minute * MINUTE)] = Cell(40.0, 0.7, version)
    async with world.inference() as running:
        answers = await answered(running, anna, building_id, "fridge")
    results = [each for each in answers if each.HasField("result")]
    assert {(each.result.model_version, each.training_data) for each in results} == {
        ("2.0.0", model_pb2.TRAINING_DATA_REAL),
        ("1.0.3", model_pb2.TRAINING_DATA_SYNTHETIC),
        ("0.1.0", model_pb2.TRAINING_DATA_UNSPECIFIED),
    }


async def test_the_answers_of_a_stream_say_so(world: World, running: Inference) -> None:
    anna = await world.sign_up()
    answer = await streamed(running, anna, await world.building(anna), *ORIGINS)
    names = [series.appliance_id for series in answer.series]
    assert dict(zip(names, answer.training_data, strict=True)) == ORIGINS


async def test_an_interval_leaves_them_out_unless_their_appliance_was_entered_or_is_asked_for(
    world: World, running: Inference
) -> None:
    anna = await world.sign_up()
    without, with_one = await world.building(anna), await world.building(anna)
    await enter_fridge(world, anna, with_one)
    for building_id in (without, with_one):
        feed(world, building_id)
    assert await disaggregated(running, anna, without) == {"kettle", "microwave"}
    assert await disaggregated(running, anna, with_one) == {"kettle", "microwave", "fridge"}
    assert await disaggregated(running, anna, without, "fridge") == {"fridge"}


async def test_a_stream_does_as_an_interval(world: World, running: Inference) -> None:
    anna = await world.sign_up()
    building_id = await world.building(anna)

    async def found(*names: str) -> set[str]:
        answer = await streamed(running, anna, building_id, *names)
        return {series.appliance_id for series in answer.series}

    assert await found() == {"kettle", "microwave"}
    assert await found("fridge") == {"fridge"}
    await enter_fridge(world, anna, building_id)
    assert await found() == {"kettle", "microwave", "fridge"}


async def test_the_live_loop_begins_with_one_when_its_appliance_is_entered(world: World) -> None:
    anna = await world.sign_up()
    building_id, other = await world.building(anna), await world.building(anna)
    for each in (building_id, other):
        feed(world, each)
    async with world.inference(live=True, chunk_hours=1):
        await eventually(lambda: predicted(world, other) == {"kettle": COUNT, "microwave": COUNT})
        await enter_fridge(world, anna, building_id)
        world.telemetry.add_readings(building_id, START + (COUNT + 1) * MINUTE, MINUTE, [90.0])
        await eventually(lambda: predicted(world, building_id).get("fridge") == COUNT + 1)
    assert predicted(world, other) == {"kettle": COUNT, "microwave": COUNT}


async def test_where_there_is_no_other_model_nothing_runs_until_one_is_wanted(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "alone"
    folder.mkdir()
    async with inference_world.world(folder) as world:
        add_model(folder / "models", "fridge", seed=3, training_data="synthetic")
        anna = await world.sign_up()
        building_id = await world.building(anna)
        feed(world, building_id)
        async with world.inference() as running:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await disaggregated(running, anna, building_id)
            assert caught.value.code() == grpc.StatusCode.FAILED_PRECONDITION
            assert "entered for the building" in str(caught.value.details())
            assert await disaggregated(running, anna, building_id, "fridge") == {"fridge"}
