"""Tariffs and their rates in SQL."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from nilm_auth.adapters.sql.database import Database, record
from nilm_auth.adapters.sql.failures import constraints
from nilm_auth.adapters.sql.tables import tariff_rates, tariffs
from nilm_auth.domain.tariff import Tariff, TimeOfUseRate
from nilm_core.errors import AlreadyExistsError, NotFoundError


class SqlTariffStore:
    """The TariffStore on a SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, tariff: Tariff) -> None:
        """Adds a tariff."""
        async with self._database.write() as connection:
            with _day_is_free(tariff):
                await connection.execute(insert(tariffs).values(**_columns(tariff)))
                await _insert_rates(connection, tariff)

    async def get(self, building_id: str, tariff_id: str) -> Tariff | None:
        """Returns a tariff, or None if there is none."""
        async with self._database.read() as connection:
            return await _find(connection, _is(building_id, tariff_id))

    async def list(
        self, building_id: str, *, after: date | None = None, limit: int
    ) -> Sequence[Tariff]:
        """Returns a building's tariffs by the day that they hold from."""
        query = select(tariffs).where(tariffs.c.building_id == building_id)
        if after is not None:
            query = query.where(tariffs.c.effective_date > after)
        query = query.order_by(tariffs.c.effective_date).limit(limit)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
            rates = await _rates(connection, [row["tariff_id"] for row in rows])
        return [record(Tariff, row, rates=rates.get(row["tariff_id"], ())) for row in rows]

    async def change(
        self, building_id: str, tariff_id: str, change: Callable[[Tariff], Tariff]
    ) -> Tariff:
        """Replaces a tariff by what `change` makes of it, and returns that."""
        this = _is(building_id, tariff_id)
        async with self._database.write() as connection:
            before = await _find(connection, this, lock=True)
            if before is None:
                raise _no_tariff(tariff_id)
            after = change(before)
            with _day_is_free(after):
                await connection.execute(update(tariffs).where(this).values(**_columns(after)))
            if after.rates != before.rates:
                await connection.execute(
                    delete(tariff_rates).where(tariff_rates.c.tariff_id == tariff_id)
                )
                await _insert_rates(connection, after)
            return after

    async def remove(self, building_id: str, tariff_id: str) -> None:
        """Removes a tariff."""
        async with self._database.write() as connection:
            removed = await connection.execute(delete(tariffs).where(_is(building_id, tariff_id)))
            if not removed.rowcount:
                raise _no_tariff(tariff_id)


def _is(building_id: str, tariff_id: str) -> ColumnElement[bool]:
    return (tariffs.c.building_id == building_id) & (tariffs.c.tariff_id == tariff_id)


def _no_tariff(tariff_id: str) -> NotFoundError:
    return NotFoundError(f"tariff {tariff_id} not found")


def _day_is_free(tariff: Tariff) -> AbstractContextManager[None]:
    return constraints(
        unique=AlreadyExistsError(
            f"the building has a tariff that holds from {tariff.effective_date}; update that, or "
            "choose another day",
            reason="TARIFF_EXISTS",
        ),
        parent=NotFoundError(f"building {tariff.building_id} not found"),
    )


def _columns(tariff: Tariff) -> dict[str, Any]:
    columns = asdict(replace(tariff, rates=()))
    del columns["rates"]
    return columns


async def _find(
    connection: AsyncConnection, condition: ColumnElement[bool], *, lock: bool = False
) -> Tariff | None:
    query = select(tariffs).where(condition)
    if lock:
        query = query.with_for_update()
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    rates = await _rates(connection, [row["tariff_id"]])
    return record(Tariff, row, rates=rates.get(row["tariff_id"], ()))


async def _rates(
    connection: AsyncConnection, tariff_ids: Sequence[str]
) -> dict[str, tuple[TimeOfUseRate, ...]]:
    rows = await connection.execute(
        select(tariff_rates)
        .where(tariff_rates.c.tariff_id.in_(tariff_ids))
        .order_by(tariff_rates.c.tariff_id, tariff_rates.c.position)
    )
    by_tariff: dict[str, tuple[TimeOfUseRate, ...]] = {}
    for row in rows:
        rate = TimeOfUseRate(
            weekdays=tuple(int(day) for day in row.weekdays),
            start_minute=row.start_minute,
            end_minute=row.end_minute,
            price_per_kwh=row.price_per_kwh,
        )
        by_tariff[row.tariff_id] = (*by_tariff.get(row.tariff_id, ()), rate)
    return by_tariff


async def _insert_rates(connection: AsyncConnection, tariff: Tariff) -> None:
    rows = [
        {
            "tariff_id": tariff.tariff_id,
            "position": position,
            "weekdays": "".join(str(day) for day in rate.weekdays),
            "start_minute": rate.start_minute,
            "end_minute": rate.end_minute,
            "price_per_kwh": rate.price_per_kwh,
        }
        for position, rate in enumerate(tariff.rates)
    ]
    if rows:
        await connection.execute(insert(tariff_rates), rows)
