"""A model goes on learning from a building whose appliance is another one."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from nilm_core.errors import FailedPreconditionError
from nilm_models.bundle import LoadedModel, load_model
from nilm_models.drift import ModelStatistics
from nilm_models.entry import ModelEntry
from nilm_models.registry import read_registry
from nilm_models.store import ModelStore
from nilm_trainer.household import Household
from nilm_trainer.retrain import Tuning, retrain
from nilm_trainer.retrain_data import OwnRecord, Word
from nilm_trainer.retrain_export import export_retrained
from nilm_trainer.train import train
from tests.unit.trainer.made_household import SMOKE_CONFIG, START, made_rows, write_made_household

DAYS = 6
QUICK = Tuning(steps=120, outputs=64, mixed_learning_rate=2e-3, alone_learning_rate=2e-3)


def own_household(kettle_w: float, days: int = DAYS) -> Household:
    """Returns minutes of a building whose kettle draws another power."""
    rows = made_rows(seed=9, days=days)
    kettle_w_rows = rows["kettle_w"] * (kettle_w / 2_600.0)
    mains_w = rows["aggregate_w"] - rows["kettle_w"] + kettle_w_rows
    period = timedelta(seconds=30)
    return Household(START, period, mains_w, {"kettle": kettle_w_rows}).minutes()


def measured(house: Household) -> OwnRecord:
    """Returns what is known where the kettle has a meter of its own."""
    nothing = np.full(len(house), np.nan, np.float32)
    return OwnRecord(
        "bld_1", house.start, house.sample_period, house.mains_w, house.truth_w["kettle"], nothing
    )


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ModelEntry]:
    """A model of a kettle of 2.6 kW."""
    folder = tmp_path_factory.mktemp("shipped")
    write_made_household(folder / "data")
    (entry,) = train(
        SMOKE_CONFIG,
        models_dir=folder / "models",
        runs_dir=folder / "runs",
        data_dir=folder / "data",
        show_progress=False,
    )
    return folder / "models", entry


@pytest.fixture
def models(shipped: tuple[Path, ModelEntry], tmp_path: Path) -> tuple[Path, LoadedModel]:
    folder, entry = shipped
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path, load_model(tmp_path, entry)


def test_it_learns_the_building_and_the_better_model_serves(
    models: tuple[Path, LoadedModel],
) -> None:
    folder, model = models
    record = measured(own_household(1_500.0))
    result = retrain(model, record, tuning=QUICK)
    assert result.is_no_worse
    assert result.after.score.mae_w is not None
    assert result.before.score.mae_w is not None
    assert result.after.score.mae_w < 0.7 * result.before.score.mae_w
    entry = export_retrained(folder, result, record, ())
    assert entry.model_version == "0.2.0"
    assert entry.is_active
    assert entry.learned_until == {"bld_1": START + result.boundary * record.sample_period}
    assert record.start < entry.learned_until["bld_1"] < record.end
    assert entry.metrics["validation_mae_w"] == pytest.approx(result.after.score.mae_w, abs=1e-4)
    assert isinstance(entry.training_statistics, ModelStatistics)
    store = ModelStore(folder)
    store.reload()
    assert store.models()["kettle"].entry == entry
    card = (folder / "kettle_smoke-0.2.0.md").read_text()
    for words in ("Goes on from kettle_smoke 0.1.0", "`bld_1`", "and serves", "| mae_w |"):
        assert words in card


def test_the_newest_part_never_trains(models: tuple[Path, LoadedModel]) -> None:
    _, model = models
    house = own_household(1_500.0)
    result = retrain(model, measured(house), tuning=replace(QUICK, steps=5))
    changed = replace(house, mains_w=house.mains_w.copy())
    changed.mains_w[result.boundary :] += 300.0
    again = retrain(model, measured(changed), tuning=replace(QUICK, steps=5))
    assert again.boundary == result.boundary
    for name, tensor in result.model.network.state_dict().items():
        assert tensor.equal(again.model.network.state_dict()[name]), name


def test_a_worse_model_does_not_serve(models: tuple[Path, LoadedModel]) -> None:
    folder, model = models
    record = measured(own_household(2_600.0))
    ruined = replace(QUICK, steps=30, alone_learning_rate=1.0)
    result = retrain(model, record, tuning=ruined)
    entry = export_retrained(folder, result, record, ())
    assert not entry.is_active
    active = [each.model_version for each in read_registry(folder) if each.is_active]
    assert active == ["0.1.0"]
    assert "does not serve" in (folder / "kettle_smoke-0.2.0.md").read_text()


def test_the_first_data_are_mixed_in(models: tuple[Path, LoadedModel]) -> None:
    folder, model = models
    record, others = measured(own_household(1_500.0)), [own_household(2_600.0, days=4)]
    result = retrain(model, record, others, QUICK)
    assert result.is_no_worse
    export_retrained(folder, result, record, others)
    assert "mixed with 1 training parts" in (folder / "kettle_smoke-0.2.0.md").read_text()


def test_words_alone_are_enough(models: tuple[Path, LoadedModel]) -> None:
    _, model = models
    house = own_household(1_500.0)
    on = np.flatnonzero(house.truth_w["kettle"] > 500.0)
    words = [
        Word(
            house.start + int(minute) * house.sample_period,
            house.start + int(minute + 1) * house.sample_period,
            True,
            house.start + timedelta(days=DAYS),
        )
        for minute in on
    ]
    nothing = np.full(len(house), np.nan, np.float32)
    record = replace(measured(house), measured_w=nothing, words=words)
    result = retrain(model, record, tuning=QUICK)
    assert result.after.score.mae_w is not None
    assert result.before.score.mae_w is not None
    assert result.after.score.mae_w < result.before.score.mae_w


def test_too_little_is_refused_with_what_is_needed(models: tuple[Path, LoadedModel]) -> None:
    _, model = models
    house = own_household(1_500.0).slice(0, 200)
    with pytest.raises(FailedPreconditionError, match=r"kettle: \d+ runs .* 20 are needed, 10"):
        retrain(model, measured(house), tuning=QUICK)
    record = replace(measured(own_household(1_500.0)), sample_period=timedelta(seconds=30))
    with pytest.raises(FailedPreconditionError, match="takes samples of 0:01:00"):
        retrain(model, record, tuning=QUICK)
