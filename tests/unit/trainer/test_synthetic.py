from pathlib import Path

import numpy as np
import pytest
import yaml

from nilm_core.errors import FailedPreconditionError, InvalidArgumentError
from nilm_trainer.config import Part, TrainConfig, load_config
from nilm_trainer.split import test_parts, training_parts
from nilm_trainer.synthetic.fridge import simulate_fridge
from nilm_trainer.synthetic.heat_pump import simulate_heat_pump
from nilm_trainer.synthetic.households import SIMULATIONS, made_households
from nilm_trainer.synthetic.recordings import cycling_days, days_of_part
from nilm_trainer.synthetic.weather import outdoor_temperature
from tests.unit.trainer.made_household import SMOKE_CONFIG, write_made_household

test_parts.__test__ = False  # type: ignore[attr-defined] # named for a part, not a test

ROWS_PER_DAY = 2_880
PARTS: tuple[Part, ...] = ("training", "validation", "test")


def minutes(power_w: np.ndarray) -> np.ndarray:
    return power_w.reshape(-1, 2).mean(axis=1)


def write_recording(path: Path, power_w: dict[str, float], days: int = 2) -> None:
    """Writes days of devices, each on at a power of its own for half of every hour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = [name for name in power_w for _ in range(days)]
    on = (np.arange(14_400) // 300) % 2
    power = np.array([power_w[name] * on for name in names], dtype=np.int16)
    np.savez(path, power=power, device=np.array(names))


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    """Two fridges apart, and televisions of which one is heard in each part."""
    write_made_household(tmp_path)
    fridges = {"fridge_a": 100.0, "fridge_b": 130.0, "fridge_c": 160.0}
    write_recording(tmp_path / "traces/refrigerator.npz", fridges)
    televisions = {f"tv_{index}": 1_000.0 + 100.0 * index for index in range(6)}
    write_recording(tmp_path / "traces/tv.npz", televisions)
    content = yaml.safe_load(SMOKE_CONFIG.read_text())
    content["appliances"] = ["fridge"]
    content["data"]["synthetic"] = {
        "training_households": 6,
        "validation_households": 3,
        "test_households": 3,
        "days": 2,
        "absent_share": 0.0,
        "recordings": {"fridge": ["refrigerator"]},
        "recording_share": 1.0,
        "devices_apart": {"validation": ["fridge_b"], "test": ["fridge_c"]},
        "background": ["tv"],
    }
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(content))
    return load_config(path)


@pytest.mark.parametrize("seed", range(6))
def test_a_fridge_cycles_day_and_night_as_household_fridges_do(seed: int) -> None:
    power_w = minutes(simulate_fridge(7 * ROWS_PER_DAY, np.random.default_rng(seed)))
    on = power_w > 50.0
    starts = np.count_nonzero(np.diff(on.astype(int)) == 1) / 7
    assert 8 <= starts <= 120
    assert 0.1 < on.mean() < 0.9
    assert 60.0 <= np.median(power_w[on]) <= 330.0
    by_night = on.reshape(7, 1_440)[:, :300]
    assert by_night.any(axis=1).all()


def test_fridges_differ_in_power_and_in_the_length_of_their_cycles() -> None:
    made = [simulate_fridge(3 * ROWS_PER_DAY, np.random.default_rng(seed)) for seed in range(40)]
    levels = [float(np.median(power[power > 50.0])) for power in made]
    starts = [np.count_nonzero(np.diff((power > 50.0).astype(int)) == 1) for power in made]
    assert max(levels) > 2.0 * min(levels)
    assert max(starts) > 2.5 * min(starts)


@pytest.mark.parametrize("seed", range(8))
def test_a_heat_pump_stays_within_what_it_can_draw(seed: int) -> None:
    power_w = minutes(simulate_heat_pump(7 * ROWS_PER_DAY, np.random.default_rng(seed)))
    assert power_w.min() > 3.0
    assert power_w.max() < 12_000.0
    assert (power_w < 120.0).any()
    assert (power_w > 200.0).any()


def test_a_heat_pump_works_harder_in_the_cold() -> None:
    cold, warm = [], []
    for seed in range(60):
        outside_c = outdoor_temperature(7, np.random.default_rng(seed)).mean()
        power_w = simulate_heat_pump(7 * ROWS_PER_DAY, np.random.default_rng(seed)).mean()
        (cold if outside_c < 5.0 else warm if outside_c > 14.0 else []).append(power_w)
    assert len(cold) > 8
    assert len(warm) > 8
    assert np.mean(cold) > 3.0 * np.mean(warm)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_seed_makes_the_same_power_again(name: str) -> None:
    made = [SIMULATIONS[name](ROWS_PER_DAY, np.random.default_rng(3)) for _ in range(2)]
    np.testing.assert_array_equal(*made)
    other = SIMULATIONS[name](ROWS_PER_DAY, np.random.default_rng(4))
    assert not np.array_equal(made[0], other)


def test_a_household_is_its_appliance_on_top_of_the_rest(
    config: TrainConfig, tmp_path: Path
) -> None:
    households = made_households(config, "training", tmp_path)
    assert len(households) == 6
    for each in households:
        assert len(each) == 2 * ROWS_PER_DAY
        rest_w = each.mains_w - each.truth_w["fridge"]
        assert rest_w.min() >= -1e-3
        assert rest_w.std() > 0.0


def test_the_same_config_makes_the_same_households_and_another_seed_others(
    config: TrainConfig, tmp_path: Path
) -> None:
    first, again = (made_households(config, "test", tmp_path) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.mains_w, other.mains_w)
    reseeded = made_households(config.model_copy(update={"seed": 8}), "test", tmp_path)
    assert not np.array_equal(first[0].mains_w, reseeded[0].mains_w)


def test_no_device_is_heard_in_two_parts(config: TrainConfig, tmp_path: Path) -> None:
    synthetic = config.data.synthetic
    assert synthetic is not None
    path = tmp_path / "traces/refrigerator.npz"
    fridges = [cycling_days(path, part, synthetic.devices_apart, 50.0) for part in PARTS]
    assert [float(devices[0].max()) for devices in fridges] == [100.0, 130.0, 160.0]
    assert [len(devices) for devices in fridges] == [1, 1, 1]
    televisions = [days_of_part(tmp_path / "traces/tv.npz", part) for part in PARTS]
    heard = [{float(days.max()) for days in devices} for devices in televisions]
    assert heard == [{1_000.0, 1_100.0, 1_300.0, 1_400.0}, {1_500.0}, {1_200.0}]


def test_the_parts_of_a_run_share_no_fridge(config: TrainConfig, tmp_path: Path) -> None:
    (parts,) = training_parts(config, tmp_path)
    of_test = test_parts(config, tmp_path)

    def levels(truth_w: np.ndarray) -> tuple[float, float]:
        on = truth_w[truth_w > 50.0]
        return float(on.min()), float(on.max())

    scale = (0.85, 1.2)
    for truth_w, plate_w in (
        (parts.train.truth_w["fridge"], 100.0),
        (parts.validation.truth_w["fridge"], 130.0),
        (np.concatenate([each.truth_w["fridge"] for each in of_test]), 160.0),
    ):
        low, high = levels(truth_w)
        assert plate_w * scale[0] <= low <= high <= plate_w * scale[1]


def test_between_two_households_the_mains_is_missing_for_longer_than_any_window(
    config: TrainConfig, tmp_path: Path
) -> None:
    (parts,) = training_parts(config, tmp_path)
    missing = np.isnan(parts.train.mains_w)
    assert missing.sum() == 6 * ROWS_PER_DAY
    edges = np.flatnonzero(np.diff(missing.astype(int)))
    assert np.diff(edges)[::2].min() == ROWS_PER_DAY


def test_a_day_on_which_nothing_can_be_seen_of_a_fridge_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "refrigerator.npz"
    power = np.full((3, 14_400), 80, dtype=np.int16)
    power[1] = 0
    power[2, ::2_000] = 0
    power[2, 7_200:] = 0
    np.savez(path, power=power, device=np.array(["a", "a", "a"]))
    (days,) = cycling_days(path, "training", {}, 50.0)
    assert days.shape == (1, ROWS_PER_DAY)


def _with(config: TrainConfig, tmp_path: Path, **changes: object) -> Path:
    content = config.model_dump(mode="json")
    content["data"] |= changes
    path = tmp_path / "other.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def test_made_households_must_be_told_as_synthetic(config: TrainConfig, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="kind must be synthetic"):
        load_config(_with(config, tmp_path, kind="real"))


def test_recordings_of_every_part_must_not_be_pasted(config: TrainConfig, tmp_path: Path) -> None:
    traces = {"background": ["tv"]}
    with pytest.raises(InvalidArgumentError, match=r"traces\.background must be left out"):
        load_config(_with(config, tmp_path, traces=traces))


def test_an_appliance_without_a_simulation_is_refused(config: TrainConfig, tmp_path: Path) -> None:
    other = config.model_copy(update={"appliances": ("kettle",)})
    with pytest.raises(FailedPreconditionError, match="kettle has no simulation"):
        made_households(other, "training", tmp_path)
