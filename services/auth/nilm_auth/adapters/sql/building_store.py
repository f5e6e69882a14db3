"""Buildings in SQL."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

from sqlalchemy import delete, insert, select, tuple_, update

from nilm_auth.adapters.sql.database import Database, record
from nilm_auth.adapters.sql.failures import constraints
from nilm_auth.adapters.sql.tables import buildings, members
from nilm_auth.domain.building import Building
from nilm_auth.domain.role import Role
from nilm_auth.ports.buildings import NamePosition
from nilm_core.errors import AlreadyExistsError, NotFoundError


class SqlBuildingStore:
    """The BuildingStore on a SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, building: Building, manager_id: str) -> None:
        """Adds a building with its first manager."""
        async with self._database.write() as connection:
            with constraints(
                unique=AlreadyExistsError(f"building {building.building_id} exists"),
                parent=NotFoundError(f"account {manager_id} not found"),
            ):
                await connection.execute(insert(buildings).values(**asdict(building)))
                await connection.execute(
                    insert(members).values(
                        building_id=building.building_id,
                        user_id=manager_id,
                        role=Role.MANAGER,
                        create_time=building.create_time,
                    )
                )

    async def get(self, building_id: str) -> Building | None:
        """Returns a building, or None if there is none."""
        query = select(buildings).where(buildings.c.building_id == building_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return None if row is None else record(Building, row)

    async def list(
        self, *, member_id: str | None, after: NamePosition | None = None, limit: int
    ) -> Sequence[Building]:
        """Returns buildings by name: a member's, or all for None."""
        position = tuple_(buildings.c.display_name, buildings.c.building_id)
        query = select(buildings).order_by(*position.clauses).limit(limit)
        if member_id is not None:
            theirs = select(members.c.building_id).where(members.c.user_id == member_id)
            query = query.where(buildings.c.building_id.in_(theirs))
        if after is not None:
            query = query.where(position > after)
        async with self._database.read() as connection:
            return [record(Building, row) for row in (await connection.execute(query)).mappings()]

    async def change(self, building_id: str, change: Callable[[Building], Building]) -> Building:
        """Replaces a building by what `change` makes of it, and returns that."""
        this = buildings.c.building_id == building_id
        async with self._database.write() as connection:
            query = select(buildings).where(this).with_for_update()
            row = (await connection.execute(query)).mappings().one_or_none()
            if row is None:
                raise NotFoundError(f"building {building_id} not found")
            after = change(record(Building, row))
            await connection.execute(update(buildings).where(this).values(**asdict(after)))
            return after

    async def remove(self, building_id: str) -> None:
        """Removes a building, its members, meters, appliances and tariffs."""
        async with self._database.write() as connection:
            removed = await connection.execute(
                delete(buildings).where(buildings.c.building_id == building_id)
            )
            if not removed.rowcount:
                raise NotFoundError(f"building {building_id} not found")
