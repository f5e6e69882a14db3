"""A made household's file in the shared parquet form."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

START = datetime(2024, 1, 1, tzinfo=UTC)
ROWS_PER_DAY = 2_880
BASE_W = 200.0
KETTLE_W = 2_600.0


def write_household(path: Path, days: int = 5, *, missing_last_rows: int = 0) -> Path:
    """Writes a base load with kettles, an outage, gaps, and rows without mains at the end."""
    rng = np.random.default_rng(3)
    count = days * ROWS_PER_DAY
    kettle_w = np.zeros(count, dtype=np.float32)
    for first in rng.integers(0, count - 10, days * 8):
        kettle_w[first : first + int(rng.integers(4, 9))] = KETTLE_W
    mains_w = (BASE_W + kettle_w).astype(np.float32)
    mains_w[rng.random(count) < 0.01] = np.nan
    outage = np.zeros(count, dtype=np.bool_)
    outage[1_000:1_200] = True
    if missing_last_rows:
        mains_w[-missing_last_rows:] = np.nan
    times_us = int(START.timestamp()) * 1_000_000 + 30_000_000 * np.arange(count, dtype=np.int64)
    table = pa.table(
        {
            "time": pa.array(times_us, pa.timestamp("us", tz="UTC")),
            "aggregate_w": mains_w,
            "kettle_w": kettle_w,
            "outage": outage,
        }
    )
    pq.write_table(table, path)
    return path
