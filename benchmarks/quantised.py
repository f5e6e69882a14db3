"""Windows/s of the paper's network in 8 bits over those in float32, by turns in one run.

`int8` is the form that inference has as a setting, for networks that it changes, `int8, all layers`
goes as far as torch has kernels, `bfloat16` has all numbers so. The shipped models are measured as
well, and how F1 and MAE of each change on the months of REFIT House 2 that no training saw; for
bfloat16 only where it is quicker. The paper's network has random weights, so no F1 of its own.
"""

import copy
import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as inference itself has it

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from nilm_inference.engine.threads import torch_threads
from nilm_inference.settings import InferenceSettings
from nilm_models.architectures import Disaggregator, build_architecture
from nilm_models.bundle import LoadedModel
from nilm_models.dense import evaluate_dense
from nilm_models.metrics import Score, score
from nilm_models.store import ModelStore
from nilm_models.wide_layers import pack, quantise
from nilm_trainer.household import Household, data_folder, read_household
from support.int8_layers import quantise_all
from support.report import run

BATCH = 64
ROUNDS = 3
TURN_S = 0.4
ALLOWED_FALL = 0.005
CLASSIC = "cnn"
TEST_START = datetime(2015, 2, 28, tzinfo=UTC)
_ROOT = Path(__file__).parents[1]
_HOUSE = Path("mains") / "refit_house2_30s.parquet"


class InBfloat16(Disaggregator):
    """A network with all numbers in bfloat16, float32 outside."""

    def __init__(self, network: Disaggregator) -> None:
        super().__init__()
        self.input_window_size = network.input_window_size
        self.output_count = network.output_count
        self.chunk_samples = network.chunk_samples
        self.network = network.to(torch.bfloat16)

    def forward(self, mains: Tensor) -> Tensor:
        """Maps normalised mains (B, 1, L) to power and on-logit (B, 2 A, L - W + 1)."""
        outputs: Tensor = self.network(mains.to(torch.bfloat16))
        return outputs.float()


def float32(network: Disaggregator) -> Disaggregator:
    """Returns a network as it serves by default."""
    pack(network)
    return network


def int8(network: Disaggregator) -> Disaggregator | None:
    """Returns a network as `NILM_INFERENCE_PRECISION=int8` has it; None where that is no other."""
    return network if quantise(network) else None


def int8_everywhere(network: Disaggregator) -> Disaggregator:
    """Returns a network with every layer in 8 bits."""
    quantise(network)
    quantise_all(network)
    return network


FORMS: Mapping[str, Callable[[Disaggregator], Disaggregator | None]] = {
    "float32": float32,
    "int8": int8,
    "int8, all layers": int8_everywhere,
    "bfloat16": InBfloat16,
}


def forms_of(network: Disaggregator) -> dict[str, Disaggregator]:
    """Returns a network in each form that changes it."""
    forms = {name: form(copy.deepcopy(network)) for name, form in FORMS.items()}
    return {name: form for name, form in forms.items() if form is not None}


def windows_per_s(network: nn.Module, windows: Tensor) -> float:
    """Returns windows/s of a batch again and again, for a while."""
    count, started = 0, time.perf_counter()
    with torch.inference_mode():
        while (elapsed := time.perf_counter() - started) < TURN_S:
            network(windows)
            count += len(windows)
    return count / elapsed


def speeds(forms: Mapping[str, Disaggregator]) -> dict[str, dict[str, Any]]:
    """Measures all forms of a network by turns, and how far their outputs are from float32's."""
    window = forms["float32"].input_window_size
    rng = np.random.default_rng(1)
    made = rng.gamma(0.5, 1.0, (BATCH, 1, window)).astype(np.float32) - np.float32(0.5)
    windows = torch.from_numpy(made)
    with torch.inference_mode():
        outputs = {name: network(windows) for name, network in forms.items()}
    rates: dict[str, list[float]] = {name: [] for name in forms}
    alone: dict[str, list[float]] = {name: [] for name in forms}
    for _ in range(ROUNDS):
        for name, network in forms.items():
            rates[name].append(windows_per_s(network, windows))
            alone[name].append(windows_per_s(network, windows[:1]))
    exact = outputs["float32"]
    in_float32 = statistics.median(rates["float32"])
    return {
        name: {
            "windows_per_s": round(statistics.median(each), 1),
            "speed": round(statistics.median(each) / in_float32, 2),
            "window_ms": round(1_000 / statistics.median(alone[name]), 3),
            "greatest_difference": float((outputs[name] - exact).abs().max() / exact.abs().max()),
            "f1_change": None,
            "mae_change_w": None,
        }
        for name, each in rates.items()
    }


def scored(model: LoadedModel, network: Disaggregator, house: Household) -> Score:
    """Scores a model with another form of its network."""
    estimate = evaluate_dense(replace(model, network=network), house.mains_w)
    truth_w: npt.NDArray[np.float32] = house.truth_w[model.entry.appliance_id]
    return score(truth_w, estimate.power_w, model.entry.on_threshold_w)


def shipped(model: LoadedModel, house: Household | None) -> dict[str, dict[str, Any]]:
    """Measures one shipped model in each form."""
    forms = forms_of(model.network)
    figures = speeds(forms)
    if house is None or model.entry.appliance_id not in house.truth_w:
        return figures
    exact = scored(model, forms["float32"], house)
    for name, network in forms.items():
        if figures[name]["speed"] >= 1.0 or name.startswith("int8"):
            found = scored(model, network, house)
            figures[name]["f1_change"] = round((found.f1 or 0.0) - (exact.f1 or 0.0), 5)
            figures[name]["mae_change_w"] = round((found.mae_w or 0.0) - (exact.mae_w or 0.0), 4)
    return figures


async def measure() -> dict[str, Any]:
    """Measures the paper's network, then the shipped ones."""
    torch.set_num_threads(torch_threads())
    torch.manual_seed(1)
    classic = build_architecture(CLASSIC, {}).eval().requires_grad_(requires_grad=False)
    networks = {"classic_cnn": speeds(forms_of(classic))}
    store = ModelStore(_ROOT / "models")
    store.reload()
    house = _test_house()
    for model in store.models().values():
        networks[model.entry.model_id] = shipped(model, house)
    by_default = InferenceSettings.model_fields["precision"].default
    used = [each.get(by_default, each["float32"]) for each in networks.values()]
    changes = [each["f1_change"] for each in used]
    return {
        "name": "quantised",
        "value": networks["classic_cnn"]["int8"]["speed"],
        "unit": "ratio",
        "goal": f"used by default only where F1 falls by under {ALLOWED_FALL}",
        "met": all(each is None or each > -ALLOWED_FALL for each in changes),
        "detail": {
            "threads": torch_threads(),
            "by_default": by_default,
            "batch_size": BATCH,
            "networks": networks,
        },
    }


def _test_house() -> Household | None:
    """Returns the test part with the true power of what it has a meter for; None without data."""
    path = data_folder() / _HOUSE
    if not path.is_file():
        return None
    known = ["kettle", "dishwasher", "washing_machine", "microwave"]
    return read_household(path, known, since=TEST_START).minutes()


if __name__ == "__main__":
    run(__doc__, measure)
