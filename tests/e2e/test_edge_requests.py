"""What the gateway adds to requests and answers, and which it does not let through."""

from typing import Any

import grpc
import httpx
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from nilm.auth.v1 import auth_service_pb2, auth_service_pb2_grpc
from nilm.telemetry.v1 import reading_service_pb2_grpc
from nilm.telemetry.v1.reading_pb2 import ReadingColumns
from nilm.telemetry.v1.reading_service_pb2 import StreamReadingsRequest
from nilm.telemetry.v1.transfer_service_pb2 import (
    FILE_FORMAT_CSV,
    ImportOptions,
    ImportReadingsRequest,
)
from nilm.telemetry.v1.transfer_service_pb2_grpc import TransferServiceStub
from nilm_rpc.convert import to_timestamp
from tests.e2e.conftest import Account, Home, System
from tests.support import grpc_web
from tests.support.eventually import eventually, eventually_answers
from tests.support.shipped_models import window_of

LIMIT_BYTES = 256 * 1024
SIGN_IN = "/nilm.auth.v1.AuthService/SignIn"
TOO_LARGE = auth_service_pb2.SignInRequest(email="x" * LIMIT_BYTES)


@pytest.mark.parametrize("path", ["/live", "/api/v1/auth/me", "/nowhere"])
async def test_every_answer_is_guarded_by_headers(http: httpx.AsyncClient, path: str) -> None:
    headers = (await http.get(path)).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert "strict-transport-security" not in headers  # it speaks no TLS
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert not {"server", "x-powered-by", "x-envoy-upstream-service-time"} & set(headers)


