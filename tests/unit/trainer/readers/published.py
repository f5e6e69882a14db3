"""One household, published in each of the forms that the field uses."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import blosc
import h5py
import numpy as np

START_S = 1_704_067_200
"""2024-01-01T00:00Z."""
PERIOD_S = 6
PER_ROW = 5
BLOSC = 32001


@dataclass(frozen=True)
class Recording:
    """Readings of a household every 6 s, whole watts."""

    times_s: np.ndarray
    mains_w: np.ndarray
    kettle_w: np.ndarray
    microwave_w: np.ndarray

    def rows(self, name: str) -> np.ndarray:
        """The means over 30 s."""
        return getattr(self, name).reshape(-1, PER_ROW).mean(axis=1).astype(np.float32)


def made_recording(rows: int = 240, seed: int = 3) -> Recording:
    """Two hours with a few uses of both appliances."""
    rng = np.random.default_rng(seed)
    count = rows * PER_ROW
    kettle, microwave = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for first in rng.integers(0, count - 30, 6):
        kettle[first : first + 17] = 2400
    for first in rng.integers(0, count - 30, 4):
        microwave[first : first + 23] = 1100
    mains = 150 + rng.integers(0, 90, count) + kettle + microwave
    return Recording(START_S + PERIOD_S * np.arange(count), mains, kettle, microwave)


def write_channel(path: Path, times_s: np.ndarray, power: np.ndarray) -> None:
    """Writes `channel_M.dat`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = zip(times_s, power, strict=True)
    path.write_text("".join(f"{time} {value}\n" for time, value in rows))


def publish_ukdale(folder: Path, house: Recording) -> Path:
    """Writes `house_2` as UK-DALE has it."""
    house_dir = folder / "house_2"
    write_channel(house_dir / "channel_1.dat", house.times_s, house.mains_w)
    write_channel(house_dir / "channel_8.dat", house.times_s, house.kettle_w)
    write_channel(house_dir / "channel_15.dat", house.times_s, house.microwave_w)
    (house_dir / "labels.dat").write_text("1 aggregate\n2 laptop\n8 kettle\n15 microwave\n")
    return house_dir


def publish_redd(folder: Path, house: Recording) -> Path:
    """Writes `house_1` as REDD has it: two legs, hundredths of a watt."""
    house_dir = folder / "low_freq" / "house_1"
    legs = np.stack([house.mains_w - 100.25, np.full(house.mains_w.size, 100.25)])
    for number, leg in enumerate(legs, start=1):
        texts = np.array([f"{value:.2f}" for value in leg])
        write_channel(house_dir / f"channel_{number}.dat", house.times_s, texts)
    write_channel(house_dir / "channel_7.dat", house.times_s, house.kettle_w)
    write_channel(house_dir / "channel_11.dat", house.times_s, house.microwave_w)
    labels = "1 mains\n2 mains\n7 kitchen_outlets\n11 microwave\n"
    (house_dir / "labels.dat").write_text(labels)
    return house_dir


def publish_refit(
    folder: Path, house: Recording, *, issues: np.ndarray | None = None, shift_s: int = 0
) -> Path:
    """Writes `CLEAN_House2.csv`: microwave and kettle are Appliance5 and Appliance8."""
    path = folder / "CLEAN_House2.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    names = [f"Appliance{number}" for number in range(1, 10)]
    lines = [",".join(["Time", "Unix", "Aggregate", *names, "Issues"])]
    flags = np.zeros(house.times_s.size, np.int64) if issues is None else issues
    for index, time_s in enumerate(house.times_s + shift_s):
        plugs = [0] * 9
        plugs[4], plugs[7] = house.microwave_w[index], house.kettle_w[index]
        shown = datetime.fromtimestamp(int(time_s), UTC).strftime("%Y-%m-%d %H:%M:%S")
        fields = [shown, time_s, house.mains_w[index], *plugs, flags[index]]
        lines.append(",".join(map(str, fields)))
    path.write_text("\n".join(lines) + "\n")
    return path


def publish_csv(folder: Path, house: Recording) -> Path:
    """Writes a plain CSV file in kW."""
    path = folder / "house.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["when,grid,kettle,micro"]
    for index, time_s in enumerate(house.times_s):
        shown = datetime.fromtimestamp(int(time_s), UTC).isoformat()
        values = (house.mains_w, house.kettle_w, house.microwave_w)
        lines.append(",".join([shown, *(f"{each[index] / 1000}" for each in values)]))
    path.write_text("\n".join(lines) + "\n")
    return path


