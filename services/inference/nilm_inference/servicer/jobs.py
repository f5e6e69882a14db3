"""JobService: convert in, call, convert out."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from nilm.inference.v1 import job_service_pb2 as job_pb
from nilm.inference.v1 import job_service_pb2_grpc as job_grpc
from nilm_core.paging import decode_page_token, encode_page_token, page_size_or_default
from nilm_inference.convert.jobs import job_id_from, job_interval, job_message
from nilm_inference.service.jobs import DisaggregationJobs
from nilm_rpc.call import current_call


class JobServicer(job_grpc.JobServiceServicer):
    """Long disaggregations in the background."""

    def __init__(self, jobs: DisaggregationJobs) -> None:
        self._jobs = jobs

    async def CreateDisaggregationJob(
        self,
        request: job_pb.CreateDisaggregationJobRequest,
        context: Any,
    ) -> job_pb.CreateDisaggregationJobResponse:
        """Makes a job."""
        principal = current_call().principal
        caller = principal.subject if principal is not None else ""
        job = await self._jobs.create(job_interval(request), request.request_id, caller)
        return job_pb.CreateDisaggregationJobResponse(job=job_message(job))

    async def GetDisaggregationJob(
        self,
        request: job_pb.GetDisaggregationJobRequest,
        context: Any,
    ) -> job_pb.GetDisaggregationJobResponse:
        """Answers one job."""
        job = await self._jobs.get(request.building_id, job_id_from(request.job_id))
        return job_pb.GetDisaggregationJobResponse(job=job_message(job))

    async def ListDisaggregationJobs(
        self,
        request: job_pb.ListDisaggregationJobsRequest,
        context: Any,
    ) -> job_pb.ListDisaggregationJobsResponse:
        """Lists a building's jobs, newest first."""
        size = page_size_or_default(request.page_size)
        filters = {"building_id": request.building_id}
        before = decode_page_token(request.page_token, filters) or ""
        page = await self._jobs.page(request.building_id, before, size)
        more = page.next_position
        return job_pb.ListDisaggregationJobsResponse(
            jobs=[job_message(job) for job in page.jobs],
            next_page_token=encode_page_token(more, filters) if more else "",
        )

    async def CancelDisaggregationJob(
        self,
        request: job_pb.CancelDisaggregationJobRequest,
        context: Any,
    ) -> job_pb.CancelDisaggregationJobResponse:
        """Cancels a job."""
        job = await self._jobs.cancel(request.building_id, job_id_from(request.job_id))
        return job_pb.CancelDisaggregationJobResponse(job=job_message(job))

    async def WatchDisaggregationJob(
        self,
        request: job_pb.WatchDisaggregationJobRequest,
        context: Any,
    ) -> AsyncIterator[job_pb.WatchDisaggregationJobResponse]:
        """Sends a job until it ends."""
        jobs = self._jobs.watch(request.building_id, job_id_from(request.job_id))
        async with aclosing(jobs):
            async for job in jobs:
                yield job_pb.WatchDisaggregationJobResponse(job=job_message(job))
