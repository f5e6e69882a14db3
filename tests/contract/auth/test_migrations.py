import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from nilm_auth.adapters.sql.building_store import SqlBuildingStore
from nilm_auth.adapters.sql.database import Database
from nilm_auth.adapters.sql.migrate import upgrade
from nilm_auth.adapters.sql.tables import metadata
from nilm_core.errors import DataCorruptionError, FailedPreconditionError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "auth.db"


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_migrations_make_the_tables_that_the_stores_use(sql_url: str) -> None:
    database = Database(sql_url)
    await database.migrate(upgrade)
    await database.migrate(upgrade)
    async with database.read() as connection:
        assert await connection.run_sync(_differences) == []
    await database.close()


async def test_a_building_of_the_first_version_has_no_carbon_intensity(path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.migrate(upgrade)
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE buildings DROP carbon_intensity_g_per_kwh"))
        await connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        await connection.execute(
            text("INSERT INTO buildings VALUES ('bld_a', 'A', 'UTC', '', 0, :time, :time)"),
            {"time": "2024-01-01 00:00:00.000000"},
        )
    await database.migrate(upgrade)
    building = await SqlBuildingStore(database).get("bld_a")
    assert building is not None
    assert building.carbon_intensity_g_per_kwh is None
    await database.close()


async def test_of_processes_that_start_at_once_one_migrates_and_the_others_wait(
    sql_url: str,
) -> None:
    databases = [Database(sql_url) for _ in range(4)]
    await asyncio.gather(*(database.migrate(upgrade) for database in databases))
    async with databases[0].read() as connection:
        assert await connection.run_sync(_differences) == []
    for database in databases:
        await database.close()


def test_only_the_owner_may_read_the_file(path: Path) -> None:
    Database(f"sqlite+aiosqlite:///{path}")
    assert path.stat().st_mode & 0o777 == 0o600


async def test_writes_are_logged_ahead_and_keys_enforced(path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.migrate(upgrade)
    async with database.read() as connection:
        assert await connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert await connection.scalar(text("PRAGMA foreign_keys")) == 1
    await database.close()


async def test_tables_of_a_newer_version_are_refused(sql_url: str) -> None:
    database = Database(sql_url)
    await database.migrate(upgrade)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(FailedPreconditionError, match="another version"):
        await database.migrate(upgrade)
    await database.close()


async def _make(path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.migrate(upgrade)
    await database.close()


async def _refuse(path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    with pytest.raises(DataCorruptionError, match=r"auth\.db is damaged"):
        await database.migrate(upgrade)
    await database.close()


@pytest.mark.parametrize(("start", "end"), [(0, 64), (4_096, 49_152)])
def test_a_damaged_file_is_refused_by_name(path: Path, start: int, end: int) -> None:
    asyncio.run(_make(path))
    content = bytearray(path.read_bytes())
    content[start:end] = b"\xff" * (end - start)
    path.write_bytes(content)
    asyncio.run(_refuse(path))
