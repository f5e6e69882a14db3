"""Corrections in InfluxDB, beside what is known of days; one that is taken back stays as such."""

from collections.abc import Sequence

import numpy as np

from nilm_telemetry.adapters.influxdb.client import InfluxClient
from nilm_telemetry.adapters.influxdb.flux import (
    MAX_TIME_US,
    MIN_TIME_US,
    ROWS,
    resource_id,
    series,
)
from nilm_telemetry.adapters.influxdb.lines import field_lines
from nilm_telemetry.adapters.influxdb.quarters import aligned
from nilm_telemetry.adapters.influxdb.schema import CORRECTION, CORRECTION_FIELDS
from nilm_telemetry.adapters.influxdb.writer import BucketWriter
from nilm_telemetry.domain.corrections import Correction, Verdict

_END, _VERDICT, _CREATED = CORRECTION_FIELDS


class InfluxCorrectionStore:
    """See `nilm_telemetry.ports.CorrectionStore`."""

    def __init__(self, client: InfluxClient, writer: BucketWriter) -> None:
        self._client = client
        self._writer = writer
        self._bucket = client.config.catalog_bucket

    async def put(
        self, building_id: str, appliance_id: str, corrections: Sequence[Correction]
    ) -> None:
        """Keeps corrections, stored by the server on return."""
        columns = {
            _END: np.array([each.end_us for each in corrections], np.int64),
            _VERDICT: np.array([each.verdict.value for each in corrections], np.int64),
            _CREATED: np.array([each.created_us for each in corrections], np.int64),
        }
        times_us = np.array([each.start_us for each in corrections], np.int64)
        tags = _tags(building_id, appliance_id)
        await self._writer.write(
            lambda: [field_lines(CORRECTION, tags, columns, times_us)], len(corrections)
        )

    async def find(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int
    ) -> list[Correction]:
        """Returns the corrections that start in an interval."""
        found = await self._client.query(
            ROWS.render(
                bucket=self._bucket,
                start=max(start_us, MIN_TIME_US),
                stop=min(end_us, MAX_TIME_US),
                series=series(CORRECTION, *CORRECTION_FIELDS, **_tags(building_id, appliance_id)),
                columns=("_time", "_field", "_value"),
            )
        )
        times, (end, verdict, created) = aligned(found, CORRECTION_FIELDS)
        rows = zip(times.tolist(), end.tolist(), verdict.tolist(), created.tolist(), strict=True)
        corrections = [
            Correction(int(start), int(stop), Verdict(int(said)), int(at))
            for start, stop, said, at in rows
        ]
        return [each for each in corrections if each.verdict is not Verdict.WITHDRAWN]


def _tags(building_id: str, appliance_id: str) -> dict[str, str]:
    return {
        "building_id": resource_id("building_id", building_id),
        "appliance_name": resource_id("appliance_id", appliance_id),
    }
