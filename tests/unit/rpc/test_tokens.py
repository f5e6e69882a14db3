"""The token verifier: what it accepts is exactly what it is configured for."""

import asyncio
import base64
import json
import time
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from nilm_core.access import Principal
from nilm_core.errors import FailedPreconditionError, UnauthenticatedError, UnavailableError
from nilm_rpc.jwks import JwksKeys
from nilm_rpc.settings import VerifierSettings
from nilm_rpc.tokens import NoKeys, SharedSecret, TokenVerifier, build_verifier
from tests.support.tokens import TokenAuthority

SECRET = b"a shared secret of at least thirty-two bytes"
AUTHORITY = TokenAuthority()


def refused(verifier: TokenVerifier, token: str) -> str:
    with pytest.raises(UnauthenticatedError) as caught:
        asyncio.run(verifier.verify(token))
    return str(caught.value)


def test_a_valid_token_names_its_principal() -> None:
    token = AUTHORITY.token("usr_1", admin=True)
    assert asyncio.run(AUTHORITY.verifier().verify(token)) == Principal("usr_1", is_admin=True)
    service = AUTHORITY.token("inference", kind="service")
    assert asyncio.run(AUTHORITY.verifier().verify(service)) == Principal(
        "inference", is_service=True
    )


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": int(time.time()) - 60}, "expired"),
        ({"iss": "somebody-else"}, "issuer"),
        ({"aud": "another-system"}, "Audience"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "subject"),
        ({"exp": None}, "exp"),
        ({"iss": None}, "iss"),
        ({"aud": None}, "aud"),
        ({"aud": ["nilm", "another-system"]}, "strict"),
        ({"nbf": int(time.time()) + 600}, "not yet valid"),
    ],
)
def test_wrong_claims_are_refused(claims: dict[str, Any], why: str) -> None:
    token = AUTHORITY.token(**{"subject": "usr_1", **claims})
    assert why in refused(AUTHORITY.verifier(), token)


def test_admin_must_be_true_itself() -> None:
    token = AUTHORITY.token("usr_1", admin="true")  # type: ignore[arg-type]  # a forged claim
    assert not asyncio.run(AUTHORITY.verifier().verify(token)).is_admin


def test_the_algorithm_none_is_refused() -> None:
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "test-key"}).encode())
    body = AUTHORITY.token("usr_1").split(".")[1]
    refused(AUTHORITY.verifier(), f"{header.decode().rstrip('=')}.{body}.")


def test_a_public_key_used_as_a_secret_is_refused() -> None:
    """Algorithm confusion, RFC 8725 section 2.1."""
    public = AUTHORITY.private_key.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    claims = jwt.decode(AUTHORITY.token("usr_1"), options={"verify_signature": False})
    forged = jwt.encode(claims, public, algorithm="HS256", headers={"kid": "test-key"})
    refused(AUTHORITY.verifier(), forged)


def test_a_key_of_another_kind_than_configured_is_refused() -> None:
    settings = VerifierSettings(algorithm="RS256")
    keys = JwksKeys(AUTHORITY.fetch, ttl_s=300, min_refresh_s=60)
    refused(TokenVerifier(settings, keys), AUTHORITY.token("usr_1"))


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_a_changed_token_is_refused(position: int, replacement: str) -> None:
    token = AUTHORITY.token("usr_1")
    index = position % len(token)
    changed = token[:index] + replacement + token[index + 1 :]
    if not _same_bytes(changed, token):
        refused(AUTHORITY.verifier(), changed)


def _same_bytes(one: str, other: str) -> bool:
    """The last character of a base64 part carries spare bits: some changes change nothing."""
    try:
        parts = [
            [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")]
            for token in (one, other)
        ]
    except ValueError:
        return False
    return parts[0] == parts[1]


@given(st.text())
def test_any_text_is_refused(text: str) -> None:
    refused(AUTHORITY.verifier(), text)


def test_with_nothing_configured_all_are_refused() -> None:
    refused(build_verifier(VerifierSettings()), AUTHORITY.token("usr_1"))
    refused(build_verifier(VerifierSettings(algorithm="HS256")), AUTHORITY.token("usr_1"))
    refused(TokenVerifier(VerifierSettings(), NoKeys()), AUTHORITY.token("usr_1"))


def hs256(secret: bytes) -> TokenVerifier:
    return TokenVerifier(VerifierSettings(algorithm="HS256"), SharedSecret(secret))


def test_a_shared_secret_verifies() -> None:
    claims = jwt.decode(AUTHORITY.token("usr_1"), options={"verify_signature": False})
    token = jwt.encode(claims, SECRET, algorithm="HS256")
    assert asyncio.run(hs256(SECRET).verify(token)).subject == "usr_1"
    refused(hs256(SECRET + b"!"), token)
    refused(AUTHORITY.verifier(), token)


def test_a_short_secret_is_refused_at_the_start() -> None:
    with pytest.raises(FailedPreconditionError, match="32"):
        SharedSecret(b"short")


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_other_key_pairs_verify(algorithm: Any) -> None:
    if algorithm == "RS256":
        key: Any = rsa.generate_private_key(65_537, 2_048)
        jwk = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        key = ec.generate_private_key(ec.SECP256R1())
        jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)

    async def fetch() -> Mapping[str, Any]:
        return {"keys": [{**jwk, "kid": "k", "alg": algorithm}]}

    claims = jwt.decode(AUTHORITY.token("usr_1"), options={"verify_signature": False})
    token = jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "k"})
    verifier = TokenVerifier(
        VerifierSettings(algorithm=algorithm), JwksKeys(fetch, ttl_s=300, min_refresh_s=60)
    )
    assert asyncio.run(verifier.verify(token)).subject == "usr_1"


