"""An authority that signs tokens for tests, without the auth service."""

import time
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from nilm_rpc.jwks import JwksKeys
from nilm_rpc.settings import VerifierSettings
from nilm_rpc.tokens import TokenVerifier


class TokenAuthority:
    """Holds one Ed25519 key; signs tokens with it and verifies them."""

    def __init__(self, key_id: str = "test-key") -> None:
        self.key_id = key_id
        self.private_key = Ed25519PrivateKey.generate()
        self.fetch_count = 0

    def jwks(self) -> dict[str, Any]:
        jwk = OKPAlgorithm.to_jwk(self.private_key.public_key(), as_dict=True)
        return {"keys": [{**jwk, "kid": self.key_id, "alg": "EdDSA", "use": "sig"}]}

    async def fetch(self) -> Mapping[str, Any]:
        self.fetch_count += 1
        return self.jwks()

    def token(self, subject: str, *, kind: str = "user", admin: bool = False, **claims: Any) -> str:
        now = time.time()
        payload = {
            "sub": subject,
            "iss": "nilm-auth",
            "aud": "nilm",
            "iat": int(now),
            "exp": int(now) + 900,
            "kind": kind,
            "admin": admin,
            **claims,
        }
        present = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(
            present, self.private_key, algorithm="EdDSA", headers={"kid": self.key_id}
        )

    def verifier(self) -> TokenVerifier:
        keys = JwksKeys(self.fetch, ttl_s=300, min_refresh_s=60)
        return TokenVerifier(VerifierSettings(), keys)


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    """Returns call metadata that carries a token."""
    return (("authorization", f"Bearer {token}"),)
