"""The data file cannot be opened again after a failed checkpoint, and later it can."""

import resource
from pathlib import Path

import duckdb
import pytest

from nilm_core.errors import NilmError
from nilm_telemetry.adapters.duckdb.database import Database, DatabaseConfig

BATCHES = 30
BATCH = 100_000
"""Less than a row group, which DuckDB would write past its log."""


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM numbers").fetchall()[0]
    return int(count)


def _filled(path: Path) -> Database:
    """Returns a database whose log is long enough to be folded into the file."""
    database = Database(DatabaseConfig(path))
    database.owner.execute("CREATE TABLE numbers (number DOUBLE)")
    for _ in range(BATCHES):
        database.owner.execute("INSERT INTO numbers SELECT random() FROM range(?)", [BATCH])
    return database


def _fail_to_fold(database: Database) -> None:
    """Lets a checkpoint fail, as on a full disk, and the opening after it as well."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        with pytest.raises(NilmError):
            database.checkpoint()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_readers_are_told_and_go_on_once_the_file_is_back(tmp_path: Path) -> None:
    path, aside = tmp_path / "data.duckdb", tmp_path / "aside.duckdb"
    database = _filled(path)
    path.rename(aside)
    path.mkdir()
    _fail_to_fold(database)
    for _ in range(3):
        with pytest.raises(NilmError):
            await database.read(_count)
    path.rmdir()
    aside.rename(path)
    assert await database.read(_count) == BATCHES * BATCH
    database.owner.execute("INSERT INTO numbers VALUES (0.5)")
    assert await database.read(_count) == BATCHES * BATCH + 1
    database.close()


async def test_a_file_that_is_lost_can_be_closed(tmp_path: Path) -> None:
    path = tmp_path / "data.duckdb"
    database = _filled(path)
    path.rename(tmp_path / "aside.duckdb")
    path.mkdir()
    _fail_to_fold(database)
    database.close()
