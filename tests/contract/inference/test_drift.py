"""Drift from the live loop to the RPC, behind a real server."""

from datetime import UTC, datetime, timedelta

import grpc
import numpy as np
import pytest
from prometheus_client import REGISTRY

from nilm.inference.v1 import model_drift_pb2
from nilm.inference.v1 import model_service_pb2 as pb
from nilm_models.drift import ModelStatistics, statistics_of
from tests.support.eventually import eventually_answers
from tests.support.inference_world import Inference, World
from tests.support.rpc_errors import failure, fields
from tests.support.small_models import add_model

HALF_MINUTE = timedelta(seconds=30)
DAYS = 9
"""So that one whole week is among them, or all but two days of one."""

ALL_BUT_AN_HOUR = DAYS * 1_440 - 60


def training(mains_w: float) -> ModelStatistics:
    """Returns what a model met whose mains lay around a power."""
    met_w = mains_w * np.random.default_rng(2).uniform(0.9, 1.1, 50_000)
    return statistics_of(met_w, np.zeros(50_000), np.full(50_000, 0.6))


async def drift(
    running: Inference, who: dict[str, object], model_id: str
) -> model_drift_pb2.ModelDrift:
    request = pb.GetModelDriftRequest(model_id=model_id)
    return (await running.models.GetModelDrift(request, **who)).drift


async def fed_world(world: World) -> None:
    """Gives a building nine days of mains that lie around 1 kW."""
    anna = await world.sign_up()
    building_id = await world.building(anna)
    values = np.random.default_rng(8).uniform(900.0, 1_100.0, DAYS * 2_880).tolist()
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=DAYS)
    world.telemetry.add_readings(building_id, start, HALF_MINUTE, values)


def cells(found: model_drift_pb2.ModelDrift) -> int:
    return sum(week.cell_count for week in found.weeks)


async def test_a_changed_household_says_retrain_and_an_unchanged_one_does_not(
    world: World,
) -> None:
    models = world.folder / "models"
    add_model(models, "kettle", seed=1, training_statistics=training(100.0), training_data="real")
    add_model(
        models, "microwave", seed=2, training_statistics=training(1_000.0), training_data="real"
    )
    add_model(models, "dishwasher", seed=3, training_data="real")
    await fed_world(world)
    admin = await world.admin()
    async with world.inference(live=True, drift_keep_s=0.1) as running:

        async def is_counted() -> bool:
            found = [await drift(running, admin, name) for name in ("kettle_cnn", "microwave_cnn")]
            return all(cells(each) > ALL_BUT_AN_HOUR for each in found)

        await eventually_answers(is_counted)
        kettle = await drift(running, admin, "kettle_cnn")
        microwave = await drift(running, admin, "microwave_cnn")
        dishwasher = await drift(running, admin, "dishwasher_cnn")
        labels = {"appliance_id": "kettle", "model_id": "kettle_cnn", "model_version": "1.0.1"}
        shown = REGISTRY.get_sample_value("nilm_inference_drift_psi", {**labels, "of": "mains"})
    assert kettle.state == model_drift_pb2.DRIFT_STATE_RETRAIN
    assert "nilm train --since-last" in kettle.message
    assert kettle.threshold == 0.25
    assert kettle.training_on_share == 0.0
    assert not kettle.HasField("training_mean_on_power_w")
    decisive = next(week for week in kettle.weeks if week.HasField("mains_psi"))
    assert decisive.mains_psi > 0.25
    assert shown == pytest.approx(decisive.mains_psi)
    same = next(week for week in microwave.weeks if week.HasField("mains_psi"))
    assert same.mains_psi < 0.1
    assert dishwasher.state == model_drift_pb2.DRIFT_STATE_UNKNOWN
    assert "before statistics were kept" in dishwasher.message
    assert not dishwasher.HasField("training_on_share")


async def test_a_restart_loses_nothing_and_counts_nothing_twice(world: World) -> None:
    add_model(
        world.folder / "models",
        "kettle",
        seed=1,
        training_statistics=training(100.0),
        training_data="real",
    )
    await fed_world(world)
    admin = await world.admin()
    # kept at the stop alone
    async with world.inference(live=True, drift_keep_s=3_600.0) as running:

        async def is_predicted() -> bool:
            known = world.telemetry.cells.values()
            return len(known) == 2 and all(len(each) > ALL_BUT_AN_HOUR for each in known)

        await eventually_answers(is_predicted)
        assert cells(await drift(running, admin, "kettle_cnn")) == 0
    async with world.inference(live=True, drift_keep_s=0.1) as running:

        async def is_counted() -> bool:
            return cells(await drift(running, admin, "kettle_cnn")) > ALL_BUT_AN_HOUR

        await eventually_answers(is_counted)
        assert cells(await drift(running, admin, "kettle_cnn")) <= DAYS * 1_440


async def test_drift_is_for_administrators_and_names_what_is_wrong(
    world: World, running: Inference
) -> None:
    anna, admin = await world.sign_up(), await world.admin()
    for who, request, code in (
        (anna, pb.GetModelDriftRequest(model_id="kettle_cnn"), grpc.StatusCode.PERMISSION_DENIED),
        (admin, pb.GetModelDriftRequest(model_id="nothing"), grpc.StatusCode.NOT_FOUND),
    ):
        await failure(running.models.GetModelDrift(request, **who), code)
    error = await failure(
        running.models.GetModelDrift(pb.GetModelDriftRequest(), **admin),
        grpc.StatusCode.INVALID_ARGUMENT,
    )
    assert fields(error) == ["model_id"]
