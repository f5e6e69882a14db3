"""Jobs as flat records, which both forms of the queue keep."""

from collections.abc import Mapping
from datetime import datetime

from nilm_core.timegrid import from_us, to_us
from nilm_inference.domain.jobs import Job, JobState
from nilm_inference.domain.progress import IntervalRequest, Progress

Record = Mapping[str, str | int]


def job_record(job: Job) -> dict[str, str | int]:
    """Returns a job as texts and whole numbers; times are microseconds, 0 where there is none."""
    return {
        "job_id": job.job_id,
        "building_id": job.building_id,
        "position": job.position,
        "appliance_ids": ",".join(job.request.appliance_ids),
        "start_us": to_us(job.request.start),
        "end_us": to_us(job.request.end),
        "done_until_us": to_us(job.progress.done_until),
        "prediction_count": job.progress.prediction_count,
        "created_us": to_us(job.created),
        "state": job.state.value,
        "attempt_count": job.attempt_count,
        "is_cancel_requested": int(job.is_cancel_requested),
        "message": job.message,
        "begun_us": _us(job.begun),
        "finished_us": _us(job.finished),
    }


def job_of_record(record: Record) -> Job:
    """Returns the job of a record, whose numbers may be texts too."""
    appliance_ids = str(record["appliance_ids"])
    request = IntervalRequest(
        str(record["building_id"]),
        tuple(appliance_ids.split(",")) if appliance_ids else (),
        from_us(int(record["start_us"])),
        from_us(int(record["end_us"])),
    )
    return Job(
        job_id=str(record["job_id"]),
        progress=Progress(
            request, from_us(int(record["done_until_us"])), int(record["prediction_count"])
        ),
        created=from_us(int(record["created_us"])),
        state=JobState(str(record["state"])),
        attempt_count=int(record["attempt_count"]),
        is_cancel_requested=bool(int(record["is_cancel_requested"])),
        message=str(record["message"]),
        begun=_time(int(record["begun_us"])),
        finished=_time(int(record["finished_us"])),
    )


def _us(time: datetime | None) -> int:
    return 0 if time is None else to_us(time)


def _time(time_us: int) -> datetime | None:
    return from_us(time_us) if time_us else None
