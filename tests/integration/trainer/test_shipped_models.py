"""The models in `models/`: sound, small, described, and as good as they say on real data."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from nilm_core.errors import NotFoundError
from nilm_models.appliances import APPLIANCES
from nilm_models.bundle import LoadedModel
from nilm_models.dense import evaluate_dense, evaluate_windows
from nilm_models.entry import ModelEntry, is_synthetic
from nilm_models.metrics import score
from nilm_models.store import ModelStore
from nilm_trainer.config import load_config
from nilm_trainer.evaluate import evaluate_file
from nilm_trainer.household import data_folder, read_household
from nilm_trainer.synthetic.households import made_households

MODELS = Path("models")
CONFIGS = Path("services/trainer/configs")
REFIT = data_folder() / "mains" / "refit_house2_30s.parquet"
TEST_START = datetime(2015, 2, 28, tzinfo=UTC)

METERED = ("kettle", "dishwasher", "washing_machine", "microwave")
"""What the houses at hand have meters on; models of anything else learned from synthetic data."""
SYNTHETIC = tuple(name for name in APPLIANCES if name not in METERED)

needs_data = pytest.mark.skipif(
    not REFIT.is_file(), reason="no REFIT House 2 in $NILM_DATA or ../shared/data"
)


def _card(entry: ModelEntry) -> str:
    return (MODELS / f"{entry.model_id}-{entry.model_version}.md").read_text()


@pytest.fixture(scope="module")
def models() -> dict[str, LoadedModel]:
    store = ModelStore(MODELS)
    report = store.reload()
    assert report.refused == ()
    return dict(store.models())


def test_every_appliance_is_served(models: dict[str, LoadedModel]) -> None:
    assert set(models) == set(APPLIANCES)


@pytest.mark.parametrize("name", APPLIANCES)
def test_weights_are_small_and_described(models: dict[str, LoadedModel], name: str) -> None:
    entry = models[name].entry
    assert (MODELS / entry.artifact_path).stat().st_size < 3_000_000
    assert entry.artifact_sha256 in _card(entry)
    assert entry.on_threshold_w == APPLIANCES[name].on_threshold_w
    assert {"f1", "mae_w", "sae", "always_off_mae_w", "minutes", "ece"} <= set(entry.metrics)


@pytest.mark.parametrize("name", APPLIANCES)
def test_dense_equals_sliding_windows(models: dict[str, LoadedModel], name: str) -> None:
    model = models[name]
    window = model.entry.input_window_size
    rng = np.random.default_rng(0)
    mains = rng.gamma(1.0, 150.0, 400).astype(np.float32)
    for first in rng.integers(0, 390, 8):
        mains[first : first + rng.integers(2, 30)] += rng.uniform(800.0, 2800.0)
    mains[rng.random(400) < 0.05] = np.nan
    padded = np.pad(mains, window // 2, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, window)
    dense = evaluate_dense(model, mains, chunk=150)
    sliding = evaluate_windows(model, windows)
    full_scale_w = model.entry.target.scale_w
    np.testing.assert_allclose(dense.power_w, sliding.power_w, rtol=0, atol=1e-4 * full_scale_w)
    np.testing.assert_allclose(dense.on_probability, sliding.on_probability, rtol=0, atol=1e-4)


@needs_data
@pytest.mark.parametrize("name", METERED)
def test_scores_on_the_test_part_are_those_of_the_registry(
    models: dict[str, LoadedModel], name: str
) -> None:
    model = models[name]
    house = read_household(REFIT, [name], since=TEST_START).minutes()
    estimate = evaluate_dense(model, house.mains_w)
    found = score(house.truth_w[name], estimate.power_w, model.entry.on_threshold_w)
    assert found.f1 == pytest.approx(model.entry.metrics["f1"], abs=2e-3)
    assert found.mae_w == pytest.approx(model.entry.metrics["mae_w"], abs=2e-2)
    assert found.minutes == model.entry.metrics["minutes"]


@needs_data
@pytest.mark.parametrize("name", SYNTHETIC)
def test_scores_on_made_households_are_those_of_the_registry(
    models: dict[str, LoadedModel], name: str
) -> None:
    model = models[name]
    config = load_config(CONFIGS / f"{model.entry.model_id}.yaml")
    parts = [each.minutes() for each in made_households(config, "test", data_folder())]
    truth_w = np.concatenate([each.truth_w[name] for each in parts])
    power_w = np.concatenate([evaluate_dense(model, each.mains_w).power_w for each in parts])
    found = score(truth_w, power_w, model.entry.on_threshold_w)
    assert found.f1 == pytest.approx(model.entry.metrics["f1"], abs=2e-3)
    assert found.mae_w == pytest.approx(model.entry.metrics["mae_w"], abs=5e-2)
    assert found.minutes == model.entry.metrics["minutes"]


def test_what_learned_from_synthetic_data_says_so(models: dict[str, LoadedModel]) -> None:
    for name, model in models.items():
        assert is_synthetic(model.entry) == (name in SYNTHETIC)
        assert ("not on any real mains" in _card(model.entry)) == (name in SYNTHETIC)


@pytest.mark.parametrize("name", APPLIANCES)
def test_a_model_beats_saying_0_w_or_its_card_says_that_it_does_not(
    models: dict[str, LoadedModel], name: str
) -> None:
    entry = models[name].entry
    beats = entry.metrics["mae_w"] < entry.metrics["always_off_mae_w"]
    assert beats != ("no smaller than that of saying 0 W" in _card(entry))


def test_the_kettle_is_found_in_months_that_training_never_saw(
    models: dict[str, LoadedModel],
) -> None:
    assert models["kettle"].entry.metrics["f1"] >= 0.75


@needs_data
def test_a_whole_file_is_scored_at_once() -> None:
    figures = evaluate_file(REFIT, MODELS)
    assert set(figures) == set(METERED)
    for each in figures.values():
        assert set(each) == {"f1", "mae_w", "sae", "always_off_mae_w", "minutes"}
        assert each["minutes"] == 669_645


@needs_data
def test_an_unknown_appliance_is_refused() -> None:
    with pytest.raises(NotFoundError, match="'sauna'"):
        evaluate_file(REFIT, MODELS, ["sauna"])
