"""Meters in SQL."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import delete, insert, select, tuple_, update

from nilm_auth.adapters.sql.database import Database, record
from nilm_auth.adapters.sql.failures import constraints
from nilm_auth.adapters.sql.tables import meters
from nilm_auth.domain.meter import Meter
from nilm_auth.ports.buildings import NamePosition
from nilm_core.access import MeterKind
from nilm_core.errors import AlreadyExistsError, NotFoundError


class SqlMeterStore:
    """The MeterStore on a SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, meter: Meter) -> None:
        """Adds a meter."""
        taken = AlreadyExistsError(f"meter {meter.meter_id} exists", reason="METER_EXISTS")
        if meter.kind is MeterKind.MAINS:
            taken = AlreadyExistsError(
                "the building has a mains meter; use that, or delete it first",
                reason="MAINS_METER_EXISTS",
            )
        async with self._database.write() as connection:
            with constraints(
                unique=taken, parent=NotFoundError(f"building {meter.building_id} not found")
            ):
                await connection.execute(insert(meters).values(**asdict(meter)))

    async def get(self, meter_id: str) -> Meter | None:
        """Returns a meter of any building, or None if there is none."""
        query = select(meters).where(meters.c.meter_id == meter_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return None if row is None else record(Meter, row)

    async def list(
        self, building_id: str, *, after: NamePosition | None = None, limit: int | None = None
    ) -> Sequence[Meter]:
        """Returns a building's meters by name; all without a limit."""
        position = tuple_(meters.c.display_name, meters.c.meter_id)
        query = select(meters).where(meters.c.building_id == building_id)
        if after is not None:
            query = query.where(position > after)
        query = query.order_by(*position.clauses).limit(limit)
        async with self._database.read() as connection:
            return [record(Meter, row) for row in (await connection.execute(query)).mappings()]

    async def rename(self, building_id: str, meter_id: str, display_name: str) -> Meter:
        """Gives a meter another name, and returns the meter."""
        this = (meters.c.meter_id == meter_id) & (meters.c.building_id == building_id)
        async with self._database.write() as connection:
            query = select(meters).where(this).with_for_update()
            row = (await connection.execute(query)).mappings().one_or_none()
            if row is None:
                raise _no_meter(meter_id)
            await connection.execute(update(meters).where(this).values(display_name=display_name))
            return replace(record(Meter, row), display_name=display_name)

    async def remove(self, building_id: str, meter_id: str) -> None:
        """Removes a meter."""
        this = (meters.c.meter_id == meter_id) & (meters.c.building_id == building_id)
        async with self._database.write() as connection:
            if not (await connection.execute(delete(meters).where(this))).rowcount:
                raise _no_meter(meter_id)


def _no_meter(meter_id: str) -> NotFoundError:
    return NotFoundError(f"meter {meter_id} not found")