async def test_no_other_origin_may_call_from_a_browser(http: httpx.AsyncClient) -> None:
    headers = {
        "origin": "https://elsewhere.example.org",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    preflight = await http.options(SIGN_IN, headers=headers)
    assert "access-control-allow-origin" not in preflight.headers


async def test_a_request_id_is_kept_and_reaches_every_service(
    http: httpx.AsyncClient, system: System, home: Home
) -> None:
    request_id = "3e1c7f2a-9a55-4d4e-8f0e-5f1d3c2b1a00"
    body = {
        "building_id": home.building_id,
        "appliance_id": "kettle",
        "window": [0.18] * window_of("kettle"),
    }
    headers = {**home.owner.headers, "x-request-id": request_id}
    response = await http.post("/infer", json=body, headers=headers)
    assert response.status_code == 200, response.text
    assert response.headers["x-request-id"] == request_id
    logs = [system.data_dir / "logs" / f"{name}.log" for name in ("inference", "telemetry")]
    await eventually(lambda: all(request_id in log.read_text() for log in logs))


async def test_a_request_without_an_id_is_given_one(http: httpx.AsyncClient) -> None:
    answers = [await http.get("/live") for _ in range(2)]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 2


async def test_an_unknown_path_is_404_in_json(http: httpx.AsyncClient, account: Account) -> None:
    response = await http.get("/nowhere", headers=account.headers)
    assert response.status_code == 404
    assert response.json() == {"code": 5, "message": "no such path", "details": []}


@pytest.mark.parametrize("method", ["/nilm.nowhere.v1.S/M", "/nilm.auth.v1.AuthService/Nothing"])
async def test_an_unknown_method_is_12(
    http: httpx.AsyncClient, account: Account, method: str
) -> None:
    request = auth_service_pb2.GetMeRequest()
    answer = await grpc_web.call(http, method, request, token=account.token)
    assert answer.code in (7, 12)  # a service denies what its policy lacks


async def test_service_tokens_are_not_handed_out_here(
    http: httpx.AsyncClient, channel: grpc.aio.Channel, system: System
) -> None:
    request = auth_service_pb2.IssueServiceTokenRequest(
        service_name="inference",
        service_secret=(system.data_dir / "secrets" / "service_secret").read_text(),
    )
    stub = auth_service_pb2_grpc.AuthServiceStub(channel)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.IssueServiceToken(request)
    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED
    path = "/nilm.auth.v1.AuthService/IssueServiceToken"
    assert (await grpc_web.call(http, path, request)).code == 12
    for variant in (path, f"/{path}", "/nilm.auth.v1.AuthService/./IssueServiceToken"):
        answer = await http.post(variant, content=b"", headers=grpc_web.web_headers())
        assert not answer.content


async def test_a_body_over_the_limit_is_413_in_json(http: httpx.AsyncClient) -> None:
    body = {"email": "x" * LIMIT_BYTES, "password": ""}
    response = await http.post("/api/v1/auth/login", json=body)
    assert response.status_code == 413
    assert response.json()["code"] == 8
    assert "larger than 256 KiB" in response.json()["message"]


async def test_a_body_over_the_limit_is_8_as_grpc(channel: grpc.aio.Channel) -> None:
    stub = auth_service_pb2_grpc.AuthServiceStub(channel)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.SignIn(TOO_LARGE)
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "larger than 256 KiB" in (refused.value.details() or "")


async def test_a_body_over_the_limit_is_8_as_grpc_web(http: httpx.AsyncClient) -> None:
    answer = await grpc_web.call(http, SIGN_IN, TOO_LARGE)
    assert answer.code == 8
    assert "larger than 256 KiB" in answer.message


async def test_a_stream_of_readings_may_be_longer(channel: grpc.aio.Channel, home: Home) -> None:
    count = 10_000
    columns = ReadingColumns(
        start_time=to_timestamp(home.start.replace(year=2020, month=1, day=1)),
        offset_us=[index * 1_000_000 for index in range(count)],
        power_w=[100.0] * count,
    )
    requests = [
        StreamReadingsRequest(
            building_id=home.building_id, meter_id=home.meter_id, readings=columns
        )
    ] * 6
    assert sum(request.ByteSize() for request in requests) > LIMIT_BYTES
    stub = reading_service_pb2_grpc.ReadingServiceStub(channel)
    answers = [
        answer async for answer in stub.StreamReadings(iter(requests), metadata=home.owner.metadata)
    ]
    assert answers[-1].acknowledged_count == 6 * count


async def test_an_imported_file_may_be_longer(channel: grpc.aio.Channel, home: Home) -> None:
    rows = [f"{1_500_000_000 + 60 * index},{index % 1_000}" for index in range(30_000)]
    file = "\n".join(["time,aggregate_w", *rows]).encode()
    assert len(file) > LIMIT_BYTES
    options = ImportOptions(building_id=home.building_id, format=FILE_FORMAT_CSV)
    parts = [ImportReadingsRequest(options=options)]
    parts += [
        ImportReadingsRequest(chunk=file[at : at + 65_536]) for at in range(0, len(file), 65_536)
    ]
    call = TransferServiceStub(channel).ImportReadings(iter(parts), metadata=home.owner.metadata)
    answers = [answer async for answer in call]
    assert answers[-1].done
    assert answers[-1].accepted_count == len(rows)


async def test_health_answers_without_a_token(channel: grpc.aio.Channel) -> None:
    stub = health_pb2_grpc.HealthStub(channel)

    async def is_serving() -> bool:
        answer = await stub.Check(health_pb2.HealthCheckRequest())
        return answer.status == health_pb2.HealthCheckResponse.SERVING

    await eventually_answers(is_serving)


@pytest.mark.parametrize(
    ("name", "full_name"),
    [
        ("auth", "nilm.buildings.v1.BuildingService"),
        ("telemetry", "nilm.telemetry.v1.ReadingService"),
        ("inference", "nilm.inference.v1.InferenceService"),
    ],
)
async def test_health_is_that_of_the_service_that_the_header_names(
    http: httpx.AsyncClient, channel: grpc.aio.Channel, name: str, full_name: str
) -> None:
    metadata = (("x-nilm-service", name),)
    stub = health_pb2_grpc.HealthStub(channel)
    request = health_pb2.HealthCheckRequest(service=full_name)  # unknown to the other services

    async def is_well() -> bool:
        answer = await stub.Check(request, metadata=metadata)
        watch = stub.Watch(request, metadata=metadata)
        watched = await watch.read()
        watch.cancel()
        response = await http.get("/health", headers=dict(metadata))
        return (
            answer.status == watched.status == health_pb2.HealthCheckResponse.SERVING
            and response.json() == {"status": "ready"}
        )

    await eventually_answers(is_well)


async def test_a_silent_service_is_told_from_one_that_waits_for_it_and_one_that_does_not(
    http: httpx.AsyncClient, system: System
) -> None:
    async def health(name: str) -> tuple[int, dict[str, Any]]:
        response = await http.get("/health", headers={"x-nilm-service": name})
        return response.status_code, response.json()

    async def inference_waits() -> bool:
        status, document = await health("inference")
        return (status, document.get("status")) == (503, "not ready")

    async def all_are_ready() -> bool:
        names = ("auth", "telemetry", "inference")
        return all([(await health(name))[0] == 200 for name in names])

    process = system.up.child("nilm_telemetry")
    process.suspend()
    try:
        await eventually_answers(inference_waits)
        assert (await health("telemetry"))[0] == 504
        assert (await health("auth"))[0] == 200
    finally:
        process.resume()
    await eventually_answers(all_are_ready)


@pytest.mark.parametrize(
    ("header", "service"),
    [
        ((), "nilm.inference.v1.InferenceService"),
        ((("x-nilm-service", "auth"),), "nilm.buildings.v1.BuildingService"),
        ((("x-nilm-service", "telemetry"),), "nilm.telemetry.v1.ReadingService"),
    ],
)
async def test_reflection_tells_the_methods_of_each_service(
    channel: grpc.aio.Channel, header: tuple[tuple[str, str], ...], service: str
) -> None:
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    question = reflection_pb2.ServerReflectionRequest(list_services="")
    answers = [each async for each in stub.ServerReflectionInfo(iter([question]), metadata=header)]
    assert service in {each.name for each in answers[0].list_services_response.service}
