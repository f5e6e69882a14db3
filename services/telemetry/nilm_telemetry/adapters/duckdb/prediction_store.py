"""Predictions in DuckDB."""

from collections.abc import Collection, Sequence

import duckdb
import numpy as np

from nilm_core.timegrid import Int64Array, TimeGrid
from nilm_telemetry.adapters.duckdb.cells import (
    CELL_COLUMNS,
    ENERGY_COLUMNS,
    CellSums,
    add_up_predictions,
)
from nilm_telemetry.adapters.duckdb.committer import GroupCommitter
from nilm_telemetry.adapters.duckdb.database import Database
from nilm_telemetry.adapters.duckdb.paging import fetch_page
from nilm_telemetry.adapters.duckdb.registry import Registry
from nilm_telemetry.adapters.duckdb.rollups import ClosedDays, RollUps, RollUpSpec, days_span
from nilm_telemetry.adapters.duckdb.series_table import Columns, Rows, SeriesState, SeriesTable
from nilm_telemetry.domain.predictions import MergedCells, PredictedCells, PredictionReach
from nilm_telemetry.domain.quarters import PREDICTION_REACH_US, PredictionQuarters

PREDICTION_COLUMNS = {
    "period_us": "BIGINT",
    "power_w": "FLOAT",
    "confidence": "FLOAT",
    "version_key": "INTEGER",
}


class DuckDbPredictionStore:
    """See `nilm_telemetry.ports.PredictionStore`."""

    def __init__(
        self,
        database: Database,
        committer: GroupCommitter,
        registries: tuple[Registry, Registry],
        table: SeriesTable,
        rollups: RollUps,
    ) -> None:
        self._database = database
        self._committer = committer
        self._registry, self._versions = registries
        self._table = table
        self._rollups = rollups

    async def write(self, building_id: str, cells: Sequence[PredictedCells]) -> None:
        """Keeps cells, durable on return, all of them in one transaction."""
        requests = [
            Rows(
                await self._registry.key((building_id, part.appliance_id), self._committer),
                part.times_us,
                (
                    np.full(len(part), part.period_us, np.int64),
                    part.power_w.astype(np.float32, copy=False),
                    part.confidence.astype(np.float32, copy=False),
                    np.full(
                        len(part),
                        await self._versions.key((part.model_version,), self._committer),
                        np.int32,
                    ),
                ),
            )
            for part in cells
            if len(part)
        ]
        if requests:
            total = sum(len(rows.times_us) for rows in requests)
            await self._committer.write(self._table, requests, total)

    async def page(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int, limit: int
    ) -> list[PredictedCells]:
        """Returns the first `limit` cells, parted where the version or the period changes."""
        known = self._find(building_id, appliance_id)
        if known is None:
            return []
        key, _ = known
        columns = await self._database.read(
            lambda cursor: fetch_page(cursor, self._table, key, (start_us, end_us), limit)
        )
        return self._parted(appliance_id, columns)

    async def means(
        self, building_id: str, appliance_id: str, grid: TimeGrid, start_us: int, end_us: int
    ) -> MergedCells:
        """Returns means over a grid; from quarter hours where those are fine enough."""
        known = self._find(building_id, appliance_id)
        if known is None:
            return MergedCells(appliance_id, "", *CellSums(grid).result())
        key, state = known
        first_us, last_us = self._rollups.answered(key, state, grid, start_us, end_us)

        def query(cursor: duckdb.DuckDBPyConnection) -> tuple[CellSums, list[ClosedDays]]:
            quarters, fresh = self._rollups.read(
                cursor, key, state, (first_us, last_us), tuple(CELL_COLUMNS)
            )
            sums = CellSums(grid)
            sums.add_rows(cursor, key, start_us, first_us)
            sums.add_quarters(quarters)
            sums.add_rows(cursor, key, last_us, end_us)
            return sums, fresh

        sums, fresh = await self._database.read(query)
        await self._keep(fresh)
        version_key = sums.version_key
        version = "" if version_key is None else self._versions.name(version_key)[0]
        return MergedCells(appliance_id, version, *sums.result())

    async def quarters(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int
    ) -> PredictionQuarters:
        """Returns quarter hours; those of closed days are kept once they were added up."""
        known = self._find(building_id, appliance_id)
        if known is None:
            return PredictionQuarters.empty()
        columns = await self._add_up(*known, start_us, end_us)
        return PredictionQuarters(*columns)

    async def reaches(self, building_ids: Collection[str] | None = None) -> list[PredictionReach]:
        """Returns how far predictions reach, from memory."""
        return [
            self._reach(name[0], name[1], state)
            for name, key in self._registry.names()
            if (building_ids is None or name[0] in building_ids)
            and (state := self._table.states.get(key)) is not None
        ]

    async def roll_up(self) -> bool:
        """Adds up a few closed days that were not yet; returns whether there were any."""
        for _, key in self._registry.names():
            state = self._table.states.get(key)
            days = self._rollups.open_days(key, state) if state is not None else []
            if state is not None and days:
                await self._add_up(key, state, *days_span(days))
                return True
        return False

    async def _add_up(self, key: int, state: SeriesState, start_us: int, end_us: int) -> Columns:
        columns, fresh = await self._database.read(
            lambda cursor: self._rollups.read(
                cursor, key, state, (start_us, end_us), tuple(ENERGY_COLUMNS)
            )
        )
        await self._keep(fresh)
        return columns

    async def _keep(self, fresh: list[ClosedDays]) -> None:
        for days in fresh:
            await self._committer.write(self._rollups, days, len(days.quarters[0]))

    def _find(self, building_id: str, appliance_id: str) -> tuple[int, SeriesState] | None:
        key = self._registry.find((building_id, appliance_id))
        state = self._table.states.get(key) if key is not None else None
        return (key, state) if key is not None and state is not None else None

    def _reach(self, building_id: str, appliance_id: str, state: SeriesState) -> PredictionReach:
        period_us, _, _, version_key = state.last
        version = self._versions.name(int(version_key))[0]
        return PredictionReach(building_id, appliance_id, version, state.last_us + int(period_us))

    def _parted(self, appliance_id: str, columns: Columns) -> list[PredictedCells]:
        times, period, power, confidence, version = columns
        if not len(times):
            return []
        changes = (np.diff(period) != 0) | (np.diff(version) != 0)
        edges: Int64Array = np.flatnonzero(changes) + 1
        return [
            PredictedCells(
                appliance_id,
                self._versions.name(int(version[part[0]]))[0],
                int(period[part[0]]),
                times[part],
                power[part],
                confidence[part],
            )
            for part in np.split(np.arange(len(times)), edges)
        ]


PREDICTION_ROLLUP = RollUpSpec(
    source="prediction",
    source_columns=tuple(PREDICTION_COLUMNS),
    table="prediction_quarter",
    columns={**ENERGY_COLUMNS, **CELL_COLUMNS},
    reach_us=PREDICTION_REACH_US,
    add_up=add_up_predictions,
)
