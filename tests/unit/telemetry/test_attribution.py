import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nilm_telemetry.domain.attribution import EnergySource, attribute
from nilm_telemetry.domain.quarters import QUARTER_US, PredictionQuarters, ReadingQuarters

GRID = np.arange(4, dtype=np.int64) * QUARTER_US
_energy = st.lists(st.floats(0, 1_000), min_size=4, max_size=4)


def measured(energy_wh: list[float], covered: list[bool] | None = None) -> ReadingQuarters:
    count = len(GRID)
    full = np.array([QUARTER_US if one else 0 for one in covered or [True] * count], np.int64)
    low = np.zeros(count, np.float32)
    whole = np.ones(count, np.int64)
    return ReadingQuarters(GRID, np.array(energy_wh), full, low, low, whole, np.zeros(count), whole)


def estimated(energy_wh: list[float]) -> PredictionQuarters:
    full = np.full(len(GRID), QUARTER_US)
    return PredictionQuarters(GRID, np.array(energy_wh), full, full, full * 0.9)


@given(
    mains=st.lists(st.floats(-500, 1_000), min_size=4, max_size=4),
    plugs=st.dictionaries(st.sampled_from("ab"), _energy),
    guesses=st.dictionaries(st.sampled_from("bcd"), _energy),
)
def test_shares_sum_to_the_mains_and_never_exceed_them(
    mains: list[float], plugs: dict[str, list[float]], guesses: dict[str, list[float]]
) -> None:
    shares = attribute(
        np.array(mains),
        {name: measured(energy) for name, energy in plugs.items()},
        {name: estimated(energy) for name, energy in guesses.items()},
        GRID,
    )
    assert (shares[-1].appliance_id, shares[-1].source) == ("", EnergySource.UNEXPLAINED)
    total = sum(share.energy_wh for share in shares)
    np.testing.assert_allclose(total, mains, atol=1e-9)
    explained = sum((share.energy_wh for share in shares[:-1]), start=np.zeros(4))
    assert np.all(explained <= np.maximum(mains, 0) + 1e-9)
    assert all(np.all(share.energy_wh >= 0) for share in shares[:-1])
    assert [share.appliance_id for share in shares[:-1]] == sorted({*plugs, *guesses})


def test_a_measurement_goes_before_an_estimate_quarter_by_quarter() -> None:
    shares = attribute(
        np.full(4, 100.0),
        {"kettle": measured([10, 10, 0, 0], [True, True, False, False])},
        {"kettle": estimated([50, 50, 50, 50])},
        GRID,
    )
    by_source = {share.source: share.energy_wh.tolist() for share in shares}
    assert by_source[EnergySource.MEASURED] == [10, 10, 0, 0]
    assert by_source[EnergySource.ESTIMATED] == [0, 0, 50, 50]
    assert by_source[EnergySource.UNEXPLAINED] == [90, 90, 50, 50]


def test_estimates_give_way_to_measurements() -> None:
    shares = attribute(
        np.full(4, 100.0), {"a": measured([80] * 4)}, {"b": estimated([60] * 4)}, GRID
    )
    assert [share.energy_wh[0] for share in shares] == pytest.approx([80, 20, 0])


def test_without_mains_nothing_is_known() -> None:
    shares = attribute(np.zeros(4), {"a": measured([80] * 4)}, {"b": estimated([60] * 4)}, GRID)
    assert all(not share.energy_wh.any() for share in shares)
