"""Jobs: messages to domain types and back."""

from nilm.inference.v1 import job_pb2
from nilm.inference.v1 import job_service_pb2 as service_pb
from nilm_core.errors import InvalidArgumentError
from nilm_core.ids import is_resource_id
from nilm_inference.convert.intervals import LONGEST
from nilm_inference.domain.jobs import Job
from nilm_inference.domain.progress import IntervalRequest
from nilm_rpc.convert import interval, to_timestamp


def job_interval(request: service_pb.CreateDisaggregationJobRequest) -> IntervalRequest:
    """Returns the interval that is asked for.

    Raises:
        InvalidArgumentError: A time is missing, or the interval is empty or over 3 years.
    """
    start, end = interval(request.start_time, request.end_time, longest=LONGEST)
    return IntervalRequest(request.building_id, tuple(request.appliance_ids), start, end)


def job_id_from(job_id: str) -> str:
    """Returns the id of a job.

    Raises:
        InvalidArgumentError: It cannot be one.
    """
    if not is_resource_id(job_id):
        raise InvalidArgumentError.of_field("job_id", "must be 1 to 63 of a-z, 0-9, `_` and `-`")
    return job_id


def job_message(job: Job) -> job_pb2.DisaggregationJob:
    """Returns a job as a message."""
    message = job_pb2.DisaggregationJob(
        job_id=job.job_id,
        building_id=job.building_id,
        appliance_ids=job.request.appliance_ids,
        start_time=to_timestamp(job.request.start),
        end_time=to_timestamp(job.request.end),
        state=f"JOB_STATE_{job.state}",
        fraction=job.progress.fraction,
        done_until_time=to_timestamp(job.progress.done_until),
        prediction_count=job.progress.prediction_count,
        attempt_count=job.attempt_count,
        cancel_requested=job.is_cancel_requested,
        message=job.message,
        create_time=to_timestamp(job.created),
    )
    if job.begun is not None:
        message.begin_time.CopyFrom(to_timestamp(job.begun))
    if job.finished is not None:
        message.finish_time.CopyFrom(to_timestamp(job.finished))
    return message
