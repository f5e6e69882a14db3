"""What `precision` changes of the answers: those of single windows by a wide network."""

from datetime import UTC, datetime

import numpy as np
import pytest
from pydantic import ValidationError

from nilm.inference.v1 import inference_service_pb2 as pb
from nilm_inference.settings import InferenceSettings
from nilm_models.bundle import load_model
from nilm_models.dense import evaluate_windows
from nilm_models.wide_layers import Precision
from nilm_rpc.convert import to_timestamp
from tests.support.inference_world import World
from tests.support.small_models import add_model

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
WIDE = {"window": 301, "filters": [8], "kernels": [5], "dilations": [1], "hidden_units": 512}


@pytest.mark.parametrize("precision", ["float32", "int8"])
async def test_windows_are_answered_with_the_precision_of_the_settings(
    world: World, precision: Precision
) -> None:
    entry = add_model(world.folder / "models", "dishwasher", seed=3, params=WIDE)
    window_kw = np.random.default_rng(1).uniform(0.1, 3.0, 301).tolist()
    window_w = np.array([window_kw], np.float32) * np.float32(1_000)
    expected = {
        each: evaluate_windows(
            load_model(world.folder / "models", entry, precision=each), window_w
        ).on_probability[0]
        for each in ("float32", "int8")
    }
    assert abs(expected["float32"] - expected["int8"]) > 1e-5
    anna = await world.sign_up()
    building_id = await world.building(anna)
    async with world.inference(precision=precision) as running:
        answer = await running.inference.Infer(
            pb.InferRequest(
                building_id=building_id,
                appliance_id="dishwasher",
                window_kw=window_kw,
                sample_time=to_timestamp(NOON),
            ),
            **anna,
        )
    said = max(expected[precision], 1 - expected[precision])
    assert answer.confidence == pytest.approx(float(said), abs=1e-6)


def test_another_precision_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NILM_INFERENCE_PRECISION", "int4")
    with pytest.raises(ValidationError, match="precision"):
        InferenceSettings()
