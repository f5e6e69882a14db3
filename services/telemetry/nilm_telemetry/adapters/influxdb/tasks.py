"""Tasks of the server that downsample what is recent, for all meters at once.

Each runs every hour and makes the windows of the present UTC day up to the hour, and until 5 in the
morning those of the day before as well, so that one missed run, or five, leave no hole.
"""

from dataclasses import dataclass
from typing import Any

from influxdb_client.domain.task_create_request import TaskCreateRequest
from influxdb_client.domain.task_update_request import TaskUpdateRequest
from influxdb_client.service.tasks_service import TasksService

from nilm_core.timegrid import to_us
from nilm_telemetry.adapters.influxdb.catalog import TouchedDay
from nilm_telemetry.adapters.influxdb.client import InfluxClient
from nilm_telemetry.adapters.influxdb.flux import TASK_HEAD, TASK_STATISTIC, series
from nilm_telemetry.adapters.influxdb.schema import (
    DOWNSAMPLE_FUNCTIONS,
    LEVELS,
    READING,
    READING_FIELD,
    STATISTICS,
    Level,
)
from nilm_telemetry.domain.quarters import DAY_US

_HOUR_US = 3_600_000_000
TASK_REACH_US = 6 * _HOUR_US
"""A run makes the whole day in which this long before it lies."""
_PATIENCE_US = 3 * _HOUR_US
"""How long after the end of a day a task is waited for."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the last successful runs of the tasks made."""

    run_us: int | None
    """Time that the least of them ran for; None where a task is missing or never ran."""
    rest_us: int
    """How long after its mark a day may still be written to."""
    now_us: int

    def holds(self, day: TouchedDay, touched_us: int) -> bool:
        """Tells whether the runs saw all rows of a day."""
        if self.run_us is None:
            return False
        day_us = day[2]
        first_us = (self.run_us - TASK_REACH_US) // DAY_US * DAY_US
        is_inside = first_us <= day_us and day_us + DAY_US <= self.run_us
        return is_inside and touched_us + self.rest_us <= self.run_us

    def is_awaited(self, day: TouchedDay, touched_us: int) -> bool:
        """Tells whether a run that is soon to come will do what would be done now."""
        source, _, day_us = day
        if source != READING or self.run_us is None or self.holds(day, touched_us):
            return False
        is_alive = self.run_us + _PATIENCE_US > self.now_us
        ended_us = day_us + DAY_US
        return is_alive and touched_us < ended_us <= self.now_us < ended_us + _PATIENCE_US


class DownsampleTasks:
    """The tasks of one set of buckets, one for each level."""

    def __init__(self, client: InfluxClient) -> None:
        self._client = client
        self._ids: dict[str, str] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the tasks that were found or made."""
        return tuple(self._ids.values())

    def name(self, level: Level) -> str:
        """Returns what the task of a level is called."""
        return f"{self._client.config.raw_bucket}_{level.name}"

    def script(self, level: Level) -> str:
        """Returns what the task of a level does."""
        config = self._client.config
        target = config.level_bucket(level.name)
        return TASK_HEAD.render(task=self.name(level)) + "".join(
            "\n"
            + TASK_STATISTIC.render(
                bucket=config.raw_bucket,
                series=series(READING, READING_FIELD),
                every=level.period_us,
                function=function,
                field=field,
                target=target,
                name=field,
            )
            for field, function in zip(STATISTICS, DOWNSAMPLE_FUNCTIONS, strict=True)
        )

    async def prepare(self) -> None:
        """Makes the tasks that are missing, and brings the others up to date.

        Raises:
            NilmError: The server is away, or the token may not.
        """
        service = TasksService(self._client.api.api_client)
        for level in LEVELS:
            name, script = self.name(level), self.script(level)
            known = await self._find(service, name)
            if known is None:
                request = TaskCreateRequest(
                    org=self._client.config.org, status="active", flux=script
                )
                made = await self._client.call(service.post_tasks_async, request)
                self._ids[level.name] = made.id
                continue
            self._ids[level.name] = known.id
            if known.flux != script:
                await self._client.call(
                    service.patch_tasks_id_async, known.id, TaskUpdateRequest(flux=script)
                )

    async def coverage(self, now_us: int) -> Coverage:
        """Returns what the tasks have done.

        Raises:
            NilmError: The server is away.
        """
        rest_us = int(self._client.config.settle_after_s * 1_000_000)
        if len(self._ids) < len(LEVELS):
            return Coverage(None, rest_us, now_us)
        service = TasksService(self._client.api.api_client)
        runs_us: list[int] = []
        for level in LEVELS:
            task = await self._client.call(service.get_tasks_id_async, self._ids[level.name])
            if task.last_run_status != "success" or task.latest_completed is None:
                return Coverage(None, rest_us, now_us)
            runs_us.append(to_us(task.latest_completed) // _HOUR_US * _HOUR_US)
        return Coverage(min(runs_us), rest_us, now_us)

    async def _find(self, service: TasksService, name: str) -> Any:
        found = await self._client.call(
            service.get_tasks_async, name=name, org=self._client.config.org
        )
        return next((task for task in found.tasks or () if task.name == name), None)
