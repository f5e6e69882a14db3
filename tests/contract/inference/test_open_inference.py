"""The Open Inference Protocol behind a real server, asked by the unmodified Triton client."""

import asyncio
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import grpc
import numpy as np
import pytest

from nilm_core.errors import UnavailableError
from nilm_models.bundle import LoadedModel
from nilm_models.dense import evaluate_windows
from nilm_models.store import ModelStore
from tests.support.inference_world import Inference, World
from tests.support.server_process import free_port
from tests.support.small_models import add_model
from tests.support.triton import Triton, TritonError, TritonProcess, triton_process

WINDOW = 21


@pytest.fixture(scope="module")
def process() -> Iterator[TritonProcess]:
    with triton_process() as started:
        yield started


def pointed(
    process: TritonProcess, running: Inference, account: dict[str, Any] | None = None
) -> Triton:
    """Returns the client that calls a running inference for an account."""
    headers = dict(account["metadata"]) if account else None
    return Triton(process, f"127.0.0.1:{running.server.port}", headers)


@pytest.fixture
async def client(world: World, running: Inference, process: TritonProcess) -> Triton:
    return pointed(process, running, await world.sign_up())


def windows(count: int, seed: int = 0) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(seed).uniform(50, 3_000, (count, WINDOW)).astype(np.float32)


def model_of(world: World, name: str) -> LoadedModel:
    store = ModelStore(world.folder / "models")
    store.reload()
    return store.get(name)


def check(answer: dict[str, Any], model: LoadedModel, asked: np.ndarray[Any, Any]) -> None:
    """Compares an answer of all outputs with the model's own."""
    alone = evaluate_windows(model, asked)
    assert list(answer["outputs"]) == ["power_w", "on_probability", "confidence"]
    for name, values in answer["outputs"].items():
        np.testing.assert_allclose(values, getattr(alone, name), rtol=1e-4, atol=1e-4)
    assert (answer["model"], answer["version"]) == (
        model.entry.appliance_id,
        model.entry.model_version,
    )


async def test_the_server_says_what_it_is(client: Triton) -> None:
    assert await client.ask("is_server_live") is True
    assert await client.ask("is_server_ready") is True
    assert await client.ask("get_server_metadata") == {
        "name": "nilm-inference",
        "version": version("nilm-energy-monitor"),
    }


@pytest.mark.parametrize(
    ("arguments", "is_ready"),
    [
        (("kettle",), True),
        (("kettle", "1.0.1"), True),
        (("kettle", "9"), False),
        (("toaster",), False),
    ],
)
async def test_a_model_in_memory_is_ready(
    client: Triton, arguments: tuple[str, ...], is_ready: bool
) -> None:
    assert await client.ask("is_model_ready", *arguments) is is_ready


async def test_a_model_says_its_tensors(client: Triton) -> None:
    assert await client.ask("get_model_metadata", "kettle") == {
        "name": "kettle",
        "versions": ["1.0.1"],
        "platform": "pytorch_safetensors",
        "inputs": [{"name": "mains_w", "datatype": "FP32", "shape": ["-1", "21"]}],
        "outputs": [
            {"name": name, "datatype": "FP32", "shape": ["-1"]}
            for name in ("power_w", "on_probability", "confidence")
        ],
    }


async def test_raw_tensors_are_answered_raw(world: World, client: Triton) -> None:
    asked = windows(5)
    answer = await client.infer(model="kettle", windows=asked.tolist(), id="first")
    check(answer, model_of(world, "kettle"), asked)
    assert answer["id"] == "first"
    assert answer["is_raw"]
    assert world.telemetry.writes == []


async def test_typed_tensors_are_answered_typed(world: World, client: Triton) -> None:
    asked = windows(3)
    tensor = {
        "name": "mains_w",
        "datatype": "FP32",
        "shape": [3, WINDOW],
        "contents": {"fp32_contents": asked.ravel().tolist()},
    }
    answer = await client.infer_by_message({"model_name": "microwave", "inputs": [tensor]})
    check(answer, model_of(world, "microwave"), asked)
    assert not answer["is_raw"]


async def test_outputs_come_as_they_are_asked_for(client: Triton) -> None:
    wanted = ["confidence", "power_w"]
    answer = await client.infer(model="kettle", windows=windows(2).tolist(), outputs=wanted)
    assert list(answer["outputs"]) == wanted


async def test_more_windows_than_a_batch_are_answered_in_order(
    world: World, client: Triton
) -> None:
    asked = windows(300)
    answer = await client.infer(model="kettle", version="1.0.1", windows=asked.tolist())
    check(answer, model_of(world, "kettle"), asked)


