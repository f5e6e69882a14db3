import numpy as np
import pytest

from nilm_models.appliances import appliance
from nilm_trainer.activations import find_activations, programme_rows
from nilm_trainer.programmes import MAKERS


@pytest.mark.parametrize("name", MAKERS)
def test_what_is_made_up_is_a_use_of_the_appliance(name: str) -> None:
    rng = np.random.default_rng(0)
    threshold_w = appliance(name).on_threshold_w
    made = [MAKERS[name](rng) for _ in range(200)]
    for power_w in made:
        assert power_w.dtype == np.float32
        assert np.all((power_w >= 0.0) & (power_w < 3_500.0))
        assert power_w.size < 480  # 4 h
    on = [np.count_nonzero(power_w > threshold_w) for power_w in made]
    assert np.mean(np.array(on) > 0) > 0.9
    assert np.std(on) > 0.0


@pytest.mark.parametrize("name", MAKERS)
def test_the_same_generator_makes_the_same_use(name: str) -> None:
    one, other = (MAKERS[name](np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_a_washing_machine_goes_on_after_it_has_heated() -> None:
    rng = np.random.default_rng(1)
    quiet = []
    for _ in range(100):
        power_w = MAKERS["washing_machine"](rng)
        last_heating = np.flatnonzero(power_w > 1_000.0).max(initial=0)
        quiet.append(power_w.size - last_heating)
    assert np.median(quiet) > 30  # rows: a quarter of an hour


def test_a_boil_keeps_its_energy_wherever_it_begins_within_a_row() -> None:
    for seed in range(20):
        power_w = MAKERS["kettle"](np.random.default_rng(seed))
        assert len(find_activations(np.pad(power_w, 10), 500.0)) == 1
        inner = power_w[1:-1]
        assert np.allclose(inner, inner[:1])


def test_a_programme_goes_on_through_its_pauses_but_not_to_the_next_one() -> None:
    power_w = np.zeros(300, dtype=np.float32)
    power_w[[10, 11, 40, 200]] = 2_000.0
    power_w[41] = np.nan
    running = programme_rows(power_w, 300.0)
    assert np.flatnonzero(running).tolist() == [*range(10, 41), 200]
