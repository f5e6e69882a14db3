"""Every REST path of the design answers, with the body that its users know."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from google.api import annotations_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from tests.e2e.conftest import Account, Home, System, post, rfc3339
from tests.support.eventually import eventually_answers
from tests.support.shipped_models import window_of

KETTLE_WINDOW = window_of("kettle")


@dataclass(frozen=True)
class Path:
    """One path: how it is called, and what the answer must have."""

    method: str
    path: str
    keys: set[str]
    body: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    as_admin: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


_SPAN = {"start_time": "{start}", "end_time": "{end}"}
_TARIFF = {
    "display_name": "Flat",
    "effective_date": "2020-01-01",
    "currency_code": "GBP",
    "price_per_kwh": 0.3,
}

PATHS = (
    Path("GET", "/models", {"models", "next_page_token"}),
    Path("GET", "/models/kettle_household", {"model"}),
    Path("GET", "/models/kettle_household/drift", {"drift"}, as_admin=True),
    Path(
        "GET",
        "/analytics/readings",
        {"readings", "next_page_token"},
        query={"building_id": "{building_id}", **_SPAN},
    ),
    Path(
        "GET",
        "/analytics/readings",
        {"buckets", "next_page_token"},
        query={"building_id": "{building_id}", "max_points": "10", **_SPAN},
    ),
    Path(
        "GET",
        "/analytics/predictions",
        {"series", "next_page_token"},
        query={"building_id": "{building_id}", **_SPAN},
    ),
    Path("POST", "/admin/reload-models", {"ready_model_ids", "refused"}, body={}, as_admin=True),
    Path("POST", "/admin/cache/invalidate", {"invalidated_count"}, body={}, as_admin=True),
    Path(
        "GET",
        "/admin/cache/stats",
        {"entry_count", "hit_count", "miss_count", "evicted_count"},
        as_admin=True,
    ),
    Path("GET", "/live", {"status"}),
    Path("GET", "/ready", {"status"}),
    Path("GET", "/health", {"status"}),
    Path("GET", "/.well-known/jwks.json", {"keys"}),
    Path(
        "GET",
        "/api/v1/auth/options",
        {"identity_provider", "sign_up_open", "password_reset_delivery"},
    ),
    Path("GET", "/api/v1/auth/me", {"user"}),
    Path("PUT", "/api/v1/auth/me", {"user"}, body={"display_name": "Ann"}),
    Path(
        "GET",
        "/api/v1/buildings/{building_id}/appliances/{appliance_id}/runs",
        {"runs", "run_count", "coverage"},
        query=_SPAN,
    ),
    Path(
        "GET",
        "/api/v1/buildings/{building_id}/appliances/{appliance_id}/typical-programme",
        set(),
        query=_SPAN,
    ),
    Path(
        "GET",
        "/api/v1/buildings/{building_id}/appliances/{appliance_id}/corrections",
        {"corrections", "next_page_token"},
        query=_SPAN,
    ),
    Path("GET", "/api/v1/users", {"users", "next_page_token"}, as_admin=True),
    Path("GET", "/api/v1/users/{user_id}", {"user"}, as_admin=True),
    Path("PATCH", "/api/v1/users/{user_id}", {"user"}, body={}, as_admin=True),
    Path(
        "POST",
        "/api/v1/telemetry",
        {"reading"},
        body={"device_id": "{meter_id}", "timestamp": "{start}", "energy_watts": 180.0},
    ),
    Path(
        "POST",
        "/api/v1/telemetry/batch",
        {"accepted_count", "rejected"},
        body={
            "readings": [{"device_id": "{meter_id}", "timestamp": "{start}", "energy_watts": 180.0}]
        },
    ),
    Path(
        "GET",
        "/api/v1/telemetry",
        {"readings", "next_page_token"},
        query={"device_id": "{meter_id}", "fields": "energy_watts", **_SPAN},
    ),
    Path("GET", "/api/v1/telemetry/stats/{device_id}", {"stats"}, query=_SPAN),
    Path("GET", "/api/v1/telemetry/summary", {"devices", "total_energy_kwh"}, query=_SPAN),
    Path("GET", "/api/v1/telemetry/realtime", {"readings"}),
    Path("GET", "/api/v1/telemetry/devices", {"devices", "next_page_token"}),
    Path("GET", "/api/v1/buildings", {"buildings", "next_page_token"}),
    Path("GET", "/api/v1/buildings/{building_id}", {"building"}),
    Path("PATCH", "/api/v1/buildings/{building_id}", {"building"}, body={"address": "1 Lane"}),
    Path("GET", "/api/v1/buildings/{building_id}/members", {"members", "next_page_token"}),
    Path("GET", "/api/v1/buildings/{building_id}/members/{user_id}", {"member"}),
    Path("GET", "/api/v1/buildings/{building_id}/meters", {"meters", "next_page_token"}),
    Path("GET", "/api/v1/buildings/{building_id}/meters/{meter_id}", {"meter"}),
    Path(
        "PATCH",
        "/api/v1/buildings/{building_id}/meters/{meter_id}",
        {"meter"},
        body={"display_name": "Mains"},
    ),
    Path("GET", "/api/v1/buildings/{building_id}/appliances", {"appliances", "next_page_token"}),
    Path("GET", "/api/v1/buildings/{building_id}/tariffs", {"tariffs", "next_page_token"}),
    Path("GET", "/api/v1/buildings/{building_id}/readings", {"readings"}, query=_SPAN),
    Path("GET", "/api/v1/buildings/{building_id}/predictions", {"series"}, query=_SPAN),
    Path("GET", "/api/v1/buildings/{building_id}/latest", {"latest"}),
    Path(
        "GET",
        "/api/v1/buildings/{building_id}/summary",
        {"total", "periods", "time_zone"},
        query={"period": "SUMMARY_PERIOD_DAY", **_SPAN},
    ),
    Path("GET", "/api/v1/buildings/{building_id}/hourly", {"hours"}, query=_SPAN),
)


READINESS = ("/ready", "/health")
"""What answers 200 only while nothing that a service stands on is silent."""


async def _is_answered(http: httpx.AsyncClient, request: httpx.Request) -> bool:
    return (await http.send(request)).status_code == 200


def _filled(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        return value.format(**names)
    if isinstance(value, dict):
        return {key: _filled(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, names) for each in value]
    return value


@pytest.mark.parametrize("path", PATHS, ids=str)
async def test_path_answers(
    path: Path, http: httpx.AsyncClient, home: Home, admin: Account
) -> None:
    names = {
        "building_id": home.building_id,
        "meter_id": home.meter_id,
        "device_id": home.meter_id,
        "appliance_id": "kettle",
        "user_id": home.owner.user_id,
        "start": rfc3339(home.start),
        "end": rfc3339(home.end),
    }
    asked = http.build_request(
        path.method,
        path.path.format(**names),
        params=_filled(path.query, names),
        json=_filled(path.body, names),
        headers=(admin if path.as_admin else home.owner).headers,
    )
    if path.path in READINESS:
        await eventually_answers(lambda: _is_answered(http, asked))
    response = await http.send(asked)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("application/json")
    assert path.keys <= set(response.json()), response.text


OF_THEIR_OWN = {
    "POST /infer",
    "POST /api/v1/auth/register",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/change-password",
    "POST /api/v1/auth/forgot-password",
    "POST /api/v1/auth/reset-password",
    "POST /api/v1/auth/logout",
    "POST /api/v1/buildings",
    "POST /api/v1/buildings/{building_id}/readings",
    "POST /api/v1/buildings/{building_id}/disaggregate",
    "POST /api/v1/buildings/{building_id}/jobs",
    "GET /api/v1/buildings/{building_id}/jobs",
    "GET /api/v1/buildings/{building_id}/jobs/{job_id}",
    "POST /api/v1/buildings/{building_id}/jobs/{job_id}/cancel",
    "POST /api/v1/buildings/{building_id}/members",
    "PATCH /api/v1/buildings/{building_id}/members/{user_id}",
    "DELETE /api/v1/buildings/{building_id}/members/{user_id}",
    "DELETE /api/v1/buildings/{building_id}",
    "DELETE /api/v1/users/{user_id}",
    "POST /api/v1/buildings/{building_id}/appliances/{appliance_id}/corrections",
    "DELETE /api/v1/buildings/{building_id}/appliances/{appliance_id}/corrections",
    *(
        f"{method} /api/v1/buildings/{{building_id}}/{path}"
        for name in ("appliance", "meter", "tariff")
        for method, path in (
            ("POST", f"{name}s"),
            ("GET", f"{name}s/{{{name}_id}}"),
            ("PATCH", f"{name}s/{{{name}_id}}"),
            ("DELETE", f"{name}s/{{{name}_id}}"),
        )
    ),
}
"""Paths whose tests stand below, in test_rest_accounts, test_jobs and conftest."""


def test_every_path_of_the_contracts_is_tested(system: System) -> None:
    descriptors = FileDescriptorSet.FromString(
        (system.data_dir / "run" / "nilm.binpb").read_bytes()
    )
    annotated = {
        f"{verb.upper()} {getattr(rule, verb)}"
        for file in descriptors.file
        for service in file.service
        for method in service.method
        for annotation in (method.options.Extensions[annotations_pb2.http],)
        for rule in (annotation, *annotation.additional_bindings)
        if (verb := rule.WhichOneof("pattern"))
    }
    by_envoy = {"GET /live", "GET /ready", "GET /health", "GET /.well-known/jwks.json"}
    tested = {str(path).replace("kettle_household", "{model_id}") for path in PATHS} | OF_THEIR_OWN
    assert tested - by_envoy == annotated


async def test_infer_keeps_the_body_and_the_idempotency_key(
    http: httpx.AsyncClient, home: Home
) -> None:
    window_kw = [0.18] * KETTLE_WINDOW
    middle = KETTLE_WINDOW // 2
    window_kw[middle - 1 : middle + 2] = [2.4, 2.4, 2.4]
    body = {
        "building_id": home.building_id,
        "appliance_id": "kettle",
        "window": window_kw,
        "timestamp": rfc3339(home.start + timedelta(minutes=61)),
    }
    headers = {**home.owner.headers, "idempotency-key": "boil-1"}
    first = await http.post("/infer", json=body, headers=headers)
    again = await http.post("/infer", json=body, headers=headers)
    assert first.status_code == 200, first.text
    answer = first.json()
    assert set(answer) == {
        "predicted_kw",
        "confidence",
        "model_version",
        "request_id",
        "persisted",
        "training_data",
    }
    assert answer["training_data"] == "TRAINING_DATA_REAL"
    assert answer["predicted_kw"] > 0.5
    assert 0.5 <= answer["confidence"] <= 1.0
    assert answer["persisted"] is True
    assert again.json() == answer


THINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "tariff": ("tariff_id", _TARIFF),
    "appliance": ("appliance_id", {"appliance_id": "kettle", "display_name": "Kettle"}),
    "meter": (
        "meter_id",
        {"display_name": "Plug", "kind": "METER_KIND_APPLIANCE", "appliance_id": "kettle"},
    ),
}
"""What belongs to a building: the field of its id, and what it is made of."""


@pytest.mark.parametrize("name", THINGS)
async def test_what_belongs_to_a_building_is_made_changed_and_deleted(
    http: httpx.AsyncClient, home: Home, name: str
) -> None:
    identifier, body = THINGS[name]
    base = f"/api/v1/buildings/{home.building_id}/{name}s"
    headers = home.owner.headers
    made = await http.post(base, json=body, headers=headers)
    assert made.status_code == 200, made.text
    path = f"{base}/{made.json()[name][identifier]}"
    changed = await http.patch(path, json={"display_name": "Renamed"}, headers=headers)
    assert changed.json()[name]["display_name"] == "Renamed"
    got = await http.get(path, headers=headers)
    assert got.json() == changed.json()
    assert (await http.delete(path, headers=headers)).json() == {}
    assert (await http.get(path, headers=headers)).status_code == 404


async def test_members_join_by_email_and_are_as_free_as_their_role(
    http: httpx.AsyncClient, home: Home, account: Account
) -> None:
    base = f"/api/v1/buildings/{home.building_id}"
    members = f"{base}/members"
    assert (await http.get(base, headers=account.headers)).status_code == 404
    body = {"email": account.email, "role": "ROLE_VIEWER"}
    made = await http.post(members, json=body, headers=home.owner.headers)
    assert made.status_code == 200, made.text
    assert (await http.get(base, headers=account.headers)).status_code == 200
    refused = await http.patch(base, json={"address": "mine"}, headers=account.headers)
    assert refused.status_code == 403
    assert refused.json()["code"] == 7
    member = f"{members}/{account.user_id}"
    body = {"role": "ROLE_MANAGER"}
    promoted = await http.patch(member, json=body, headers=home.owner.headers)
    assert promoted.json()["member"]["role"] == "ROLE_MANAGER"
    allowed = await http.patch(base, json={"address": "ours"}, headers=account.headers)
    assert allowed.status_code == 200
    assert (await http.delete(member, headers=home.owner.headers)).status_code == 200
    assert (await http.get(base, headers=account.headers)).status_code == 404


async def test_a_building_is_deleted_and_then_not_there(
    http: httpx.AsyncClient, system: System, account: Account
) -> None:
    body = {"display_name": "Shed", "time_zone": "Europe/London"}
    made = post(system, "/api/v1/buildings", body, account)["building"]
    path = f"/api/v1/buildings/{made['building_id']}"
    assert (await http.delete(path, headers=account.headers)).json() == {}
    assert (await http.get(path, headers=account.headers)).status_code == 404


async def test_a_run_is_corrected_and_the_correction_taken_back(
    http: httpx.AsyncClient, home: Home
) -> None:
    path = f"/api/v1/buildings/{home.building_id}/appliances/kettle/corrections"
    start, end = rfc3339(home.start), rfc3339(home.start + timedelta(minutes=4))
    body = {"start_time": start, "end_time": end, "verdict": "VERDICT_DID_NOT_RUN"}
    made = await http.post(path, json=body, headers=home.owner.headers)
    assert made.status_code == 200, made.text
    assert made.json()["correction"]["verdict"] == "VERDICT_DID_NOT_RUN"
    span = {"start_time": start, "end_time": rfc3339(home.end)}
    listed = (await http.get(path, params=span, headers=home.owner.headers)).json()
    assert [each["end_time"] for each in listed["corrections"]] == [end]
    taken_back = await http.delete(path, params={"start_time": start}, headers=home.owner.headers)
    assert taken_back.json() == {}
    listed = (await http.get(path, params=span, headers=home.owner.headers)).json()
    assert listed["corrections"] == []


async def test_a_user_is_deleted_by_an_administrator(
    http: httpx.AsyncClient, account: Account, admin: Account
) -> None:
    path = f"/api/v1/users/{account.user_id}"
    assert (await http.get(path, headers=account.headers)).status_code == 403
    assert (await http.delete(path, headers=admin.headers)).json() == {}
    assert (await http.get(path, headers=admin.headers)).status_code == 404


async def test_disaggregate_streams_progress_and_results_as_one_array(
    http: httpx.AsyncClient, home: Home
) -> None:
    body = {
        "appliance_ids": ["kettle"],
        "start_time": rfc3339(home.start),
        "end_time": rfc3339(home.end),
    }
    response = await http.post(
        f"/api/v1/buildings/{home.building_id}/disaggregate",
        json=body,
        headers=home.owner.headers,
    )
    assert response.status_code == 200, response.text
    events = response.json()
    assert events[-1]["result"]["appliance_id"] == "kettle"
    assert max(each for each in events[-1]["result"]["power_w"] if each != "NaN") > 500
    assert any(event.get("progress", {}).get("fraction") == 1 for event in events)
