"""The one verifier of access tokens (JWT, RFC 7519), used by every service.

The algorithm is fixed by the settings and never taken from the token (RFC 8725, section 3.1).
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import jwt

from nilm_core.access import Principal
from nilm_core.errors import FailedPreconditionError, UnauthenticatedError
from nilm_rpc.jwks import JwksKeys, fetch_over_http
from nilm_rpc.settings import VerifierSettings

_REQUIRED_CLAIMS = ["exp", "sub", "iss", "aud"]
_MIN_SECRET_BYTES = 32
_CACHE_ENTRIES = 4_096
_CACHE_TTL_S = 60.0
_MAX_TOKEN_CHARS = 8_192


class Keys(Protocol):
    """Finds the key that a token is to be verified with."""

    async def key(self, key_id: str) -> Any:
        """Returns the key of an id, which is empty where the token names none.

        Raises:
            UnauthenticatedError: There is no such key.
            UnavailableError: The keys cannot be had now.
        """
        ...


class SharedSecret:
    """The secret of HS256: one key, whatever id a token names."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _MIN_SECRET_BYTES:
            raise FailedPreconditionError(
                f"the shared secret for HS256 has {len(secret)} bytes; at least "
                f"{_MIN_SECRET_BYTES} are needed"
            )
        self._secret = secret

    async def key(self, key_id: str) -> bytes:  # noqa: ARG002 the protocol's signature
        """Returns the secret."""
        return self._secret


class NoKeys:
    """Refuses every token: nothing was configured."""

    async def key(self, key_id: str) -> Any:  # noqa: ARG002 the protocol's signature
        """Refuses.

        Raises:
            UnauthenticatedError: Always.
        """
        raise UnauthenticatedError("this service is not configured to accept any token")


class TokenVerifier:
    """Verifies access tokens and tells whom they speak for."""

    def __init__(
        self,
        settings: VerifierSettings,
        keys: Keys,
        clock_s: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._clock_s = clock_s
        self._verified: OrderedDict[str, tuple[Principal, float]] = OrderedDict()

    async def verify(self, token: str) -> Principal:
        """Returns the principal of a valid token.

        Raises:
            UnauthenticatedError: The token is not valid; the message says why, for people.
            UnavailableError: The keys cannot be fetched, so nothing can be said of the token.
        """
        now = self._clock_s()
        if (known := self._verified.get(token)) is not None and now < known[1]:
            return known[0]
        if len(token) > _MAX_TOKEN_CHARS:
            raise UnauthenticatedError("the access token is too long to be one")
        claims = await self._claims(token)
        principal = _principal(claims)
        self._remember(token, principal, min(float(claims["exp"]), now + _CACHE_TTL_S))
        return principal

    async def _claims(self, token: str) -> Mapping[str, Any]:
        try:
            key_id = jwt.get_unverified_header(token).get("kid", "")
            key = await self._keys.key(key_id)
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key.key if isinstance(key, jwt.PyJWK) else key,
                algorithms=[self._settings.algorithm],
                issuer=self._settings.issuer,
                audience=self._settings.audience,
                leeway=self._settings.leeway_s,
                options={"require": _REQUIRED_CLAIMS, "strict_aud": True},
            )
        except jwt.ExpiredSignatureError:
            raise UnauthenticatedError(
                "the access token has expired; refresh it or sign in again", reason="TOKEN_EXPIRED"
            ) from None
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise UnauthenticatedError(
                f"the access token is not valid: {error}", reason="TOKEN_INVALID"
            ) from None
        return claims

    def _remember(self, token: str, principal: Principal, until_s: float) -> None:
        self._verified[token] = (principal, until_s)
        self._verified.move_to_end(token)
        while len(self._verified) > _CACHE_ENTRIES:
            self._verified.popitem(last=False)


def _principal(claims: Mapping[str, Any]) -> Principal:
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject:
        raise UnauthenticatedError("the access token names no subject", reason="TOKEN_INVALID")
    return Principal(
        subject=subject,
        is_service=claims.get("kind") == "service",
        is_admin=claims.get("admin") is True,
    )


def build_verifier(settings: VerifierSettings) -> TokenVerifier:
    """Returns the verifier that the settings describe; with nothing configured, it refuses all.

    Raises:
        FailedPreconditionError: The secret is too short.
        OSError: The secret's file cannot be read.
        ValueError: The JWKS address is none.
    """
    keys: Keys = NoKeys()
    if settings.algorithm == "HS256":
        if settings.secret_file is not None:
            keys = SharedSecret(settings.secret_file.read_bytes().strip())
    elif settings.jwks_url:
        keys = JwksKeys(
            fetch_over_http(settings.jwks_url),
            ttl_s=settings.jwks_ttl_s,
            min_refresh_s=settings.jwks_min_refresh_s,
        )
    return TokenVerifier(settings, keys)