def test_a_verified_token_still_ends() -> None:
    now = time.time()
    moment = [now]
    keys = JwksKeys(AUTHORITY.fetch, ttl_s=300, min_refresh_s=60)
    verifier = TokenVerifier(VerifierSettings(leeway_s=0), keys, clock_s=lambda: moment[0])
    token = AUTHORITY.token("usr_1", exp=int(now) + 3)

    async def use_twice() -> None:
        await verifier.verify(token)
        await asyncio.sleep(4.1)
        moment[0] = now + 4.1
        await verifier.verify(token)

    with pytest.raises(UnauthenticatedError, match="expired"):
        asyncio.run(use_twice())


class Jwks:
    """A JWKS document that can be changed, slowed and taken away."""

    def __init__(self, authority: TokenAuthority) -> None:
        self.authority = authority
        self.fetches = 0
        self.down = False

    async def fetch(self) -> Mapping[str, Any]:
        self.fetches += 1
        await asyncio.sleep(0.01)
        if self.down:
            raise OSError("connection refused")
        return self.authority.jwks()


@pytest.fixture
def jwks() -> Jwks:
    return Jwks(AUTHORITY)


async def test_one_fetch_serves_all_who_wait(jwks: Jwks) -> None:
    keys = JwksKeys(jwks.fetch, ttl_s=300, min_refresh_s=60)
    await asyncio.gather(*(keys.key("test-key") for _ in range(50)))
    assert jwks.fetches == 1


async def test_an_unknown_key_id_fetches_at_most_once_a_minute(jwks: Jwks) -> None:
    now = [0.0]
    keys = JwksKeys(jwks.fetch, ttl_s=300, min_refresh_s=60, monotonic=lambda: now[0])
    await keys.key("test-key")
    for _ in range(20):
        with pytest.raises(UnauthenticatedError):
            await keys.key("unknown")
    assert jwks.fetches == 1
    now[0] = 61.0
    for _ in range(20):
        with pytest.raises(UnauthenticatedError):
            await keys.key("unknown")
    assert jwks.fetches == 2


async def test_a_new_key_is_found_after_a_rotation(jwks: Jwks) -> None:
    now = [0.0]
    keys = JwksKeys(jwks.fetch, ttl_s=300, min_refresh_s=60, monotonic=lambda: now[0])
    await keys.key("test-key")
    jwks.authority = TokenAuthority("new-key")
    now[0] = 61.0
    await keys.key("new-key")


async def test_keys_are_fetched_again_after_their_time(jwks: Jwks) -> None:
    now = [0.0]
    keys = JwksKeys(jwks.fetch, ttl_s=300, min_refresh_s=60, monotonic=lambda: now[0])
    await keys.key("test-key")
    now[0] = 301.0
    await keys.key("test-key")
    assert jwks.fetches == 2


async def test_known_keys_serve_while_the_document_is_away(jwks: Jwks) -> None:
    now = [0.0]
    keys = JwksKeys(jwks.fetch, ttl_s=300, min_refresh_s=60, monotonic=lambda: now[0])
    await keys.key("test-key")
    jwks.down = True
    now[0] = 10_000.0
    await keys.key("test-key")
    await keys.key("test-key")
    assert jwks.fetches == 2  # the failed one is not repeated at once


async def test_without_any_key_it_is_unavailable(jwks: Jwks) -> None:
    jwks.down = True
    now = [0.0]
    keys = JwksKeys(jwks.fetch, ttl_s=300, min_refresh_s=60, monotonic=lambda: now[0])
    with pytest.raises(UnavailableError):
        await keys.key("test-key")
    jwks.down = False
    now[0] = 3.0
    await keys.key("test-key")
