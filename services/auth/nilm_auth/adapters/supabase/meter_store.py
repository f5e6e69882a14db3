"""Meters in Supabase."""

from collections.abc import Sequence
from dataclasses import asdict

from nilm_auth.adapters.supabase import changes
from nilm_auth.adapters.supabase.failures import refused
from nilm_auth.adapters.supabase.records import columns, record
from nilm_auth.adapters.supabase.rest import SupabaseRest
from nilm_auth.domain.meter import Meter
from nilm_auth.ports.buildings import NamePosition
from nilm_core.access import MeterKind
from nilm_core.errors import AlreadyExistsError, NotFoundError

_TABLE = "meters"


class SupabaseMeterStore:
    """The MeterStore of a Supabase project."""

    def __init__(self, rest: SupabaseRest) -> None:
        self._rest = rest

    async def add(self, meter: Meter) -> None:
        """Adds a meter."""
        taken = AlreadyExistsError(f"meter {meter.meter_id} exists", reason="METER_EXISTS")
        if meter.kind is MeterKind.MAINS:
            taken = AlreadyExistsError(
                "the building has a mains meter; use that, or delete it first",
                reason="MAINS_METER_EXISTS",
            )
        gone = NotFoundError(f"building {meter.building_id} not found")
        await changes.add(self._rest, _TABLE, asdict(meter), unique=taken, parent=gone)

    async def get(self, meter_id: str) -> Meter | None:
        """Returns a meter of any building, or None if there is none."""
        key = {"meter_id": meter_id}
        found = await changes.find(self._rest, _TABLE, key, *columns(Meter))
        return None if found is None else record(Meter, found)

    async def list(
        self, building_id: str, *, after: NamePosition | None = None, limit: int | None = None
    ) -> Sequence[Meter]:
        """Returns a building's meters by name; all without a limit."""
        name, meter_id = after or (None, None)
        arguments = {
            "of_building": building_id,
            "after_name": name,
            "after_id": meter_id,
            "max_rows": limit,
        }
        rows = await self._rest.rows(self._rest.function("list_meters", arguments))
        return [record(Meter, found) for found in rows]

    async def rename(self, building_id: str, meter_id: str, display_name: str) -> Meter:
        """Gives a meter another name, and returns the meter."""
        key = _is(building_id, meter_id)
        query = self._rest.table(_TABLE).update({"display_name": display_name}).match(dict(key))
        rows = await self._rest.rows(query.select(*columns(Meter)))
        if rows:
            return record(Meter, rows[0])
        present = await self.get(meter_id)
        if present is None or present.building_id != building_id:
            raise _no_meter(meter_id)
        raise refused()

    async def remove(self, building_id: str, meter_id: str) -> None:
        """Removes a meter."""
        key = _is(building_id, meter_id)
        await changes.remove(self._rest, _TABLE, key, missing=_no_meter(meter_id))


def _is(building_id: str, meter_id: str) -> changes.Key:
    return {"building_id": building_id, "meter_id": meter_id}


def _no_meter(meter_id: str) -> NotFoundError:
    return NotFoundError(f"meter {meter_id} not found")
