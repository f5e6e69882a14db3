"""From a new account to a stored prediction, in each of the three tongues of the gateway."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

import grpc
import httpx
import pytest
from google.protobuf.message import Message

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.buildings.v1 import building_service_pb2 as buildings_pb
from nilm.buildings.v1 import meter_pb2, meter_service_pb2
from nilm.inference.v1 import inference_service_pb2 as inference_pb
from nilm.telemetry.v1 import prediction_service_pb2 as predictions_pb
from nilm.telemetry.v1 import reading_pb2, reading_service_pb2
from nilm_rpc.convert import to_timestamp
from tests.e2e.conftest import PASSWORD, System, rfc3339
from tests.support import grpc_web
from tests.support.shipped_models import window_of

WINDOW = window_of("kettle")
MIDDLE = WINDOW // 2
BOILING = range(MIDDLE - 1, MIDDLE + 2)
POWER_W = [2_400.0 if minute in BOILING else 180.0 for minute in range(WINDOW)]

Answer = TypeVar("Answer", bound=Message)


class Tongue(Protocol):
    """Asks one unary method."""

    async def ask(self, method: str, request: Message, kind: type[Answer], token: str) -> Answer:
        """Returns the answer, or fails with what was said."""
        ...


class Grpc:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._channel = channel

    async def ask(self, method: str, request: Message, kind: type[Answer], token: str) -> Answer:
        call = self._channel.unary_unary(
            method,
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=kind.FromString,
        )
        answer: Answer = await call(request, metadata=(("authorization", f"Bearer {token}"),))
        return answer


class GrpcWeb:
    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def ask(self, method: str, request: Message, kind: type[Answer], token: str) -> Answer:
        answer = await grpc_web.call(self._http, method, request, token=token)
        assert answer.code == 0, answer.message
        (message,) = answer.messages
        return kind.FromString(message)


@pytest.fixture(params=["grpc", "grpc-web"])
def tongue(
    request: pytest.FixtureRequest, http: httpx.AsyncClient, channel: grpc.aio.Channel
) -> Tongue:
    return Grpc(channel) if request.param == "grpc" else GrpcWeb(http)


def _start() -> datetime:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    return now - timedelta(minutes=WINDOW)


async def test_main_job_in_protobuf(tongue: Tongue, request: pytest.FixtureRequest) -> None:
    email = f"main-{request.node.callspec.id}@example.org"
    signed_up = await tongue.ask(
        "/nilm.auth.v1.AuthService/SignUp",
        auth_pb.SignUpRequest(email=email, password=PASSWORD),
        auth_pb.SignUpResponse,
        "",
    )
    token = signed_up.tokens.access_token
    made = await tongue.ask(
        "/nilm.buildings.v1.BuildingService/CreateBuilding",
        buildings_pb.CreateBuildingRequest(display_name="Home", time_zone="Europe/London"),
        buildings_pb.CreateBuildingResponse,
        token,
    )
    building_id = made.building.building_id
    meter = await tongue.ask(
        "/nilm.buildings.v1.MeterService/CreateMeter",
        meter_service_pb2.CreateMeterRequest(
            building_id=building_id, display_name="Mains", kind=meter_pb2.METER_KIND_MAINS
        ),
        meter_service_pb2.CreateMeterResponse,
        token,
    )
    start = _start()
    span = {
        "building_id": building_id,
        "start_time": to_timestamp(start),
        "end_time": to_timestamp(start + timedelta(minutes=WINDOW)),
    }
    columns = reading_pb2.ReadingColumns(
        start_time=to_timestamp(start),
        offset_us=[minute * 60_000_000 for minute in range(WINDOW)],
        power_w=POWER_W,
    )
    written = await tongue.ask(
        "/nilm.telemetry.v1.ReadingService/WriteReadings",
        reading_service_pb2.WriteReadingsRequest(
            building_id=building_id, meter_id=meter.meter.meter_id, readings=columns
        ),
        reading_service_pb2.WriteReadingsResponse,
        token,
    )
    assert (written.accepted_count, len(written.rejected)) == (WINDOW, 0)
    read = await tongue.ask(
        "/nilm.telemetry.v1.ReadingService/QueryReadings",
        reading_service_pb2.QueryReadingsRequest(**span),
        reading_service_pb2.QueryReadingsResponse,
        token,
    )
    assert list(read.readings.power_w) == POWER_W
    inferred = await tongue.ask(
        "/nilm.inference.v1.InferenceService/Infer",
        inference_pb.InferRequest(
            building_id=building_id,
            appliance_id="kettle",
            window_kw=[power_w / 1_000 for power_w in POWER_W],
            sample_time=to_timestamp(start + timedelta(minutes=MIDDLE)),
        ),
        inference_pb.InferResponse,
        token,
    )
    assert inferred.persisted
    assert inferred.predicted_kw > 0.5
    predicted = await tongue.ask(
        "/nilm.telemetry.v1.PredictionService/QueryPredictions",
        predictions_pb.QueryPredictionsRequest(**span, appliance_ids=["kettle"]),
        predictions_pb.QueryPredictionsResponse,
        token,
    )
    stored = [power_w for series in predicted.series for power_w in series.power_w]
    assert max(stored) == pytest.approx(inferred.predicted_kw * 1_000, rel=1e-5)


async def test_main_job_in_json(http: httpx.AsyncClient, system: System) -> None:
    del system  # the client's base address is its gateway

    async def ask(method: str, path: str, body: Any = None, **query: Any) -> dict[str, Any]:
        response = await http.request(method, path, json=body, params=query)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    account = {"email": "main-rest@example.org", "password": PASSWORD}
    tokens = (await ask("POST", "/api/v1/auth/register", account))["tokens"]
    http.headers["authorization"] = f"Bearer {tokens['access_token']}"
    place = {"display_name": "Home", "time_zone": "Europe/London"}
    building_id = (await ask("POST", "/api/v1/buildings", place))["building"]["building_id"]
    mains = {"display_name": "Mains", "kind": "METER_KIND_MAINS"}
    meter = (await ask("POST", f"/api/v1/buildings/{building_id}/meters", mains))["meter"]
    start = _start()
    times = [rfc3339(start + timedelta(minutes=minute)) for minute in range(WINDOW + 1)]
    readings = [
        {"device_id": meter["meter_id"], "timestamp": time, "energy_watts": power_w}
        for time, power_w in zip(times, POWER_W, strict=False)
    ]
    written = await ask("POST", "/api/v1/telemetry/batch", {"readings": readings})
    assert written == {"accepted_count": str(WINDOW), "rejected": []}
    span = {"start_time": times[0], "end_time": times[-1]}
    read = await ask("GET", "/analytics/readings", building_id=building_id, **span)
    assert read["readings"]["power_w"] == POWER_W
    inferred = await ask(
        "POST",
        "/infer",
        {
            "building_id": building_id,
            "appliance_id": "kettle",
            "window": [power_w / 1_000 for power_w in POWER_W],
            "timestamp": times[MIDDLE],
        },
    )
    assert inferred["persisted"]
    assert inferred["predicted_kw"] > 0.5
    found = await ask(
        "GET", "/analytics/predictions", building_id=building_id, appliance_ids="kettle", **span
    )
    stored = [power_w for series in found["series"] for power_w in series["power_w"]]
    assert max(each for each in stored if each != "NaN") == pytest.approx(
        inferred["predicted_kw"] * 1_000, rel=1e-5
    )
