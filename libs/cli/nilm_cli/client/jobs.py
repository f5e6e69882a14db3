"""Jobs of `inference`: long disaggregations that go on by themselves."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import grpc

from nilm.inference.v1 import job_pb2
from nilm.inference.v1 import job_service_pb2 as job_pb
from nilm.inference.v1 import job_service_pb2_grpc as job_grpc
from nilm_cli.client.gateway import Gateway, is_transient, pause
from nilm_core.errors import NilmError
from nilm_core.ids import new_id
from nilm_rpc.convert import to_timestamp
from nilm_rpc.status import from_rpc_error

_ATTEMPTS_WITHOUT_NEWS = 5


async def start_job(
    gateway: Gateway,
    building_id: str,
    start: datetime,
    end: datetime,
    *,
    appliance_ids: Sequence[str] = (),
) -> job_pb2.DisaggregationJob:
    """Has [start, end) disaggregated in the background.

    Args:
        gateway: Where to.
        building_id: The building.
        start: First instant.
        end: First instant after.
        appliance_ids: The appliances; none for all that have a model.

    Raises:
        NilmError: The job is refused, or the service stays away.
    """
    request = job_pb.CreateDisaggregationJobRequest(
        building_id=building_id,
        appliance_ids=appliance_ids,
        start_time=to_timestamp(start),
        end_time=to_timestamp(end),
        request_id=new_id("req"),
    )
    stub = job_grpc.JobServiceStub(gateway.channel)
    answer: job_pb.CreateDisaggregationJobResponse = await gateway.call(
        stub.CreateDisaggregationJob, request
    )
    return answer.job


async def list_jobs(gateway: Gateway, building_id: str) -> AsyncIterator[job_pb2.DisaggregationJob]:
    """Yields the building's jobs, newest first."""
    stub = job_grpc.JobServiceStub(gateway.channel)
    request = job_pb.ListDisaggregationJobsRequest(building_id=building_id)
    while True:
        answer = await gateway.call(stub.ListDisaggregationJobs, request)
        for job in answer.jobs:
            yield job
        if not answer.next_page_token:
            return
        request.page_token = answer.next_page_token


async def cancel_job(gateway: Gateway, building_id: str, job_id: str) -> job_pb2.DisaggregationJob:
    """Cancels a job and returns it.

    Raises:
        NilmError: There is no such job, or the service stays away.
    """
    stub = job_grpc.JobServiceStub(gateway.channel)
    request = job_pb.CancelDisaggregationJobRequest(building_id=building_id, job_id=job_id)
    answer: job_pb.CancelDisaggregationJobResponse = await gateway.call(
        stub.CancelDisaggregationJob, request
    )
    return answer.job


async def watch_job(
    gateway: Gateway, building_id: str, job_id: str
) -> AsyncIterator[job_pb2.DisaggregationJob]:
    """Yields a job as it changes, the last time when it has ended; a lost stream is begun anew.

    Raises:
        NilmError: There is no such job, or the service stays away.
    """
    stub = job_grpc.JobServiceStub(gateway.channel)
    request = job_pb.WatchDisaggregationJobRequest(building_id=building_id, job_id=job_id)
    failures = 0
    while True:
        try:
            async for answer in stub.WatchDisaggregationJob(
                request, metadata=await gateway.bearer()
            ):
                failures = 0
                yield answer.job
        except grpc.aio.AioRpcError as rpc_error:
            error = from_rpc_error(rpc_error)
            failures += 1
            is_cut = is_transient(error) or type(error) is NilmError
            if not is_cut or failures == _ATTEMPTS_WITHOUT_NEWS:
                raise error from rpc_error
            await pause(failures, error)
        else:
            return
