"""The Open Inference Protocol through the real Envoy, asked by the unmodified Triton client."""

from collections.abc import Iterator

import numpy as np
import pytest

from nilm_models.dense import evaluate_windows
from nilm_models.store import ModelStore
from tests.e2e.conftest import Account, System
from tests.support.nilm_up import REPOSITORY
from tests.support.triton import Triton, TritonError, TritonProcess, triton_process


@pytest.fixture(scope="module")
def process() -> Iterator[TritonProcess]:
    with triton_process() as started:
        yield started


@pytest.fixture
def client(system: System, account: Account, process: TritonProcess) -> Triton:
    return Triton(process, system.target, account.headers)


async def test_a_batch_larger_than_other_requests_is_answered(client: Triton) -> None:
    store = ModelStore(REPOSITORY / "models")
    store.reload()
    model = store.get("kettle")
    window = model.entry.input_window_size
    count = 1 + 300 * 1_024 // (4 * window)  # more than 256 KiB
    windows = np.random.default_rng(0).uniform(50, 3_000, (count, window)).astype(np.float32)
    answer = await client.infer(model="kettle", windows=windows.tolist(), outputs=["power_w"])
    alone = evaluate_windows(model, windows)
    np.testing.assert_allclose(answer["outputs"]["power_w"], alone.power_w, rtol=1e-3, atol=0.5)
    assert answer["version"] == model.entry.model_version


async def test_the_server_and_its_models_are_told(client: Triton) -> None:
    assert await client.ask("is_server_ready") is True
    assert await client.ask("is_model_ready", "kettle") is True
    assert (await client.ask("get_server_metadata"))["name"] == "nilm-inference"
    assert (await client.ask("get_model_metadata", "kettle"))["name"] == "kettle"


async def test_an_error_reaches_the_client_as_it_is(client: Triton) -> None:
    with pytest.raises(TritonError, match="toaster is not known") as caught:
        await client.infer(model="toaster", windows=[[0.0]])
    assert caught.value.status == "NOT_FOUND"


async def test_without_a_token_the_gateway_refuses(system: System, process: TritonProcess) -> None:
    with pytest.raises(TritonError, match="Jwt is missing") as caught:
        await Triton(process, system.target).ask("is_server_live")
    assert caught.value.status == "UNAUTHENTICATED"
