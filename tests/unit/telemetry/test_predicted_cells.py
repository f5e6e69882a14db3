import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nilm_telemetry.domain.predictions import PredictedCells, regular_runs

PERIOD = 6_000_000


def cells(times_us: list[int]) -> PredictedCells:
    values = np.arange(len(times_us), dtype=np.float32)
    return PredictedCells("kettle", "v1", PERIOD, np.array(times_us, np.int64), values, values)


@given(st.sets(st.integers(0, 400), max_size=60), st.booleans())
def test_runs_lose_nothing_and_are_regular(positions: set[int], shift: bool) -> None:
    times = [position * PERIOD + (shift and position > 200) for position in sorted(positions)]
    runs = regular_runs(cells(times))
    assert [time for run in runs for time in run.times_us.tolist()] == times
    assert [power for run in runs for power in run.power_w.tolist()] == list(range(len(times)))
    for run in runs:
        steps = np.diff(run.times_us)
        assert np.all(steps % PERIOD == 0)
        assert np.all(steps <= 16 * PERIOD)
