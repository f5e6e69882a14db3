"""The job queue of one process: a SQLite file that it alone has open."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from nilm_core.clock import Clock
from nilm_core.errors import DataCorruptionError, UnavailableError
from nilm_core.ids import new_id
from nilm_core.timegrid import to_us
from nilm_inference.adapters.jobs.records import job_of_record, job_record
from nilm_inference.domain.jobs import Claim, Job, JobState, Outcome, cancelled, too_many_jobs
from nilm_inference.domain.progress import Progress

_log = logging.getLogger(__name__)

FILE_NAME = "jobs.db"

_RETRY_AFTER = timedelta(seconds=5)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    job_id TEXT PRIMARY KEY,
    building_id TEXT NOT NULL,
    position TEXT NOT NULL,
    appliance_ids TEXT NOT NULL,
    start_us INTEGER NOT NULL,
    end_us INTEGER NOT NULL,
    done_until_us INTEGER NOT NULL,
    prediction_count INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempt_count INTEGER NOT NULL,
    is_cancel_requested INTEGER NOT NULL,
    message TEXT NOT NULL,
    begun_us INTEGER NOT NULL,
    finished_us INTEGER NOT NULL,
    claim TEXT NOT NULL DEFAULT '',
    lease_end_us INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS jobs_of_building ON jobs (building_id, position);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, position);
"""
_LAST_POSITION = "~"
"""Comes after every position, which is made of digits first."""
_NOBODY: Mapping[str, str | int] = MappingProxyType({"claim": "", "lease_end_us": 0})

_Result = TypeVar("_Result")


