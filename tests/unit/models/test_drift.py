import numpy as np
import pytest

from nilm_models.drift import (
    LEAST_CANDIDATES,
    LEAST_CELLS,
    ModelStatistics,
    drift_between,
    population_stability_index,
    statistics_of,
)

RNG = np.random.default_rng(3)


def _lot(count: int, *, load_w: float = 300.0, power_w: float = 2000.0) -> ModelStatistics:
    """Returns what a model that is on in a tenth of the cells meets and answers."""
    is_on = RNG.random(count) < 0.1
    power = np.where(is_on, power_w * RNG.uniform(0.95, 1.05, count), 0.0)
    mains = load_w * RNG.lognormal(0.0, 0.5, count) + power
    return statistics_of(mains, power, RNG.uniform(0.8, 1.0, count))


def test_the_index_is_that_of_the_definition() -> None:
    p, q = np.array([0.2, 0.3, 0.5]), np.array([0.3, 0.3, 0.4])
    expected = float(((p - q) * np.log(p / q)).sum())
    counts = [(1_000_000 * shares).astype(int).tolist() for shares in (p, q)]
    assert population_stability_index(*counts) == pytest.approx(expected, rel=1e-4)
    assert population_stability_index([7, 0, 3], [70, 0, 30]) < 0.1
    assert np.isfinite(population_stability_index([100, 0], [0, 100]))


def test_cells_without_mains_or_estimate_are_not_counted() -> None:
    lot = statistics_of(
        np.array([100.0, np.nan, 3000.0, 900.0]),
        np.array([0.0, np.nan, 2000.0, np.nan]),
        np.array([0.99, np.nan, 0.7, np.nan]),
    )
    assert lot.cells == 2
    assert lot.on_share == 0.5
    assert lot.mean_on_power_w == 2000.0
    assert (lot.probability[0], lot.probability[5]) == (1, 1)


def test_two_lots_together_count_as_one() -> None:
    mains, confidence = np.full(4, 500.0), np.full(4, 0.9)
    power = np.array([0.0, 400.0, 200.0, 0.0])
    halves = [
        statistics_of(mains[at], power[at], confidence[at]) for at in np.split(np.arange(4), 2)
    ]
    assert halves[0] + halves[1] == statistics_of(mains, power, confidence)


def test_the_same_household_does_not_drift() -> None:
    drift = drift_between(_lot(100_000), _lot(10_000))
    assert drift.largest is not None
    assert drift.largest < 0.1


def test_another_base_load_drifts_in_the_mains_alone() -> None:
    drift = drift_between(_lot(100_000), _lot(10_000, load_w=1_200.0))
    assert drift.mains_psi is not None
    assert drift.mains_psi > 0.25
    assert drift.power_psi is not None
    assert drift.power_psi < 0.1
    assert drift.largest == drift.mains_psi


def test_another_appliance_drifts_in_its_power() -> None:
    drift = drift_between(_lot(100_000), _lot(10_000, power_w=900.0))
    assert drift.power_psi is not None
    assert drift.power_psi > 0.25


def test_too_few_cells_say_nothing() -> None:
    training = _lot(100_000)
    drift = drift_between(training, _lot(LEAST_CELLS - 1))
    assert drift.mains_psi is None
    assert drift.power_psi is not None
    assert drift_between(training, _lot(LEAST_CANDIDATES)).largest is None
    assert drift_between(ModelStatistics(), _lot(10_000)).largest is None
