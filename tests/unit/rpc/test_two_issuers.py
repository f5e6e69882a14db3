"""Two issuers side by side: each with its own name, keys and one algorithm."""

import asyncio
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from pydantic import ValidationError

from nilm_core.access import Principal
from nilm_core.errors import FailedPreconditionError, UnauthenticatedError
from nilm_rpc.jwks import JwksKeys
from nilm_rpc.principals import supabase_principal
from nilm_rpc.settings import SupabaseTokenSettings, VerifierSettings
from nilm_rpc.tokens import Issuer, SharedSecret, TokenVerifier, build_verifier
from tests.support.supabase_auth_server import KEY_ID, Account, Session, SupabaseAuthServer
from tests.support.tokens import TokenAuthority

SECRET = "a JWT secret of a project, of more than 32 bytes"
OURS = TokenAuthority()


@pytest.fixture(scope="module", params=["", SECRET], ids=["ES256", "HS256"])
def project(request: pytest.FixtureRequest) -> Any:
    server = SupabaseAuthServer(secret=request.param)
    yield server
    server.stop()


@pytest.fixture
def verifier(project: SupabaseAuthServer, tmp_path: Path) -> TokenVerifier:
    """The verifier that the settings of a service make, but for where our own keys come from."""
    secret_file = tmp_path / "jwt-secret"
    secret_file.write_text(f"{SECRET}\n")
    settings = (
        SupabaseTokenSettings(issuer=project.issuer, algorithm="HS256", secret_file=secret_file)
        if project.secret
        else SupabaseTokenSettings(issuer=project.issuer)
    )
    (theirs,) = build_verifier(VerifierSettings(supabase=settings))._others.values()
    keys = JwksKeys(OURS.fetch, ttl_s=300, min_refresh_s=60)
    return TokenVerifier(VerifierSettings(), keys, others=[theirs])


def session(**fields: Any) -> Session:
    return Session(Account("ada@home.local", "", {"admin": True}, is_confirmed=True, **fields), "")


def refused(verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(UnauthenticatedError):
        asyncio.run(verifier.verify(token))


def test_tokens_of_both_are_accepted(project: SupabaseAuthServer, verifier: TokenVerifier) -> None:
    theirs = session()
    assert asyncio.run(verifier.verify(project.token(theirs))) == Principal(theirs.account.id)
    service = OURS.token("inference", kind="service")
    assert asyncio.run(verifier.verify(service)) == Principal("inference", is_service=True)


def test_the_one_is_no_administrator_by_what_the_person_wrote(
    project: SupabaseAuthServer, verifier: TokenVerifier
) -> None:
    admin = session(app_metadata={"admin": True})
    assert asyncio.run(verifier.verify(project.token(admin))).is_admin
    for metadata in ({}, {"admin": "true"}, {"admin": 1}):
        other = session(app_metadata=metadata)
        assert not asyncio.run(verifier.verify(project.token(other, admin=True))).is_admin
    assert not asyncio.run(verifier.verify(project.token(session(), app_metadata=None))).is_admin


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "nilm-auth"},
        {"iss": "nilm-auth", "aud": "nilm", "kind": "service"},
        {"iss": "https://other.supabase.co/auth/v1"},
        {"aud": "nilm"},
        {"aud": ["authenticated", "nilm"]},
        {"role": "service_role"},
        {"role": "anon"},
        {"is_anonymous": True},
        {"sub": ""},
        {"exp": int(time.time()) - 60},
    ],
)
def test_a_token_of_the_project_cannot_pass_for_another(
    project: SupabaseAuthServer, verifier: TokenVerifier, claims: dict[str, Any]
) -> None:
    refused(verifier, project.token(session(), **claims))


def test_a_token_of_the_project_is_never_a_services(
    project: SupabaseAuthServer, verifier: TokenVerifier
) -> None:
    token = project.token(session(), kind="service")
    assert not asyncio.run(verifier.verify(token)).is_service


def test_our_key_does_not_sign_for_the_project(
    project: SupabaseAuthServer, verifier: TokenVerifier
) -> None:
    theirs = {"iss": project.issuer, "aud": "authenticated", "role": "authenticated"}
    refused(verifier, OURS.token("usr_1", **theirs))


def test_a_public_key_of_either_is_no_secret(
    project: SupabaseAuthServer, verifier: TokenVerifier
) -> None:
    """Algorithm confusion, RFC 8725 section 2.1."""
    claims = jwt.decode(project.token(session()), options={"verify_signature": False})
    ours = {**claims, "iss": "nilm-auth", "aud": "nilm"}
    publics = [
        OURS.private_key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        ),
        project.private_key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        ),
    ]
    for public in publics:
        for key_id in (KEY_ID, OURS.key_id):
            for forged in (claims, ours):
                headers = {"kid": key_id}
                refused(verifier, jwt.encode(forged, public, algorithm="HS256", headers=headers))


def test_the_secret_of_the_project_signs_nothing_of_ours(verifier: TokenVerifier) -> None:
    claims = jwt.decode(OURS.token("usr_1"), options={"verify_signature": False})
    refused(verifier, jwt.encode(claims, SECRET, algorithm="HS256"))


def test_two_issuers_of_one_name_are_refused_at_the_start() -> None:
    ours = VerifierSettings()
    keys = SharedSecret(SECRET.encode())
    twin = Issuer(SupabaseTokenSettings(issuer=ours.issuer), keys, supabase_principal)
    with pytest.raises(FailedPreconditionError, match="same name"):
        TokenVerifier(ours, keys, others=[twin])


def test_the_settings_of_a_project_find_its_keys_and_miss_a_secret() -> None:
    found = SupabaseTokenSettings(issuer="https://project.supabase.co/auth/v1")
    assert found.jwks_url == "https://project.supabase.co/auth/v1/.well-known/jwks.json"
    assert (found.algorithm, found.audience) == ("ES256", "authenticated")
    with pytest.raises(ValidationError, match="secret_file"):
        SupabaseTokenSettings(issuer="https://project.supabase.co/auth/v1", algorithm="HS256")
