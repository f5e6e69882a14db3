"""A made household in the shared parquet form: a base load, a fridge, kettles and microwaves."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

START = datetime(2024, 1, 1, tzinfo=UTC)
TEST_START = datetime(2024, 1, 9, tzinfo=UTC)
DAYS = 10
ROWS_PER_DAY = 2880
SMOKE_CONFIG = Path("services/trainer/configs/smoke.yaml")


def made_rows(seed: int = 5, days: int = DAYS) -> dict[str, np.ndarray]:
    """Returns the columns of a household, with a few missing rows and one outage."""
    rng = np.random.default_rng(seed)
    count = days * ROWS_PER_DAY
    kettle = np.zeros(count, dtype=np.float32)
    microwave = np.zeros(count, dtype=np.float32)
    for _ in range(days * 25):
        first = int(rng.integers(count - 10))
        kettle[first : first + int(rng.integers(4, 9))] = 2600.0
    for _ in range(days * 10):
        first = int(rng.integers(count - 10))
        microwave[first : first + int(rng.integers(3, 8))] = 1100.0
    fridge = 90.0 * ((np.arange(count) // 40) % 3 == 0)
    noise = rng.gamma(2.0, 15.0, count)
    mains = (80.0 + fridge + noise + kettle + microwave).astype(np.float32)
    mains[rng.random(count) < 0.01] = np.nan
    outage = np.zeros(count, dtype=np.bool_)
    outage[5000:5200] = True
    mains[5000:5200] = 300.0
    return {
        "aggregate_w": mains,
        "kettle_w": kettle,
        "microwave_w": microwave,
        "outage": outage,
    }


def write_rows(path: Path, rows: dict[str, np.ndarray], start: datetime = START) -> Path:
    """Writes columns as a file in the shared form."""
    count = rows["aggregate_w"].size
    first_us = int(start.timestamp()) * 1_000_000
    times = pa.array(first_us + 30_000_000 * np.arange(count, dtype=np.int64), pa.int64())
    columns = {name: pa.array(values) for name, values in rows.items()}
    columns["time"] = times.cast(pa.timestamp("us", tz="UTC"))
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
    return path


def write_made_household(data_dir: Path, rows: dict[str, np.ndarray] | None = None) -> Path:
    """Writes the household that the smoke config names into a data folder."""
    path = data_dir / "mains" / "made_house_30s.parquet"
    return write_rows(path, made_rows() if rows is None else rows)
