from pathlib import Path

import numpy as np
import pytest

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_trainer.activations import find_activations, read_recording


def test_pauses_stay_inside_an_activation() -> None:
    power = np.zeros(400, dtype=np.float32)
    power[50:60] = 2000.0
    power[100:110] = 2000.0
    power[300:305] = 1000.0
    found = find_activations(power, 500.0)
    assert [each.size for each in found] == [68, 13]
    assert [float(each.max()) for each in found] == [2000.0, 1000.0]


def test_activations_with_missing_rows_are_left_out() -> None:
    power = np.zeros(400, dtype=np.float32)
    power[50:60] = 2000.0
    power[55] = np.nan
    power[300:305] = 1000.0
    assert [float(each.max()) for each in find_activations(power, 500.0)] == [1000.0]
    assert find_activations(np.zeros(10, dtype=np.float32), 500.0) == []


def test_recordings_become_means_of_30_s(tmp_path: Path) -> None:
    power = np.zeros((2, 14400), dtype=np.int16)
    power[0, :5] = [100, 200, 300, 400, 500]
    power[1, 3] = -1
    np.savez(tmp_path / "kettle.npz", power=power)
    rows = read_recording(tmp_path / "kettle.npz")
    assert rows.shape == (2, 2880)
    assert rows[0, 0] == 300.0
    assert np.isnan(rows[1, 0])
    assert np.count_nonzero(np.isnan(rows)) == 1


def test_a_missing_or_damaged_recording_is_named(tmp_path: Path) -> None:
    path = tmp_path / "kettle.npz"
    with pytest.raises(FailedPreconditionError, match=r"kettle\.npz: no such file"):
        read_recording(path)
    path.write_bytes(b"not a recording")
    with pytest.raises(DataCorruptionError, match=r"kettle\.npz: cannot be read"):
        read_recording(path)