class EmbeddedJobQueue:
    """Implements `nilm_inference.ports.JobQueue` on one file, in a thread of its own.

    Whoever opens the file knows that no other worker lives, so what was running is free at once.
    """

    def __init__(
        self, database: sqlite3.Connection, clock: Clock, *, lease: timedelta, retention: timedelta
    ) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease
        self._retention = retention
        self._is_failing = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="jobs")

    @classmethod
    def open(
        cls, folder: Path, clock: Clock, *, lease: timedelta, retention: timedelta
    ) -> "EmbeddedJobQueue":
        """Opens the file in `folder`, which is made where it is missing.

        Raises:
            UnavailableError: Another process has it open, or it cannot be written.
            DataCorruptionError: The file is damaged.
        """
        path = folder / FILE_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            database.row_factory = sqlite3.Row
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            database.executescript(_SCHEMA)
            database.execute("UPDATE jobs SET lease_end_us = 0")
        except (sqlite3.OperationalError, OSError) as error:
            raise UnavailableError(
                f"{path}: {error}; one process alone may have it open, and must be able to write it"
            ) from error
        except sqlite3.DatabaseError as error:
            raise DataCorruptionError(f"{path}: {error}; move it away to begin anew") from error
        return cls(database, clock, lease=lease, retention=retention)

    async def submit(self, job: Job, max_open: int) -> Job:
        """Lets a job wait, see `nilm_inference.ports.JobBoard`."""

        def work() -> Job:
            if (known := self._find(job.job_id)) is not None:
                return known
            (open_count,) = self._database.execute(
                "SELECT count(*) FROM jobs WHERE building_id = ? AND state IN (?, ?)",
                (job.building_id, JobState.QUEUED, JobState.RUNNING),
            ).fetchone()
            if open_count >= max_open:
                raise too_many_jobs(job.building_id, max_open)
            self._insert(job)
            return job

        return await self._run(work)

    async def get(self, building_id: str, job_id: str) -> Job | None:
        """Returns a job, see `nilm_inference.ports.JobBoard`."""

        def work() -> Job | None:
            job = self._find(job_id)
            return job if job is not None and job.building_id == building_id else None

        return await self._run(work)

    async def page(self, building_id: str, before: str, limit: int) -> Sequence[Job]:
        """Returns a page of jobs, see `nilm_inference.ports.JobBoard`."""

        def work() -> Sequence[Job]:
            rows = self._database.execute(
                "SELECT * FROM jobs WHERE building_id = ? AND position < ? "
                "ORDER BY position DESC LIMIT ?",
                (building_id, before or _LAST_POSITION, limit),
            )
            return [job_of_record(row) for row in rows]

        return await self._run(work)

    async def cancel(self, building_id: str, job_id: str, now: datetime) -> Job | None:
        """Cancels a job, see `nilm_inference.ports.JobBoard`."""

        def work() -> Job | None:
            job = self._find(job_id)
            if job is None or job.building_id != building_id:
                return None
            return self._update(cancelled(job, now))

        return await self._run(work)

    async def claim(self, now: datetime) -> Claim | None:
        """Takes a job, see `nilm_inference.ports.JobQueue`; drops those that ended long ago."""

        def work() -> Claim | None:
            self._database.execute(
                "DELETE FROM jobs WHERE finished_us > 0 AND finished_us < ?",
                (to_us(now - self._retention),),
            )
            row = self._database.execute(
                "SELECT * FROM jobs WHERE state IN (?, ?) AND lease_end_us <= ? "
                "ORDER BY state DESC, position LIMIT 1",  # what was running comes first
                (JobState.QUEUED, JobState.RUNNING, self._now_us()),
            ).fetchone()
            if row is None:
                return None
            job = job_of_record(row)
            token = new_id("clm")
            job = replace(
                job,
                state=JobState.RUNNING,
                attempt_count=job.attempt_count + 1,
                begun=job.begun or now,
            )
            self._update(job, claim=token, lease_end_us=self._lease_end_us())
            return Claim(job, token)

        return await self._run(work)

    async def keep(self, claim: Claim, progress: Progress) -> Job | None:
        """Renews the lease, see `nilm_inference.ports.JobQueue`."""

        def work() -> Job | None:
            job = self._held(claim)
            if job is None:
                return None
            return self._update(replace(job, progress=progress), lease_end_us=self._lease_end_us())

        return await self._run(work)

    async def finish(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:
        """Ends a job, see `nilm_inference.ports.JobQueue`."""

        def work() -> bool:
            job = self._held(claim)
            if job is None:
                return False
            self._update(
                replace(
                    job,
                    state=outcome.state,
                    message=outcome.message,
                    finished=now,
                    is_cancel_requested=False,
                ),
                **_NOBODY,
            )
            return True

        return await self._run(work)

    async def release(self, claim: Claim) -> None:
        """Gives a job back, see `nilm_inference.ports.JobQueue`."""

        def work() -> None:
            job = self._held(claim)
            if job is not None:
                waiting = replace(job, state=JobState.QUEUED, attempt_count=job.attempt_count - 1)
                self._update(waiting, **_NOBODY)

        await self._run(work)

    async def close(self) -> None:
        """Ends the work in hand and closes the file."""
        await asyncio.to_thread(self._thread.shutdown)
        self._database.close()

    async def _run(self, work: Callable[[], _Result]) -> _Result:
        """Runs work as one transaction, off the event loop."""
        return await asyncio.wrap_future(self._thread.submit(self._transact, work))

    def _transact(self, work: Callable[[], _Result]) -> _Result:
        try:
            self._database.execute("BEGIN IMMEDIATE")
            with self._database:
                result = work()
        except sqlite3.Error as error:
            if not self._is_failing:
                self._is_failing = True
                _log.warning("job queue cannot be written", extra={"failure": str(error)})
            raise UnavailableError(
                "the job queue cannot be written now", retry_after=_RETRY_AFTER
            ) from error
        if self._is_failing:
            self._is_failing = False
            _log.info("job queue can be written again")
        return result

    def _find(self, job_id: str) -> Job | None:
        rows = self._database.execute("SELECT * FROM jobs WHERE job_id = ?", (job_id,))
        with closing(rows):
            row = rows.fetchone()
        return None if row is None else job_of_record(row)

    def _held(self, claim: Claim) -> Job | None:
        rows = self._database.execute(
            "SELECT * FROM jobs WHERE job_id = ? AND claim = ?", (claim.job.job_id, claim.token)
        )
        with closing(rows):
            row = rows.fetchone()
        return None if row is None else job_of_record(row)

    def _insert(self, job: Job) -> None:
        record = job_record(job)
        columns, marks = ", ".join(record), ", ".join("?" * len(record))
        self._database.execute(
            f"INSERT INTO jobs ({columns}) VALUES ({marks})",  # noqa: S608 names of our own
            tuple(record.values()),
        )

    def _update(self, job: Job, **columns: str | int) -> Job:
        """Writes a job, and the columns that say who has it where they are given."""
        record = {**job_record(job), **columns}
        changes = ", ".join(f"{name} = ?" for name in record)
        self._database.execute(
            f"UPDATE jobs SET {changes} WHERE job_id = ?",  # noqa: S608 names of our own
            (*record.values(), job.job_id),
        )
        return job

    def _now_us(self) -> int:
        return to_us(self._clock.now())

    def _lease_end_us(self) -> int:
        return to_us(self._clock.now() + self._lease)
