import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nilm_models.postprocess import confidence, fit_breakdown, gate_power

POWER = st.one_of(st.floats(0.0, 20_000.0, width=32), st.just(float("nan")))


def _powers(count: int) -> st.SearchStrategy[np.ndarray]:
    return arrays.arrays(np.float32, count, elements=POWER)


def test_power_follows_the_state() -> None:
    power = gate_power(
        np.array([900.0, 900.0, -50.0, 900.0, 900.0]),
        np.array([False, True, True, True, True]),
        np.array([1000.0, 1000.0, 1000.0, 600.0, np.nan]),
    )
    np.testing.assert_array_equal(power, [0.0, 900.0, 0.0, 600.0, np.nan])


def test_exported_mains_leaves_nothing_to_draw() -> None:
    assert gate_power(np.array([900.0]), np.array([True]), np.array([-300.0])) == [0.0]


def test_confidence_speaks_of_the_reported_state() -> None:
    power, probability = np.array([0.0, 800.0, 800.0]), np.array([0.1, 0.3, 0.7])
    np.testing.assert_allclose(confidence(power, probability), [0.9, 0.3, 0.7], rtol=1e-6)


@given(_powers(6), _powers(6), _powers(6))
def test_a_breakdown_never_exceeds_the_mains(
    mains: np.ndarray, kettle: np.ndarray, microwave: np.ndarray
) -> None:
    fitted = fit_breakdown(mains, {"kettle": kettle, "microwave": microwave})
    assert list(fitted) == ["kettle", "microwave"]
    total = np.nansum(list(fitted.values()), axis=0)
    known = ~np.isnan(mains)
    assert np.all(total[known] <= mains[known] * (1 + 1e-5) + 1e-3)
    for before, after in ((kettle, fitted["kettle"]), (microwave, fitted["microwave"])):
        np.testing.assert_array_equal(np.isnan(after), np.isnan(before) | ~known)
        assert np.all(after[~np.isnan(after)] >= 0.0)


def test_a_breakdown_that_fits_is_left_alone() -> None:
    fitted = fit_breakdown(np.array([3000.0]), {"kettle": np.array([2000.0])})
    np.testing.assert_array_equal(fitted["kettle"], [2000.0])


def test_shares_are_kept_when_scaled_down() -> None:
    fitted = fit_breakdown(
        np.array([1500.0]), {"kettle": np.array([2000.0]), "microwave": np.array([1000.0])}
    )
    np.testing.assert_allclose(fitted["kettle"], [1000.0])
    np.testing.assert_allclose(fitted["microwave"], [500.0])
