"""`nilm jobs`: starts, lists, watches and cancels, and goes on after a cut stream."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from click.testing import CliRunner, Result

from nilm.auth.v1 import auth_service_pb2_grpc
from nilm.buildings.v1 import building_service_pb2_grpc
from nilm.inference.v1 import job_pb2, job_service_pb2, job_service_pb2_grpc
from nilm_cli.commands.jobs import command
from tests.unit.cli.made_system import Auth, Buildings, MadeSystem, check_token

EMAIL = "ann@example.org"
PASSWORD = "made-up password"
SPAN = ("--start", "2024-01-01", "--end", "2024-02-01")


@dataclass
class Jobs(job_service_pb2_grpc.JobServiceServicer):
    """Holds jobs that end the third time they are shown."""

    jobs: list[job_pb2.DisaggregationJob] = field(default_factory=list)
    end: job_pb2.JobState = job_pb2.JOB_STATE_SUCCEEDED
    message: str = ""
    cuts: int = 0
    """How often a watch is still to be cut."""
    request_ids: list[str] = field(default_factory=list)

    def CreateDisaggregationJob(self, request: Any, context: grpc.ServicerContext) -> Any:
        check_token(context)
        self.request_ids.append(request.request_id)
        job = job_pb2.DisaggregationJob(
            job_id=f"job_{len(self.jobs)}",
            building_id=request.building_id,
            appliance_ids=request.appliance_ids,
            start_time=request.start_time,
            end_time=request.end_time,
            state=job_pb2.JOB_STATE_QUEUED,
        )
        self.jobs.insert(0, job)
        return job_service_pb2.CreateDisaggregationJobResponse(job=job)

    def ListDisaggregationJobs(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Answers one job a page."""
        check_token(context)
        index = int(request.page_token or 0)
        more = index + 1 < len(self.jobs)
        return job_service_pb2.ListDisaggregationJobsResponse(
            jobs=self.jobs[index : index + 1], next_page_token=str(index + 1) if more else ""
        )

    def WatchDisaggregationJob(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        check_token(context)
        job = self._find(request, context)
        for fraction in (0.0, 0.5, 1.0):
            job.fraction = fraction
            job.state = job_pb2.JOB_STATE_RUNNING if fraction < 1 else self.end
            job.prediction_count = int(1_000 * fraction)
            job.message = self.message if fraction == 1 else ""
            yield job_service_pb2.WatchDisaggregationJobResponse(job=job)
            if self.cuts:
                self.cuts -= 1
                context.abort(grpc.StatusCode.UNAVAILABLE, "draining")

    def CancelDisaggregationJob(self, request: Any, context: grpc.ServicerContext) -> Any:
        check_token(context)
        job = self._find(request, context)
        job.state = job_pb2.JOB_STATE_CANCELLED
        return job_service_pb2.CancelDisaggregationJobResponse(job=job)

    def _find(self, request: Any, context: grpc.ServicerContext) -> job_pb2.DisaggregationJob:
        for job in self.jobs:
            if (job.building_id, job.job_id) == (request.building_id, request.job_id):
                return job
        context.abort(grpc.StatusCode.NOT_FOUND, f"job {request.job_id} not found")
        raise AssertionError("abort raises")


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


@pytest.fixture
def url(jobs: Jobs) -> Iterator[str]:
    system = MadeSystem(accounts={EMAIL: PASSWORD}, buildings={"bld_1": "Home"})
    server = grpc.server(ThreadPoolExecutor(4))
    auth_service_pb2_grpc.add_AuthServiceServicer_to_server(Auth(system), server)
    building_service_pb2_grpc.add_BuildingServiceServicer_to_server(Buildings(system), server)
    job_service_pb2_grpc.add_JobServiceServicer_to_server(jobs, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop(0).wait()


def call(url: str, name: str, *arguments: str) -> Result:
    options = ["--url", url, "--email", EMAIL, "--building", "Home"]
    return CliRunner().invoke(
        command, [name, *options, *arguments], env={"NILM_PASSWORD": PASSWORD}
    )


def test_a_started_job_is_printed_by_its_id(url: str, jobs: Jobs) -> None:
    result = call(url, "start", *SPAN, "--appliance", "kettle")
    assert result.exit_code == 0, result.output
    assert result.stdout == "job_0\n"
    assert jobs.jobs[0].building_id == "bld_1"
    assert list(jobs.jobs[0].appliance_ids) == ["kettle"]
    assert jobs.jobs[0].end_time.seconds - jobs.jobs[0].start_time.seconds == 31 * 86_400
    assert jobs.request_ids[0].startswith("req_")


@pytest.mark.parametrize("cuts", [0, 3])
def test_a_watched_job_is_followed_to_its_end_whatever_is_cut(
    url: str, jobs: Jobs, cuts: int
) -> None:
    jobs.cuts = cuts
    result = call(url, "start", *SPAN, "--watch")
    assert result.exit_code == 0, result.output
    assert result.stdout == "job_0\nsucceeded: 1,000 predictions\n"


def test_a_job_that_fails_is_exit_code_1_and_why(url: str, jobs: Jobs) -> None:
    jobs.end, jobs.message = job_pb2.JOB_STATE_FAILED, "the store is away"
    call(url, "start", *SPAN)
    result = call(url, "watch", "job_0")
    assert result.exit_code == 1
    assert "job_0: failed. the store is away" in result.stderr


def test_every_page_is_listed(url: str) -> None:
    for _ in range(3):
        call(url, "start", *SPAN)
    call(url, "watch", "job_1")
    header, *rows = call(url, "list").stdout.splitlines()
    assert header.split()[:3] == ["job", "state", "done"]
    assert [row.split()[:3] for row in rows] == [
        ["job_2", "queued", "0%"],
        ["job_1", "succeeded", "100%"],
        ["job_0", "queued", "0%"],
    ]
    listed = json.loads(call(url, "list", "--json").stdout)
    assert [each["job_id"] for each in listed] == ["job_2", "job_1", "job_0"]
    assert listed[1]["state"] == "JOB_STATE_SUCCEEDED"


def test_a_job_is_cancelled(url: str, jobs: Jobs) -> None:
    call(url, "start", *SPAN)
    assert call(url, "cancel", "job_0").stdout == "cancelled\n"
    assert jobs.jobs[0].state == job_pb2.JOB_STATE_CANCELLED


@pytest.mark.parametrize("name", ["watch", "cancel"])
def test_a_job_that_is_not_there_is_told(url: str, name: str) -> None:
    result = call(url, name, "job_9")
    assert result.exit_code == 1
    assert "job job_9 not found" in result.stderr
