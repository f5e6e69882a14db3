"""NILMTK's HDF5: compression, metadata, the kinds of power, and pickles that are never obeyed."""

import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_trainer.formats import read_format
from nilm_trainer.household import Household
from nilm_trainer.readers.registry import open_recording
from tests.unit.trainer.readers.published import (
    NILMTK_METADATA,
    made_recording,
    pickled,
    publish_nilmtk,
)


def _read(path: Path, options: str = "", *appliances: str) -> Household:
    form = read_format(f"{{name: nilmtk, {options}}}")
    return open_recording(path, form).read(appliances or ["kettle"])


@pytest.mark.parametrize("compressed", ["blosc", "gzip", None])
@pytest.mark.parametrize("index_kind", ["datetime64", "datetime64[us]"])
def test_what_pandas_wrote_is_read(tmp_path: Path, compressed: str | None, index_kind: str) -> None:
    house = made_recording()
    path = publish_nilmtk(tmp_path, house, compressed=compressed, index_kind=index_kind)
    found = _read(path)
    assert found.start.timestamp() == house.times_s[0]
    np.testing.assert_allclose(found.mains_w, house.rows("mains_w"), rtol=1e-6)
    np.testing.assert_allclose(found.truth_w["kettle"], house.rows("kettle_w"), rtol=1e-6)


def test_a_site_meter_that_measures_again_is_not_added(tmp_path: Path) -> None:
    described: dict[str, Any] = NILMTK_METADATA["elec_meters"]  # type: ignore[assignment]  # one value of several kinds
    assert described[54]["site_meter"]
    house = made_recording()
    found = _read(publish_nilmtk(tmp_path, house))
    np.testing.assert_allclose(found.mains_w, house.rows("mains_w"), rtol=1e-6)


def test_the_kind_of_power_can_be_chosen(tmp_path: Path) -> None:
    house = made_recording()
    path = publish_nilmtk(tmp_path, house)
    options = "power_type: apparent, appliances: {microwave: 13}"
    found = _read(path, options, "microwave")
    np.testing.assert_allclose(found.mains_w, house.rows("mains_w") + 20, rtol=1e-6)
    with pytest.raises(FailedPreconditionError, match=r"meter13: .*power, apparent; .*power_type"):
        _read(path, "power_type: active", "microwave")


def test_a_file_without_metadata_needs_a_config(tmp_path: Path) -> None:
    house = made_recording()
    path = publish_nilmtk(tmp_path, house, metadata=None)
    with pytest.raises(FailedPreconditionError, match=r"no meter of the mains, kettle; .*mains"):
        _read(path)
    found = _read(path, "mains: 1, appliances: {kettle: [10, 13]}")
    expected = house.rows("kettle_w") + house.rows("microwave_w")
    np.testing.assert_allclose(found.truth_w["kettle"], expected, rtol=1e-6)


def test_what_is_wrong_with_a_file_is_said(tmp_path: Path) -> None:
    path = publish_nilmtk(tmp_path, made_recording())
    with pytest.raises(FailedPreconditionError, match="no building3; there are building1"):
        _read(path, "building: 3")
    with pytest.raises(FailedPreconditionError, match="meter77: there is no such meter"):
        _read(path, "appliances: {kettle: 77}")
    with h5py.File(path, "a") as file:
        table = file["building1/elec/meter10/table"]
        table.attrs["index_kind"] = np.bytes_(b"integer")
    with pytest.raises(DataCorruptionError, match="meter10: its index is integer, not times"):
        _read(path)
    with h5py.File(path, "a") as file:
        del file["building1/elec/meter10/table"]
    with pytest.raises(DataCorruptionError, match="meter10: is no frame in pandas' table form"):
        _read(path)
    path.write_bytes(b"\x89HDF and nothing more")
    with pytest.raises(DataCorruptionError, match=r"house\.h5: is no HDF5 file"):
        _read(path)


def test_a_damaged_chunk_is_named(tmp_path: Path) -> None:
    path = publish_nilmtk(tmp_path, made_recording())
    with h5py.File(path, "a") as file:
        file["building1/elec/meter10/table"].id.write_direct_chunk((64,), b"no frame of Blosc")
    with pytest.raises(DataCorruptionError, match="meter10: cannot be read"):
        _read(path)


def test_an_unknown_compression_names_the_remedy(tmp_path: Path) -> None:
    path = publish_nilmtk(tmp_path, made_recording())
    with h5py.File(path, "a") as file:
        meter = file["building1/elec/meter10"]
        rows = np.zeros(8, meter["table"].dtype)
        del meter["table"]
        meter.create_dataset("table", data=rows, chunks=(8,), compression="lzf")
        meter["table"].attrs["index_kind"] = np.bytes_(b"datetime64")
        meter["table"].attrs["values_block_0_kind"] = pickled([("power", "active")])
    with pytest.raises(DataCorruptionError, match=r"meter10: .*ptrepack"):
        _read(path)


class _Harmful:
    """Pickles to a call that would leave a trace."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self._path),)


def test_what_a_pickle_asks_for_is_not_done(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    metadata = NILMTK_METADATA | {"harm": _Harmful(trace)}
    path = publish_nilmtk(tmp_path, made_recording(), metadata=metadata)
    assert len(_read(path))
    assert not trace.exists()
    with h5py.File(path, "a") as file:
        file["building1"].attrs["metadata"] = np.bytes_(b"no pickle")
    with pytest.raises(DataCorruptionError, match="/building1: an attribute cannot be read"):
        _read(path)
