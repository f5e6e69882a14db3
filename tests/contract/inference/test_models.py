"""ModelService behind a real server, and reloads under load."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest

from nilm.inference.v1 import inference_service_pb2 as inference_pb
from nilm.inference.v1 import model_pb2
from nilm.inference.v1 import model_service_pb2 as pb
from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_rpc.convert import to_timestamp
from tests.support.inference_world import Inference, World
from tests.support.rpc_errors import failure, fields
from tests.support.small_models import add_model


async def test_models_are_listed_with_their_state(world: World) -> None:
    models = world.folder / "models"
    add_model(models, "kettle", seed=7, is_active=False)
    damaged = add_model(models, "dishwasher", seed=8)
    (models / damaged.artifact_path).write_bytes(b"damaged")
    async with world.inference() as running:
        anna = await world.sign_up()
        answer = await running.models.ListModels(pb.ListModelsRequest(), **anna)
    states = {(each.model_id, each.model_version): each for each in answer.models}
    assert {key: each.state for key, each in states.items()} == {
        ("dishwasher_cnn", "1.0.8"): model_pb2.MODEL_STATE_REFUSED,
        ("kettle_cnn", "1.0.1"): model_pb2.MODEL_STATE_READY,
        ("kettle_cnn", "1.0.7"): model_pb2.MODEL_STATE_INACTIVE,
        ("microwave_cnn", "1.0.2"): model_pb2.MODEL_STATE_READY,
    }
    assert "checksum" in states["dishwasher_cnn", "1.0.8"].refusal
    ready = states["kettle_cnn", "1.0.1"]
    assert ready.memory_bytes > 0
    assert ready.input_window_size == 21
    assert ready.sample_period.seconds == 60
    assert ready.training_data == model_pb2.TRAINING_DATA_REAL
    assert dict(ready.metrics) == {"f1": 0.8}


async def test_the_list_pages(world: World, running: Inference) -> None:
    anna = await world.sign_up()
    first = await running.models.ListModels(pb.ListModelsRequest(page_size=1), **anna)
    second = await running.models.ListModels(
        pb.ListModelsRequest(page_size=1, page_token=first.next_page_token), **anna
    )
    assert [each.model_id for each in (*first.models, *second.models)] == [
        "kettle_cnn",
        "microwave_cnn",
    ]
    assert second.next_page_token == ""
    error = await failure(
        running.models.ListModels(pb.ListModelsRequest(page_token="x"), **anna),
        grpc.StatusCode.INVALID_ARGUMENT,
    )
    assert fields(error) == ["page_token"]


async def test_one_model_by_id_and_version(world: World) -> None:
    add_model(world.folder / "models", "kettle", seed=7, is_active=False)
    async with world.inference() as running:
        anna = await world.sign_up()
        for version, expected in (("", "1.0.1"), ("1.0.7", "1.0.7")):
            request = pb.GetModelRequest(model_id="kettle_cnn", model_version=version)
            answer = await running.models.GetModel(request, **anna)
            assert answer.model.model_version == expected
            assert answer.model.on_threshold_w > 0
            assert answer.card_markdown == ""
        (world.folder / "models" / "kettle_cnn-1.0.7.md").write_text("## Limits\n- Few houses.\n")
        request = pb.GetModelRequest(model_id="kettle_cnn", model_version="1.0.7")
        answer = await running.models.GetModel(request, **anna)
        assert answer.card_markdown == "## Limits\n- Few houses.\n"
        unknown = pb.GetModelRequest(model_id="kettle_cnn", model_version="9")
        await failure(running.models.GetModel(unknown, **anna), grpc.StatusCode.NOT_FOUND)
        await failure(running.models.GetModel(unknown), grpc.StatusCode.UNAUTHENTICATED)


async def test_a_reload_is_for_administrators(world: World, running: Inference) -> None:
    anna = await world.sign_up()
    await failure(
        running.models.ReloadModels(pb.ReloadModelsRequest(), **anna),
        grpc.StatusCode.PERMISSION_DENIED,
    )


async def test_a_refused_bundle_leaves_the_model_that_was_serving(
    world: World, running: Inference
) -> None:
    admin = await world.admin()
    models = world.folder / "models"
    add_model(models, "microwave", seed=20)
    damaged = add_model(models, "kettle", seed=21)
    (models / damaged.artifact_path).write_bytes(b"damaged")
    answer = await running.models.ReloadModels(pb.ReloadModelsRequest(), **admin)
    assert list(answer.ready_model_ids) == ["kettle_cnn", "microwave_cnn"]
    [refused] = answer.refused
    assert refused.model_id == "kettle_cnn"
    assert "checksum" in refused.message
    listed = await running.models.ListModels(pb.ListModelsRequest(), **admin)
    states = {each.model_version: each.state for each in listed.models}
    assert states["1.0.1"] == model_pb2.MODEL_STATE_READY
    assert states["1.0.21"] == model_pb2.MODEL_STATE_REFUSED
    assert states["1.0.20"] == model_pb2.MODEL_STATE_READY


async def test_a_damaged_registry_changes_nothing(world: World, running: Inference) -> None:
    admin = await world.admin()
    (world.folder / "models" / "registry.json").write_text("{")
    await failure(
        running.models.ReloadModels(pb.ReloadModelsRequest(), **admin),
        grpc.StatusCode.DATA_LOSS,
    )
    answer = await running.models.ListModels(pb.ListModelsRequest(), **admin)
    assert {each.state for each in answer.models} == {model_pb2.MODEL_STATE_READY}


async def test_calls_in_flight_are_unharmed_by_reloads(world: World, running: Inference) -> None:
    admin = await world.admin()
    building_id = await world.building(admin)
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    versions: list[str] = []

    async def ask(caller: int) -> None:
        turn = 0
        while len(versions) < 200 or versions[-1] != "1.0.35":
            time = noon + timedelta(minutes=caller * 1_000 + turn)
            turn += 1
            request = inference_pb.InferRequest(
                building_id=building_id,
                appliance_id="kettle",
                window_kw=[1.0] * 21,
                sample_time=to_timestamp(time),
            )
            versions.append((await running.inference.Infer(request, **admin)).model_version)

    async def reload() -> None:
        while not versions:  # noqa: ASYNC110 the first answers come by the old model
            await asyncio.sleep(0.01)
        for seed in range(30, 36):
            add_model(world.folder / "models", "kettle", seed=seed)
            await running.models.ReloadModels(pb.ReloadModelsRequest(), **admin)

    await asyncio.gather(*(ask(caller) for caller in range(16)), reload())
    assert {"1.0.1", "1.0.35"} <= set(versions)
    assert len(world.telemetry.cells[building_id, "kettle"]) == len(versions)
    after = await running.models.GetModel(pb.GetModelRequest(model_id="kettle_cnn"), **admin)
    assert after.model.model_version == "1.0.35"


async def test_without_a_registry_it_does_not_start(world: World) -> None:
    settings_changes = {"models_dir": world.folder / "nowhere"}
    with pytest.raises(FailedPreconditionError, match=r"registry\.json"):
        async with world.inference(**settings_changes):
            pytest.fail("it started")


async def test_without_a_model_that_loads_it_does_not_start(world: World, tmp_path: Path) -> None:
    models = tmp_path / "models"
    for artifact in models.glob("*.safetensors"):
        artifact.write_bytes(b"damaged")
    with pytest.raises(FailedPreconditionError, match=r"no active model can be loaded.*checksum"):
        async with world.inference():
            pytest.fail("it started")


async def test_with_a_damaged_registry_it_does_not_start(world: World) -> None:
    (world.folder / "models" / "registry.json").write_text(json.dumps({"models": [{}]}))
    with pytest.raises(DataCorruptionError, match=r"models\[0\]"):
        async with world.inference():
            pytest.fail("it started")


async def test_the_live_loop_needs_its_secret(world: World) -> None:
    with pytest.raises(FailedPreconditionError, match="SERVICE_SECRET_FILE"):
        async with world.inference(live=True, service_secret_file=None):
            pytest.fail("it started")
