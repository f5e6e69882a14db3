"""Readings in DuckDB."""

from collections.abc import Collection

import duckdb
import numpy as np

from nilm_core.access import MeterKind
from nilm_core.timegrid import TimeGrid
from nilm_telemetry.adapters.duckdb.buckets import BucketSums
from nilm_telemetry.adapters.duckdb.committer import GroupCommitter
from nilm_telemetry.adapters.duckdb.database import Database
from nilm_telemetry.adapters.duckdb.paging import fetch_page
from nilm_telemetry.adapters.duckdb.registry import Registry
from nilm_telemetry.adapters.duckdb.rollups import ClosedDays, RollUps, RollUpSpec, days_span
from nilm_telemetry.adapters.duckdb.series_table import Columns, Rows, SeriesState, SeriesTable
from nilm_telemetry.domain.buckets import Buckets, empty_buckets
from nilm_telemetry.domain.quarters import READING_REACH_US, ReadingQuarters, reading_quarters
from nilm_telemetry.domain.readings import MeterExtent, MeterSeries, Readings


class DuckDbReadingStore:
    """See `nilm_telemetry.ports.ReadingStore`."""

    def __init__(
        self,
        database: Database,
        committer: GroupCommitter,
        registry: Registry,
        table: SeriesTable,
        rollups: RollUps,
    ) -> None:
        self._database = database
        self._committer = committer
        self._registry = registry
        self._table = table
        self._rollups = rollups
        self._keys = {name[1]: key for name, key in registry.names()}

    async def write(self, series: MeterSeries, readings: Readings) -> None:
        """Keeps readings, durable on return."""
        if not len(readings):
            return
        key = self._keys.get(series.meter_id)
        if key is None:
            name = (series.building_id, series.meter_id, series.kind.value)
            key = await self._registry.key(name, self._committer)
            self._keys[series.meter_id] = key
        power_w = readings.power_w.astype(np.float32, copy=False)
        rows = Rows(key, readings.times_us, (power_w,))
        await self._committer.write(self._table, (rows,), len(readings))

    async def page(self, meter_id: str, start_us: int, end_us: int, limit: int) -> Readings:
        """Returns the first `limit` readings of an interval."""
        known = self._find(meter_id)
        if known is None:
            return Readings.empty()
        key, _ = known
        times, power = await self._database.read(
            lambda cursor: fetch_page(cursor, self._table, key, (start_us, end_us), limit)
        )
        return Readings(times, power)

    async def buckets(self, meter_id: str, grid: TimeGrid, start_us: int, end_us: int) -> Buckets:
        """Returns statistics over a grid; from quarter hours where those are fine enough."""
        known = self._find(meter_id)
        if known is None:
            return empty_buckets(grid)
        key, state = known
        first_us, last_us = self._rollups.answered(key, state, grid, start_us, end_us)

        def query(cursor: duckdb.DuckDBPyConnection) -> tuple[Buckets, list[ClosedDays]]:
            quarters, fresh = self._rollups.read(
                cursor, key, state, (first_us, last_us), tuple(READING_ROLLUP.columns)
            )
            sums = BucketSums(grid)
            sums.add_quarters(ReadingQuarters(*quarters))
            sums.add_rows(cursor, key, start_us, first_us)
            sums.add_rows(cursor, key, last_us, end_us)
            return sums.result(), fresh

        buckets, fresh = await self._database.read(query)
        await self._keep(fresh)
        return buckets

    async def quarters(self, meter_id: str, start_us: int, end_us: int) -> ReadingQuarters:
        """Returns quarter hours; those of closed days are kept once they were added up."""
        known = self._find(meter_id)
        if known is None:
            return ReadingQuarters.empty()
        key, state = known
        columns, fresh = await self._database.read(
            lambda cursor: self._rollups.read(
                cursor, key, state, (start_us, end_us), tuple(READING_ROLLUP.columns)
            )
        )
        await self._keep(fresh)
        return ReadingQuarters(*columns)

    async def extents(self, meter_ids: Collection[str] | None = None) -> list[MeterExtent]:
        """Returns how far readings reach, from memory."""
        wanted = (
            self._keys.items()
            if meter_ids is None
            else (
                (meter_id, self._keys[meter_id]) for meter_id in meter_ids if meter_id in self._keys
            )
        )
        return [
            self._extent(key, state)
            for _, key in tuple(wanted)
            if (state := self._table.states.get(key)) is not None
        ]

    async def roll_up(self) -> bool:
        """Adds up a few closed days that were not yet; returns whether there were any."""
        for meter_id, key in tuple(self._keys.items()):
            state = self._table.states.get(key)
            days = self._rollups.open_days(key, state) if state is not None else []
            if days:
                start_us, end_us = days_span(days)
                await self.quarters(meter_id, start_us, end_us)
                return True
        return False

    async def _keep(self, fresh: list[ClosedDays]) -> None:
        for days in fresh:
            await self._committer.write(self._rollups, days, len(days.quarters[0]))

    def _find(self, meter_id: str) -> tuple[int, SeriesState] | None:
        key = self._keys.get(meter_id)
        state = self._table.states.get(key) if key is not None else None
        return (key, state) if key is not None and state is not None else None

    def _extent(self, key: int, state: SeriesState) -> MeterExtent:
        building_id, meter_id, kind = self._registry.name(key)
        series = MeterSeries(building_id, meter_id, MeterKind(kind))
        return MeterExtent(series, state.first_us, state.last_us, float(state.last[0]))


def add_up_readings(columns: Columns, start_us: int, end_us: int, newest_us: int) -> Columns:
    """Adds rows up by quarter hours, see `RollUpSpec.add_up`."""
    times, power = columns
    quarters = reading_quarters(Readings(times, power), start_us, end_us, newest_us)
    return (
        quarters.start_us,
        quarters.energy_wh,
        quarters.covered_us,
        quarters.min_w,
        quarters.max_w,
        quarters.max_time_us,
        quarters.sum_w,
        quarters.count,
    )


READING_ROLLUP = RollUpSpec(
    source="reading",
    source_columns=("power_w",),
    table="reading_quarter",
    columns={
        "energy_wh": "DOUBLE",
        "covered_us": "BIGINT",
        "min_w": "FLOAT",
        "max_w": "FLOAT",
        "max_time_us": "BIGINT",
        "sum_w": "DOUBLE",
        "count": "BIGINT",
    },
    reach_us=READING_REACH_US,
    add_up=add_up_readings,
)
