"""The one verifier of access tokens (JWT, RFC 7519), used by every service.

Each issuer has its own keys and its one algorithm, which the settings fix and which is never taken
from the token (RFC 8725, sections 3.1 and 3.8): what a token says of its issuer only chooses by
whose keys and rules all of it is then verified.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from nilm_core.access import Principal
from nilm_core.errors import FailedPreconditionError, UnauthenticatedError
from nilm_rpc.jwks import JwksKeys, fetch_over_http
from nilm_rpc.principals import own_principal, supabase_principal
from nilm_rpc.settings import IssuerSettings, VerifierSettings

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


@dataclass(frozen=True, slots=True)
class Issuer:
    """Somebody whose tokens are accepted."""

    settings: IssuerSettings
    """Its name, audience and algorithm."""
    keys: Keys
    """What its tokens are verified with."""
    principal: Callable[[Mapping[str, Any]], Principal]
    """Tells whom verified claims speak for."""


class TokenVerifier:
    """Verifies access tokens and tells whom they speak for.

    Args:
        settings: What holds for our own tokens.
        keys: The keys of our own tokens.
        clock_s: Unix time, seconds.
        others: Further issuers; a token of none of these is verified as our own.
    """

    def __init__(
        self,
        settings: VerifierSettings,
        keys: Keys,
        clock_s: Callable[[], float] = time.time,
        others: Sequence[Issuer] = (),
    ) -> None:
        self._own = Issuer(settings, keys, own_principal)
        self._others = {issuer.settings.issuer: issuer for issuer in others}
        if settings.issuer in self._others or len(self._others) < len(others):
            raise FailedPreconditionError("two issuers of tokens have the same name")
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
        issuer, claims = await self._claims(token)
        principal = issuer.principal(claims)
        self._remember(token, principal, min(float(claims["exp"]), now + _CACHE_TTL_S))
        return principal

    async def _claims(self, token: str) -> tuple[Issuer, Mapping[str, Any]]:
        try:
            unverified = jwt.decode_complete(token, options={"verify_signature": False})
            issuer = self._others.get(str(unverified["payload"].get("iss")), self._own)
            key = await issuer.keys.key(unverified["header"].get("kid", ""))
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key.key if isinstance(key, jwt.PyJWK) else key,
                algorithms=[issuer.settings.algorithm],
                issuer=issuer.settings.issuer,
                audience=issuer.settings.audience,
                leeway=issuer.settings.leeway_s,
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
        return issuer, claims

    def _remember(self, token: str, principal: Principal, until_s: float) -> None:
        self._verified[token] = (principal, until_s)
        self._verified.move_to_end(token)
        while len(self._verified) > _CACHE_ENTRIES:
            self._verified.popitem(last=False)


def build_verifier(settings: VerifierSettings) -> TokenVerifier:
    """Returns the verifier that the settings describe; with nothing configured, it refuses all.

    Raises:
        FailedPreconditionError: A secret is too short, or two issuers have one name.
        OSError: A secret's file cannot be read.
        ValueError: A JWKS address is none.
    """
    return TokenVerifier(settings, _keys(settings), others=other_issuers(settings))


def other_issuers(settings: VerifierSettings) -> list[Issuer]:
    """Returns the issuers beside ourselves; raises as `build_verifier` does."""
    if settings.supabase is None:
        return []
    return [Issuer(settings.supabase, _keys(settings.supabase), supabase_principal)]


def _keys(settings: IssuerSettings) -> Keys:
    if settings.algorithm == "HS256":
        if settings.secret_file is None:
            return NoKeys()
        return SharedSecret(settings.secret_file.read_bytes().strip())
    if not settings.jwks_url:
        return NoKeys()
    return JwksKeys(
        fetch_over_http(settings.jwks_url),
        ttl_s=settings.jwks_ttl_s,
        min_refresh_s=settings.jwks_min_refresh_s,
    )
