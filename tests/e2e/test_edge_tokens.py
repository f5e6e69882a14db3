"""What the gateway itself says of tokens, to each kind of caller."""

import base64
import time
from collections.abc import Callable
from typing import Any

import grpc
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nilm.auth.v1 import auth_service_pb2, auth_service_pb2_grpc
from tests.e2e.conftest import Account, System
from tests.support import grpc_web

GET_ME = "/nilm.auth.v1.AuthService/GetMe"


@pytest.fixture(scope="session")
def jwks(system: System) -> dict[str, Any]:
    response = httpx.get(f"{system.url}/.well-known/jwks.json", timeout=60)
    assert response.headers["content-type"] == "application/json"
    (key,) = response.json()["keys"]
    return key


@pytest.fixture(scope="session")
def signing_key(system: System) -> Ed25519PrivateKey:
    """The key that auth signs with, which a caller never has."""
    pem = (system.data_dir / "secrets" / "signing-key.pem").read_bytes()
    key = serialization.load_pem_private_key(pem, password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def _claims(account: Account, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "sub": account.user_id,
        "iss": "nilm-auth",
        "aud": "nilm",
        "iat": now,
        "exp": now + 900,
        "kind": "user",
        "admin": False,
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


def test_the_jwks_tells_the_public_key_alone(jwks: dict[str, Any]) -> None:
    assert (jwks["kty"], jwks["crv"], jwks["alg"]) == ("OKP", "Ed25519", "EdDSA")
    assert "d" not in jwks


async def test_a_missing_token_as_grpc_is_16(channel: grpc.aio.Channel) -> None:
    stub = auth_service_pb2_grpc.AuthServiceStub(channel)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.GetMe(auth_service_pb2.GetMeRequest())
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert refused.value.details() == "Jwt is missing"


async def test_a_missing_token_as_grpc_web_is_16(http: httpx.AsyncClient) -> None:
    answer = await grpc_web.call(http, GET_ME, auth_service_pb2.GetMeRequest())
    assert (answer.code, answer.message) == (16, "Jwt is missing")
    assert answer.headers["content-type"] == grpc_web.CONTENT_TYPE


async def test_a_missing_token_as_rest_is_401_in_json(http: httpx.AsyncClient) -> None:
    response = await http.get("/api/v1/auth/me")
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"code": 16, "message": "Jwt is missing", "details": []}


async def test_an_expired_token_as_grpc_web_is_16(
    http: httpx.AsyncClient,
    account: Account,
    signing_key: Ed25519PrivateKey,
    jwks: dict[str, Any],
) -> None:
    claims = _claims(account, exp=int(time.time()) - 60)
    expired = jwt.encode(claims, signing_key, algorithm="EdDSA", headers={"kid": jwks["kid"]})
    answer = await grpc_web.call(http, GET_ME, auth_service_pb2.GetMeRequest(), token=expired)
    assert (answer.code, answer.message) == (16, "Jwt is expired")


async def test_a_token_of_the_right_key_and_claims_is_taken(
    http: httpx.AsyncClient,
    account: Account,
    signing_key: Ed25519PrivateKey,
    jwks: dict[str, Any],
) -> None:
    token = jwt.encode(
        _claims(account), signing_key, algorithm="EdDSA", headers={"kid": jwks["kid"]}
    )
    answer = await grpc_web.call(http, GET_ME, auth_service_pb2.GetMeRequest(), token=token)
    assert answer.code == 0, answer.message


@pytest.mark.parametrize(
    "changes",
    [{"iss": "somebody"}, {"aud": "another"}, {"exp": None}, {"aud": None}, {"iss": None}],
    ids=str,
)
async def test_wrong_claims_are_refused_though_signed_well(
    changes: dict[str, Any],
    http: httpx.AsyncClient,
    account: Account,
    signing_key: Ed25519PrivateKey,
    jwks: dict[str, Any],
) -> None:
    token = jwt.encode(
        _claims(account, **changes), signing_key, algorithm="EdDSA", headers={"kid": jwks["kid"]}
    )
    await _refused_at_the_edge(http, token)


def _hmac_by_public_bytes(claims: dict[str, Any], jwks: dict[str, Any]) -> str:
    secret = base64.urlsafe_b64decode(jwks["x"] + "=")
    return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": jwks["kid"]})


def _hmac_by_public_text(claims: dict[str, Any], jwks: dict[str, Any]) -> str:
    secret = jwks["x"].encode()
    return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": jwks["kid"]})


def _unsigned(claims: dict[str, Any], jwks: dict[str, Any]) -> str:
    return jwt.encode(claims, None, algorithm="none", headers={"kid": jwks["kid"]})


def _foreign_key(claims: dict[str, Any], jwks: dict[str, Any]) -> str:
    foreign = Ed25519PrivateKey.generate()
    return jwt.encode(claims, foreign, algorithm="EdDSA", headers={"kid": jwks["kid"]})


@pytest.mark.parametrize(
    "forge", [_hmac_by_public_bytes, _hmac_by_public_text, _unsigned, _foreign_key]
)
async def test_a_forged_token_is_refused(
    forge: Callable[[dict[str, Any], dict[str, Any]], str],
    http: httpx.AsyncClient,
    account: Account,
    jwks: dict[str, Any],
) -> None:
    await _refused_at_the_edge(http, forge(_claims(account, admin=True), jwks))


async def _refused_at_the_edge(http: httpx.AsyncClient, token: str) -> None:
    response = await http.get("/api/v1/auth/me", headers={"authorization": f"Bearer {token}"})
    assert (response.status_code, response.json()["code"]) == (401, 16), response.text
    assert "Jw" in response.json()["message"]  # Envoy's word; the services speak of access tokens
    answer = await grpc_web.call(http, GET_ME, auth_service_pb2.GetMeRequest(), token=token)
    assert (answer.code, answer.message) == (16, response.json()["message"])
