"""Appliances in SQL."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, delete, insert, select, update

from nilm_auth.adapters.sql.database import Database, record
from nilm_auth.adapters.sql.failures import constraints
from nilm_auth.adapters.sql.tables import appliances
from nilm_auth.domain.meter import Appliance
from nilm_core.errors import AlreadyExistsError, NotFoundError


class SqlApplianceStore:
    """The ApplianceStore on a SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, appliance: Appliance) -> None:
        """Adds an appliance."""
        async with self._database.write() as connection:
            with constraints(
                unique=AlreadyExistsError(
                    f"the building has an appliance {appliance.appliance_id}; update that, or "
                    "choose another id",
                    reason="APPLIANCE_EXISTS",
                ),
                parent=NotFoundError(f"building {appliance.building_id} not found"),
            ):
                await connection.execute(insert(appliances).values(**asdict(appliance)))

    async def get(self, building_id: str, appliance_id: str) -> Appliance | None:
        """Returns an appliance, or None if there is none."""
        query = select(appliances).where(_is(building_id, appliance_id))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return None if row is None else record(Appliance, row)

    async def list(
        self, building_id: str, *, after: str | None = None, limit: int
    ) -> Sequence[Appliance]:
        """Returns a building's appliances by id."""
        query = select(appliances).where(appliances.c.building_id == building_id)
        if after is not None:
            query = query.where(appliances.c.appliance_id > after)
        query = query.order_by(appliances.c.appliance_id).limit(limit)
        async with self._database.read() as connection:
            return [record(Appliance, row) for row in (await connection.execute(query)).mappings()]

    async def change(
        self, building_id: str, appliance_id: str, change: Callable[[Appliance], Appliance]
    ) -> Appliance:
        """Replaces an appliance by what `change` makes of it, and returns that."""
        this = _is(building_id, appliance_id)
        async with self._database.write() as connection:
            query = select(appliances).where(this).with_for_update()
            row = (await connection.execute(query)).mappings().one_or_none()
            if row is None:
                raise _no_appliance(appliance_id)
            after = change(record(Appliance, row))
            await connection.execute(update(appliances).where(this).values(**asdict(after)))
            return after

    async def remove(self, building_id: str, appliance_id: str) -> None:
        """Removes an appliance."""
        async with self._database.write() as connection:
            removed = await connection.execute(
                delete(appliances).where(_is(building_id, appliance_id))
            )
            if not removed.rowcount:
                raise _no_appliance(appliance_id)


def _is(building_id: str, appliance_id: str) -> ColumnElement[bool]:
    return (appliances.c.building_id == building_id) & (appliances.c.appliance_id == appliance_id)


def _no_appliance(appliance_id: str) -> NotFoundError:
    return NotFoundError(f"appliance {appliance_id} not found")
