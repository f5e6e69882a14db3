"""The account paths of REST, each with its effect on the tokens."""

import json

import httpx
import pytest

from tests.e2e.conftest import PASSWORD, Account, System, account_of

NEW_PASSWORD = "another horse battery"


async def test_register_refuses_an_address_that_is_taken(
    http: httpx.AsyncClient, account: Account
) -> None:
    body = {"email": account.email, "password": PASSWORD}
    response = await http.post("/api/v1/auth/register", json=body)
    assert response.status_code == 409
    assert response.json()["code"] == 6


async def test_login_opens_what_needs_a_token(http: httpx.AsyncClient, account: Account) -> None:
    body = {"email": account.email, "password": PASSWORD}
    response = await http.post("/api/v1/auth/login", json=body)
    me = await http.get("/api/v1/auth/me", headers=account_of(response.json()).headers)
    assert me.json()["user"]["email"] == account.email


async def test_a_wrong_password_is_401_with_a_reason(
    http: httpx.AsyncClient, account: Account
) -> None:
    body = {"email": account.email, "password": "wrong horse battery"}
    response = await http.post("/api/v1/auth/login", json=body)
    assert response.status_code == 401
    (info,) = (each for each in response.json()["details"] if "reason" in each)
    assert info["@type"] == "type.googleapis.com/google.rpc.ErrorInfo"
    assert info["domain"] == "nilm"


async def test_refresh_rotates_and_an_old_token_ends_the_family(
    http: httpx.AsyncClient, account: Account
) -> None:
    async def refresh(token: str) -> httpx.Response:
        return await http.post("/api/v1/auth/refresh", json={"refresh_token": token})

    first = await refresh(account.refresh_token)
    assert first.status_code == 200, first.text
    newer = first.json()["tokens"]["refresh_token"]
    assert newer != account.refresh_token
    assert (await refresh(account.refresh_token)).status_code == 401
    assert (await refresh(newer)).status_code == 401


async def test_logout_ends_the_session(http: httpx.AsyncClient, account: Account) -> None:
    body = {"refresh_token": account.refresh_token}
    assert (await http.post("/api/v1/auth/logout", json=body)).json() == {}
    assert (await http.post("/api/v1/auth/refresh", json=body)).status_code == 401


async def test_change_password_holds_at_once(http: httpx.AsyncClient, account: Account) -> None:
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    path = "/api/v1/auth/change-password"
    assert (await http.post(path, json=body)).status_code == 401
    response = await http.post(path, json=body, headers=account.headers)
    assert response.json()["tokens"]["token_type"] == "Bearer"
    assert await _login(http, account.email, PASSWORD) == 401
    assert await _login(http, account.email, NEW_PASSWORD) == 200


async def test_forgotten_password_is_reset_by_the_mailed_token(
    http: httpx.AsyncClient, system: System, account: Account
) -> None:
    body = {"email": account.email}
    assert (await http.post("/api/v1/auth/forgot-password", json=body)).json() == {}
    mails = (system.data_dir / "auth" / "outbox.jsonl").read_text().splitlines()
    (mail,) = (each for each in map(json.loads, mails) if each["to"] == account.email)
    (link,) = (word for word in mail["text"].split() if len(word) >= 32)
    page, _, token = link.partition("?token=")
    assert page == f"{system.url}/app/reset-password"
    body = {"token": token, "new_password": NEW_PASSWORD}
    assert (await http.post("/api/v1/auth/reset-password", json=body)).json() == {}
    assert await _login(http, account.email, NEW_PASSWORD) == 200
    assert (await http.post("/api/v1/auth/reset-password", json=body)).status_code >= 400


async def test_forgot_password_does_not_tell_who_has_an_account(http: httpx.AsyncClient) -> None:
    body = {"email": "nobody@example.org"}
    response = await http.post("/api/v1/auth/forgot-password", json=body)
    assert (response.status_code, response.json()) == (200, {})


@pytest.mark.parametrize("path", ["register", "login"])
async def test_a_wrong_field_is_named(http: httpx.AsyncClient, path: str) -> None:
    body = {"email": "not an address", "password": PASSWORD}
    response = await http.post(f"/api/v1/auth/{path}", json=body)
    assert response.status_code == 400
    violations = [
        violation["field"]
        for detail in response.json()["details"]
        for violation in detail.get("field_violations", [])
    ]
    assert violations == ["email"]


async def _login(http: httpx.AsyncClient, email: str, password: str) -> int:
    body = {"email": email, "password": password}
    return (await http.post("/api/v1/auth/login", json=body)).status_code
