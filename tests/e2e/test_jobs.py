"""Jobs through the gateway: made and listed as REST, watched as gRPC and gRPC-Web."""

import grpc
import httpx

from nilm.inference.v1 import job_pb2, job_service_pb2, job_service_pb2_grpc
from tests.e2e.conftest import Home, System, post, rfc3339, sign_up
from tests.support import grpc_web

WATCH = "/nilm.inference.v1.JobService/WatchDisaggregationJob"


def _path(home: Home) -> str:
    return f"/api/v1/buildings/{home.building_id}/jobs"


def _body(home: Home) -> dict[str, str]:
    return {"start_time": rfc3339(home.start), "end_time": rfc3339(home.end)}


async def test_a_job_is_made_watched_and_its_predictions_are_there(
    http: httpx.AsyncClient, channel: grpc.aio.Channel, system: System, home: Home
) -> None:
    made = post(system, _path(home), _body(home), home.owner)["job"]
    assert made["state"] in {"JOB_STATE_QUEUED", "JOB_STATE_RUNNING"}
    request = job_service_pb2.WatchDisaggregationJobRequest(
        building_id=home.building_id, job_id=made["job_id"]
    )
    stub = job_service_pb2_grpc.JobServiceStub(channel)
    call = stub.WatchDisaggregationJob(request, metadata=home.owner.metadata)
    *_, last = [answer.job async for answer in call]
    assert last.state == job_pb2.JOB_STATE_SUCCEEDED, last
    assert last.prediction_count > 0
    async with grpc_web.stream(http, WATCH, request, token=home.owner.token) as messages:
        seen = [
            job_service_pb2.WatchDisaggregationJobResponse.FromString(message).job
            async for message in messages
        ]
    assert seen == [last]
    one = await http.get(f"{_path(home)}/{made['job_id']}", headers=home.owner.headers)
    assert one.json()["job"]["fraction"] == 1
    predictions = await http.get(
        f"/api/v1/buildings/{home.building_id}/predictions",
        params=_body(home),
        headers=home.owner.headers,
    )
    assert predictions.json()["series"]


async def test_jobs_are_listed_in_pages_and_cancelled(
    http: httpx.AsyncClient, system: System, home: Home
) -> None:
    made = [post(system, _path(home), _body(home), home.owner)["job"] for _ in range(3)]
    cancelled = post(system, f"{_path(home)}/{made[-1]['job_id']}/cancel", {}, home.owner)["job"]
    assert cancelled["cancel_requested"] or cancelled["state"] != "JOB_STATE_RUNNING"
    first = await http.get(_path(home), params={"page_size": 2}, headers=home.owner.headers)
    answer = first.json()
    assert [each["job_id"] for each in answer["jobs"]] == [
        made[2]["job_id"],
        made[1]["job_id"],
    ]
    more = {"page_token": answer["next_page_token"], "page_size": 2}
    second = await http.get(_path(home), params=more, headers=home.owner.headers)
    assert second.json()["jobs"][0]["job_id"] == made[0]["job_id"]


async def test_a_strangers_jobs_look_as_if_they_were_not_there(
    http: httpx.AsyncClient, system: System, home: Home
) -> None:
    stranger = sign_up(system)
    answer = await http.get(_path(home), headers=stranger.headers)
    assert answer.status_code == 404
