"""Whom the verified claims of a token speak for, by who issued it."""

from collections.abc import Mapping
from typing import Any

from nilm_core.access import Principal
from nilm_core.errors import UnauthenticatedError


def own_principal(claims: Mapping[str, Any]) -> Principal:
    """Returns whom a token of our own `auth` speaks for: a person or a service.

    Raises:
        UnauthenticatedError: It names nobody.
    """
    return Principal(
        subject=_subject(claims),
        is_service=claims.get("kind") == "service",
        is_admin=claims.get("admin") is True,
    )


def supabase_principal(claims: Mapping[str, Any]) -> Principal:
    """Returns the person that a token of Supabase Auth speaks for; it never speaks for a service.

    Who administers is told by `app_metadata`, which the project's own server alone can write; a
    person writes `user_metadata` himself, so nothing is taken from it.

    Raises:
        UnauthenticatedError: It names nobody, or an anonymous or other role than a person's.
    """
    if claims.get("role") != "authenticated" or claims.get("is_anonymous") is True:
        raise UnauthenticatedError(
            "the access token is not that of a person who signed in", reason="TOKEN_INVALID"
        )
    metadata = claims.get("app_metadata")
    return Principal(
        subject=_subject(claims),
        is_admin=isinstance(metadata, Mapping) and metadata.get("admin") is True,
    )


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject:
        raise UnauthenticatedError("the access token names no subject", reason="TOKEN_INVALID")
    return subject
