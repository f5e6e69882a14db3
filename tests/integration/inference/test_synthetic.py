"""The shipped fridge model on the simulator's household, through the real services.

The simulator shares no code with the simulation that the model learned from.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from nilm.buildings.v1 import appliance_service_pb2 as appliance_pb
from nilm.buildings.v1 import appliance_service_pb2_grpc as appliance_grpc
from nilm.inference.v1 import inference_service_pb2 as pb
from nilm.inference.v1 import model_pb2
from nilm.inference.v1 import model_service_pb2 as model_pb
from nilm.telemetry.v1 import reading_pb2
from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as reading_grpc
from nilm_core.timegrid import to_us
from nilm_models.metrics import score
from nilm_rpc.channel import connect
from nilm_rpc.convert import to_timestamp
from nilm_simulator.domain.household import Household, HouseholdPower
from tests.support import inference_world
from tests.support.inference_world import World

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 3
PERIOD_US = 10_000_000
PER_MINUTE = 6
SHIPPED = Path("models").resolve()
METERED = {"kettle", "dishwasher", "washing_machine", "microwave"}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with inference_world.world(tmp_path, real_telemetry=True) as started:
        yield started


def household(seed: int) -> HouseholdPower:
    times_us = to_us(START) + PERIOD_US * np.arange(DAYS * 1_440 * PER_MINUTE, dtype=np.int64)
    return Household(seed, ZoneInfo("Europe/London")).power_at(times_us)


async def building_of(world: World, who: dict[str, Any], power: HouseholdPower) -> str:
    """Makes a building and writes its mains."""
    building_id = await world.building(who)
    async with connect(world.telemetry_target) as channel:
        stub = reading_grpc.ReadingServiceStub(channel)
        for first in range(0, power.mains_w.size, 8_000):
            part = power.mains_w[first : first + 8_000]
            columns = reading_pb2.ReadingColumns(
                start_time=to_timestamp(START),
                offset_us=(PERIOD_US * np.arange(first, first + part.size)).tolist(),
                power_w=part.tolist(),
            )
            request = reading_pb.WriteReadingsRequest(building_id=building_id, readings=columns)
            assert (await stub.WriteReadings(request, **who)).accepted_count == part.size
    return building_id


async def test_a_fridge_is_found_where_it_was_entered_and_its_model_says_synthetic(
    world: World,
) -> None:
    anna = await world.sign_up()
    power = household(seed=7)
    building_id = await building_of(world, anna, power)
    request = pb.DisaggregateRequest(
        building_id=building_id,
        start_time=to_timestamp(START),
        end_time=to_timestamp(START + timedelta(days=DAYS)),
    )
    async with world.inference(models_dir=SHIPPED) as running:

        async def found() -> dict[str, np.ndarray[Any, Any]]:
            power_w: dict[str, list[float]] = {}
            versions = set()
            async for answer in running.inference.Disaggregate(request, **anna):
                if answer.HasField("result"):
                    power_w.setdefault(answer.result.appliance_id, []).extend(answer.result.power_w)
                    versions.add((answer.result.appliance_id, answer.result.model_version))
            assert len(versions) == len(power_w)
            return {name: np.array(values) for name, values in power_w.items()}

        assert set(await found()) == METERED
        await appliance_grpc.ApplianceServiceStub(world.auth_channel).CreateAppliance(
            appliance_pb.CreateApplianceRequest(
                building_id=building_id, appliance_id="fridge", display_name="Fridge"
            ),
            **anna,
        )
        with_fridge = await found()
        listed = await running.models.ListModels(model_pb.ListModelsRequest(), **anna)
    assert set(with_fridge) == METERED | {"fridge"}
    origins = {each.appliance_id: each.training_data for each in listed.models}
    assert origins["fridge"] == model_pb2.TRAINING_DATA_SYNTHETIC
    assert {origins[name] for name in METERED} == {model_pb2.TRAINING_DATA_REAL}
    truth_w = power.appliances_w["fridge"].reshape(-1, PER_MINUTE).mean(axis=1)
    result = score(truth_w.astype(np.float32), with_fridge["fridge"].astype(np.float32), 50.0)
    assert result.f1 is not None
    assert result.f1 > 0.7
    assert result.mae_w is not None
    assert result.always_off_mae_w is not None
    assert result.mae_w < 0.6 * result.always_off_mae_w
