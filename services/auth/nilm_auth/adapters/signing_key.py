"""The key pair that access tokens are signed with, in a file of its own."""

import base64
import hashlib
import json
import logging
import os
import stat
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from nilm_auth.domain.session import AccessToken
from nilm_core.clock import Clock
from nilm_core.errors import DataCorruptionError, UnauthenticatedError
from nilm_core.ids import new_id

ALGORITHM = "EdDSA"

_log = logging.getLogger(__name__)


class SigningKey:
    """An Ed25519 key pair (RFC 8037) with its key id, the thumbprint of RFC 7638."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self.private = private
        raw = private.public_key().public_bytes_raw()
        self._jwk = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}
        canonical = json.dumps(self._jwk, sort_keys=True, separators=(",", ":"))
        self.key_id = _base64url(hashlib.sha256(canonical.encode()).digest())

    def jwks(self) -> bytes:
        """Returns the JWKS document (RFC 7517) of the public key."""
        key = {**self._jwk, "kid": self.key_id, "use": "sig", "alg": ALGORITHM}
        return json.dumps({"keys": [key]}).encode()

    async def key(self, key_id: str) -> Ed25519PublicKey:
        """Returns the public key, if `key_id` is its id.

        Raises:
            UnauthenticatedError: It is another key's id.
        """
        if key_id != self.key_id:
            raise UnauthenticatedError("the token is signed by an unknown key")
        return self.private.public_key()


class JwtSigner:
    """The TokenSigner: JWTs (RFC 7519) signed by EdDSA."""

    def __init__(self, key: SigningKey, clock: Clock, *, issuer: str, audience: str) -> None:
        self._key = key
        self._clock = clock
        self._issuer = issuer
        self._audience = audience

    def sign(self, subject: str, *, kind: str, is_admin: bool, lifetime: timedelta) -> AccessToken:
        """Returns a token for a person (`kind` "user") or a service ("service")."""
        now = self._clock.now().replace(microsecond=0)
        expire_time = now + lifetime
        claims: dict[str, Any] = {
            "sub": subject,
            "iss": self._issuer,
            "aud": self._audience,
            "iat": now,
            "exp": expire_time,
            "jti": new_id("tok"),
            "kind": kind,
            "admin": is_admin,
        }
        text = jwt.encode(
            claims, self._key.private, algorithm=ALGORITHM, headers={"kid": self._key.key_id}
        )
        return AccessToken(text, expire_time)


def load_or_make_key(path: Path) -> SigningKey:
    """Returns the key pair of a file, which is made where it is missing.

    Of two processes that make it at once, one wins and both use its key.

    Raises:
        DataCorruptionError: The file holds no Ed25519 private key.
        OSError: The file can be neither read nor made.
    """
    if not path.exists():
        _make(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        _log.warning("the signing key %s can be read by others; set its mode to 0600", path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _damaged(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _damaged(path)
    return SigningKey(key)


def _make(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{new_id('new')}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _damaged(path: Path) -> DataCorruptionError:
    return DataCorruptionError(
        f"the signing key {path} is damaged; restore it from a backup, or remove it to make a new "
        "one, which ends all access tokens"
    )


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
