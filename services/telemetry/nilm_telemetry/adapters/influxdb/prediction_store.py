"""Predictions in InfluxDB."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt

from nilm_core.timegrid import Int64Array, TimeGrid, span_us, to_us
from nilm_core.units import W_PER_KW
from nilm_telemetry.adapters.influxdb.catalog import Catalog
from nilm_telemetry.adapters.influxdb.client import InfluxClient
from nilm_telemetry.adapters.influxdb.flux import (
    LAST,
    MAX_TIME_US,
    MIN_TIME_US,
    ROWS,
    WINDOWS,
    Series,
    resource_id,
)
from nilm_telemetry.adapters.influxdb.lines import Owner, prediction_lines
from nilm_telemetry.adapters.influxdb.paging import fetch_page
from nilm_telemetry.adapters.influxdb.quarters import (
    PREDICTION_QUARTERS,
    Columns,
    aligned,
    columns_of,
    joined,
    kept_quarters,
)
from nilm_telemetry.adapters.influxdb.reading_store import touched_days
from nilm_telemetry.adapters.influxdb.schema import PREDICTION, PREDICTION_FIELDS
from nilm_telemetry.adapters.influxdb.windows import Interval, between, day_runs
from nilm_telemetry.adapters.influxdb.writer import BucketWriter
from nilm_telemetry.domain.predictions import (
    CellColumns,
    MergedCells,
    PredictedCells,
    PredictionReach,
)
from nilm_telemetry.domain.quarters import (
    DAY_US,
    PREDICTION_REACH_US,
    PredictionQuarters,
    prediction_quarters,
)
from nilm_telemetry.domain.readings import Float64Array, last_of_each

_POWER, _CONFIDENCE, _PERIOD, _VERSION = PREDICTION_FIELDS
_DAYS_AT_ONCE = 14
_ROW_COLUMNS = ("_time", "_field", "_value")
_MAX_NAMED_BUILDINGS = 50
"""From so many buildings on all are asked for."""


class InfluxPredictionStore:
    """See `nilm_telemetry.ports.PredictionStore`."""

    def __init__(self, client: InfluxClient, writer: BucketWriter, catalog: Catalog) -> None:
        self._client = client
        self._writer = writer
        self._catalog = catalog
        self._bucket = client.config.predictions_bucket

    async def write(self, building_id: str, cells: Sequence[PredictedCells]) -> None:
        """Keeps cells, stored by the server on return."""
        resource_id("building_id", building_id)
        parts = [_unique(part) for part in cells if len(part)]
        if not parts:
            return
        owners = [
            (
                (building_id, resource_id("appliance_id", part.appliance_id)),
                touched_days(part.times_us, PREDICTION_REACH_US),
            )
            for part in parts
        ]
        await self._catalog.touch(PREDICTION, owners)
        await self._writer.write(
            lambda: [prediction_lines(building_id, part) for part in parts],
            sum(len(part) for part in parts),
        )

    async def page(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int, limit: int
    ) -> list[PredictedCells]:
        """Returns the first `limit` cells, parted where the version or the period changes."""
        found = await fetch_page(
            self._client,
            (self._bucket, _series(building_id, appliance_id, *PREDICTION_FIELDS)),
            (start_us, end_us),
            limit,
            _ROW_COLUMNS,
        )
        times, values = aligned(found, PREDICTION_FIELDS)
        return _parted(appliance_id, times[:limit], [column[:limit] for column in values])

    async def means(
        self, building_id: str, appliance_id: str, grid: TimeGrid, start_us: int, end_us: int
    ) -> MergedCells:
        """Returns means over a grid."""
        interval = (max(start_us, MIN_TIME_US), min(end_us, MAX_TIME_US))
        power, confidence, version = await asyncio.gather(
            self._windows(_series(building_id, appliance_id, _POWER), grid, interval),
            self._windows(_series(building_id, appliance_id, _CONFIDENCE), grid, interval),
            self._newest_version(building_id, appliance_id, interval),
        )
        index, in_power, in_confidence = np.intersect1d(
            power[0], confidence[0], assume_unique=True, return_indices=True
        )
        return MergedCells(
            appliance_id,
            version,
            index,
            (power[1][in_power] * W_PER_KW).astype(np.float32),
            confidence[1][in_confidence].astype(np.float32),
        )

    async def quarters(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int
    ) -> PredictionQuarters:
        """Returns quarter hours; those of settled days were kept when they were settled."""
        tags = {
            "building_id": resource_id("building_id", building_id),
            "appliance_name": resource_id("appliance_id", appliance_id),
        }
        names = {"building_id": building_id, "series": appliance_id}
        runs = day_runs(await self._catalog.settled_days(PREDICTION, names, start_us, end_us))
        kept = [kept_quarters(self._client, PREDICTION_QUARTERS, tags, run) for run in runs]
        parts = list(await asyncio.gather(*kept))
        parts += [
            await self._added_up((building_id, appliance_id), interval)
            for interval in between(runs, start_us, end_us)
        ]
        if not parts:
            return PredictionQuarters.empty()
        return PredictionQuarters(**joined(parts, PREDICTION_QUARTERS.fields))

    async def reaches(self, building_ids: Collection[str] | None = None) -> list[PredictionReach]:
        """Returns how far predictions reach, from the ends of the series."""
        if building_ids is not None and not building_ids:
            return []
        asked = [resource_id("building_id", each) for each in building_ids or ()]
        ids = {"building_id": asked} if len(asked) < _MAX_NAMED_BUILDINGS else {}
        found = await self._client.query(
            LAST.render(
                bucket=self._bucket,
                start=0,
                stop=MAX_TIME_US,
                series=Series(PREDICTION, (_PERIOD, _VERSION), ids),
                columns=("_time", "_field", "_value", "building_id", "appliance_name"),
            )
        )
        newest: dict[Owner, dict[str, tuple[int, Any]]] = {}
        for rows in found:
            columns = (
                rows.texts("building_id"),
                rows.texts("appliance_name"),
                rows.texts("_field"),
                rows.times_us().tolist(),
                rows.columns["_value"].to_pylist(),
            )
            for building_id, appliance_id, name, time_us, value in zip(*columns, strict=True):
                newest.setdefault((building_id, appliance_id), {})[name] = (time_us, value)
        return [
            PredictionReach(
                *owner, unquote(fields_[_VERSION][1]), fields_[_PERIOD][0] + fields_[_PERIOD][1]
            )
            for owner, fields_ in newest.items()
            if len(fields_) == len((_PERIOD, _VERSION))
            and (building_ids is None or owner[0] in building_ids)
        ]

    async def day_quarters(self, owner: Owner, day_us: int) -> Columns:
        """Returns the quarters of a day as they are kept."""
        return await self._added_up(owner, (day_us, day_us + DAY_US))

    async def _windows(
        self, series: Series, grid: TimeGrid, interval: Interval
    ) -> tuple[Int64Array, Float64Array]:
        start_us, every_us = to_us(grid.start), span_us(grid.period)
        if interval[1] <= interval[0]:
            return np.empty(0, np.int64), np.empty(0)
        found = await self._client.query(
            WINDOWS.render(
                bucket=self._bucket,
                start=interval[0],
                stop=interval[1],
                series=series,
                every=every_us,
                offset=start_us % every_us,
                function="mean",
            )
        )
        if not found:
            return np.empty(0, np.int64), np.empty(0)
        times = np.concatenate([rows.times_us() for rows in found])
        values = np.concatenate([rows.floats() for rows in found])
        return (times - start_us) // every_us, values

    async def _newest_version(self, building_id: str, appliance_id: str, interval: Interval) -> str:
        if interval[1] <= interval[0]:
            return ""
        found = await self._client.query(
            LAST.render(
                bucket=self._bucket,
                start=interval[0],
                stop=interval[1],
                series=_series(building_id, appliance_id, _VERSION),
                columns=("_time", "_value"),
            )
        )
        return unquote(found[0].texts()[0]) if found else ""

    async def _added_up(self, owner: Owner, interval: Interval) -> Columns:
        parts = [columns_of(PredictionQuarters.empty())]
        for start_us in range(*interval, _DAYS_AT_ONCE * DAY_US):
            end_us = min(interval[1], start_us + _DAYS_AT_ONCE * DAY_US)
            found = await self._client.query(
                ROWS.render(
                    bucket=self._bucket,
                    start=start_us - PREDICTION_REACH_US,
                    stop=end_us + PREDICTION_REACH_US,
                    series=_series(*owner, _POWER, _CONFIDENCE, _PERIOD),
                    columns=_ROW_COLUMNS,
                )
            )
            times, (power_kw, confidence, period) = aligned(found, (_POWER, _CONFIDENCE, _PERIOD))
            cells = CellColumns(
                times,
                period.astype(np.int64),
                (power_kw * W_PER_KW).astype(np.float32),
                confidence.astype(np.float32),
            )
            parts.append(columns_of(prediction_quarters(cells, start_us, end_us)))
        return joined(parts, PREDICTION_QUARTERS.fields)


def _series(building_id: str, appliance_id: str, *names: str) -> Series:
    tags = {
        "building_id": (resource_id("building_id", building_id),),
        "appliance_name": (resource_id("appliance_id", appliance_id),),
    }
    return Series(PREDICTION, names, tags)


def _unique(cells: PredictedCells) -> PredictedCells:
    last = last_of_each(cells.times_us)
    return PredictedCells(
        cells.appliance_id,
        cells.model_version,
        cells.period_us,
        cells.times_us[last],
        cells.power_w[last],
        cells.confidence[last],
    )


def _parted(
    appliance_id: str, times: Int64Array, values: Sequence[npt.NDArray[Any]]
) -> list[PredictedCells]:
    power_kw, confidence, period, version = values
    if not len(times):
        return []
    changes = (period[1:] != period[:-1]) | (version[1:] != version[:-1])
    return [
        PredictedCells(
            appliance_id,
            unquote(str(version[part[0]])),
            int(period[part[0]]),
            times[part],
            (power_kw[part] * W_PER_KW).astype(np.float32),
            confidence[part].astype(np.float32),
        )
        for part in np.split(np.arange(len(times)), np.flatnonzero(changes) + 1)
    ]
