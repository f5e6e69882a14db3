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
from nilm_rpc.convert import to_duration, to_timestamp
from tests.support import inference_world
from tests.support.eventually import eventually
from tests.support.inference_world import Inference, World
from tests.support.small_models import add_model

START = datetime(2024, 5, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COUNT = 120


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


async def disaggregated(
    running: Inference, who: dict[str, Any], building_id: str, *names: str
) -> set[str]:
    """Returns the appliances that an interval's results speak of."""
    request = pb.DisaggregateRequest(
        building_id=building_id,
        appliance_ids=names,
        start_time=to_timestamp(START),
        end_time=to_timestamp(START + COUNT * MINUTE),
    )
    answers = [each async for each in running.inference.Disaggregate(request, **who)]
    return {each.result.appliance_id for each in answers if each.HasField("result")}


async def test_they_say_so(world: World, running: Inference) -> None:
    anna = await world.sign_up()
    answer = await running.models.ListModels(model_pb.ListModelsRequest(), **anna)
    origins = {each.appliance_id: each.training_data for each in answer.models}
    assert origins == {
        "fridge": model_pb2.TRAINING_DATA_SYNTHETIC,
        "kettle": model_pb2.TRAINING_DATA_REAL,
        "microwave": model_pb2.TRAINING_DATA_REAL,
    }
    one = await running.models.GetModel(model_pb.GetModelRequest(model_id="fridge_cnn"), **anna)
    assert one.model.training_data == model_pb2.TRAINING_DATA_SYNTHETIC


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

    async def streamed(*names: str) -> set[str]:
        call = running.inference.StreamDisaggregate(**anna)
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
        return {series.appliance_id for series in answer.series}

    assert await streamed() == {"kettle", "microwave"}
    assert await streamed("fridge") == {"fridge"}
    await enter_fridge(world, anna, building_id)
    assert await streamed() == {"kettle", "microwave", "fridge"}


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