async def test_without_its_middle_a_window_has_no_answer(client: Triton) -> None:
    asked = windows(2)
    asked[0, 0] = asked[1, WINDOW // 2] = np.nan
    answer = await client.infer(model="kettle", windows=asked.tolist())
    for values in answer["outputs"].values():
        assert np.isnan(values).tolist() == [False, True]


async def test_many_at_once_each_get_their_own(world: World, client: Triton) -> None:
    names = ("kettle", "microwave")
    asked = [(names[seed % 2], windows(1 + seed % 7, seed)) for seed in range(100)]
    answers = await client.infer_together(
        [{"model": name, "windows": values.tolist()} for name, values in asked]
    )
    models = {name: model_of(world, name) for name in names}
    for (name, values), answer in zip(asked, answers, strict=True):
        check(answer, models[name], values)


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"model": "toaster"}, "NOT_FOUND", "toaster is not known.*kettle, microwave"),
        ({"version": "9"}, "NOT_FOUND", "version 9 is not known.*1.0.1"),
        ({"version": "1.0.7"}, "FAILED_PRECONDITION", "not active"),
        ({"model": ""}, "INVALID_ARGUMENT", "model_name"),
        ({"input": "mains"}, "INVALID_ARGUMENT", r"inputs\[0\]\.name.*mains_w"),
        ({"datatype": "FP64"}, "INVALID_ARGUMENT", r"inputs\[0\]\.datatype.*FP32"),
        ({"windows": [[1.0] * 20]}, "INVALID_ARGUMENT", r"inputs\[0\]\.shape.*\[B, 21\]"),
        ({"windows": [1.0] * WINDOW}, "INVALID_ARGUMENT", r"inputs\[0\]\.shape"),
        ({"windows": [[float("inf")] * WINDOW]}, "INVALID_ARGUMENT", r"mains_w\[0\]"),
        ({"outputs": ["energy"]}, "INVALID_ARGUMENT", r"outputs\[0\]\.name.*power_w"),
        ({"outputs": ["power_w", "power_w"]}, "INVALID_ARGUMENT", r"outputs\[1\].*twice"),
        ({"windows": [[1.0] * WINDOW] * 1_025}, "INVALID_ARGUMENT", "at most 1024 windows"),
    ],
)
async def test_what_is_wrong_is_named(
    world: World, process: TritonProcess, changes: dict[str, Any], status: str, words: str
) -> None:
    add_model(world.folder / "models", "kettle", seed=7, is_active=False)
    anna = await world.sign_up()
    case = {"model": "kettle", "windows": windows(1).tolist(), **changes}
    async with world.inference() as running:
        with pytest.raises(TritonError, match=words) as caught:
            await pointed(process, running, anna).infer(**case)
    assert caught.value.status == status


def tensor(**changes: Any) -> dict[str, Any]:
    values = {"name": "mains_w", "datatype": "FP32", "shape": [1, WINDOW]}
    return {**values, **changes}


TYPED = {"contents": {"fp32_contents": [1.0] * WINDOW}}
RAW = np.ones(WINDOW, np.float32).tobytes()


@pytest.mark.parametrize(
    ("inputs", "raw", "words"),
    [
        ([], [], "inputs.*one tensor"),
        ([tensor(**TYPED), tensor(**TYPED)], [], "inputs.*one tensor"),
        ([tensor()], [], r"inputs\[0\]\.contents.*21 elements"),
        ([tensor()], [RAW[:-4]], r"raw_input_contents\[0\].*21 elements.*20"),
        ([tensor()], [RAW[:-1]], "raw_input_contents.*4 bytes"),
        ([tensor()], [RAW, RAW], "raw_input_contents.*one for each"),
        ([tensor(**TYPED)], [RAW], r"inputs\[0\]\.contents.*left out"),
        ([tensor(shape=[0, WINDOW])], [], r"inputs\[0\]\.shape"),
        ([tensor(shape=[-1, -WINDOW], **TYPED)], [], r"inputs\[0\]\.shape"),
        ([tensor(parameters={"shared_memory_region": {"string_param": "a"}})], [], "parameters"),
    ],
)
async def test_contents_that_do_not_fit_are_refused(
    client: Triton, inputs: list[dict[str, Any]], raw: list[bytes], words: str
) -> None:
    with pytest.raises(TritonError, match=words) as caught:
        await client.infer_by_message({"model_name": "kettle", "inputs": inputs}, *raw)
    assert caught.value.status == "INVALID_ARGUMENT"


async def test_it_needs_a_token(running: Inference, process: TritonProcess) -> None:
    client = pointed(process, running)
    for call in (client.ask("is_server_live"), client.infer(model="kettle", windows=[[0.0]])):
        with pytest.raises(TritonError) as caught:
            await call
        assert caught.value.status == "UNAUTHENTICATED"


async def test_only_inference_counts_towards_its_limit(
    world: World, process: TritonProcess
) -> None:
    anna = await world.sign_up()
    case = {"model": "kettle", "windows": windows(1).tolist()}
    async with world.inference(limit_inference_per_minute=2) as running:
        client = pointed(process, running, anna)
        answers = await client.infer_together([case] * 6)
        assert any("RESOURCE_EXHAUSTED" in each.get("status", "") for each in answers)
        assert await client.ask("is_model_ready", "kettle") is True


async def test_the_local_port_needs_no_token_and_serves_nothing_else(
    world: World, process: TritonProcess
) -> None:
    port = free_port()
    async with world.inference(oip_port=port):
        asked = windows(2)
        client = Triton(process, f"127.0.0.1:{port}")
        answer = await client.infer(model="kettle", windows=asked.tolist())
        check(answer, model_of(world, "kettle"), asked)
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            call = channel.unary_unary("/nilm.inference.v1.ModelService/ListModels")
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await call(b"")
        assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_a_local_port_in_use_is_told_at_the_start(world: World) -> None:
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    async with taken:
        with pytest.raises(UnavailableError, match=f"{port} is in use"):
            async with world.inference(oip_port=port):
                pytest.fail("it started")