NILMTK_METADATA = {
    "instance": 1,
    "elec_meters": {
        1: {"site_meter": True, "device_model": "EcoManagerWholeHouseTx"},
        10: {"submeter_of": 0, "device_model": "EcoManagerTxPlug"},
        13: {"submeter_of": 0, "device_model": "EcoManagerTxPlug"},
        54: {"site_meter": True, "submeter_of": 1, "device_model": "SoundCardPowerMeter"},
    },
    "appliances": [
        {"type": "immersion heater", "instance": 1, "meters": [0]},
        {"type": "kettle", "instance": 1, "meters": [10]},
        {"type": "food processor", "instance": 1, "meters": [10]},
        {"type": "microwave", "instance": 1, "meters": [13]},
    ],
    "date": datetime(2015, 1, 5, tzinfo=UTC),
}
"""As the metadata of UK-DALE's first building; a date is what YAML makes of an unquoted one."""


def publish_nilmtk(
    folder: Path,
    house: Recording,
    *,
    compressed: str | None = "blosc",
    metadata: Mapping[str, Any] | None = NILMTK_METADATA,
    index_kind: str = "datetime64",
) -> Path:
    """Writes `house.h5` as pandas and PyTables do."""
    path = folder / "house.h5"
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        meters = file.create_group("building1/elec")
        if metadata is not None:
            file["building1"].attrs["metadata"] = pickled(dict(metadata))
        both = np.stack([house.mains_w, house.mains_w + 20], axis=1)
        columns = {1: (both, [("power", "active"), ("power", "apparent")])}
        columns[10] = (house.kettle_w[:, np.newaxis], [("power", "active")])
        columns[13] = (house.microwave_w[:, np.newaxis], [("power", "apparent")])
        ticks = {"datetime64": 10**9, "datetime64[us]": 10**6}[index_kind]
        for number, (values, names) in columns.items():
            group = meters.create_group(f"meter{number}")
            rows = table_rows(house.times_s * ticks, values)
            write_table(group, rows, names, compressed, index_kind)
    return path


def table_rows(ticks: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Rows of a table with one block of columns."""
    kind = np.dtype([("index", "<i8"), ("values_block_0", "<f4", (values.shape[1],))])
    rows = np.empty(len(ticks), kind)
    rows["index"], rows["values_block_0"] = ticks, values
    return rows


def write_table(
    group: h5py.Group,
    rows: np.ndarray,
    columns: list[tuple[str, str]],
    compressed: str | None,
    index_kind: str,
) -> None:
    """Writes `table` with the attributes that pandas keeps there."""
    chunk = 64
    if compressed == "blosc":
        table = blosc_table(group, rows, chunk)
    else:
        table = group.create_dataset(
            "table", data=rows, chunks=(chunk,), maxshape=(None,), compression=compressed
        )
    group.attrs["pandas_type"] = np.bytes_(b"frame_table")
    table.attrs["index_kind"] = np.bytes_(index_kind.encode())
    table.attrs["values_block_0_kind"] = pickled(columns)


def blosc_table(group: h5py.Group, rows: np.ndarray, chunk: int) -> h5py.Dataset:
    """Writes each chunk as the Blosc filter would; HDF5 itself need not have the filter."""
    settings = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    settings.set_chunk((chunk,))
    size = rows.dtype.itemsize
    options = (2, 2, size, chunk * size, 9, 1)
    settings.set_filter(BLOSC, h5py.h5z.FLAG_OPTIONAL, options)
    space = h5py.h5s.create_simple((len(rows),), (h5py.h5s.UNLIMITED,))
    kind = h5py.h5t.py_create(rows.dtype, logical=True)
    dataset = h5py.h5d.create(group.id, b"table", kind, space, settings)
    for first in range(0, len(rows), chunk):
        piece = np.zeros(chunk, rows.dtype)
        part = rows[first : first + chunk]
        piece[: len(part)] = part
        dataset.write_direct_chunk((first,), blosc.compress(piece.tobytes(), size))
    return group["table"]


def pickled(value: Any) -> np.bytes_:
    """An attribute as PyTables writes it."""
    return np.bytes_(pickle.dumps(value, protocol=0))
