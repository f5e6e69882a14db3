"""What the failures of PostgREST mean: the one table from its codes to errors of ours.

Codes are PostgreSQL's SQLSTATEs (its appendix A) and PostgREST's own `PGRST...`.
"""

from datetime import timedelta

import httpx
from postgrest import APIError

from nilm_auth.adapters.refusals import last_admin, write_race
from nilm_core.errors import (
    FailedPreconditionError,
    NilmError,
    PermissionDeniedError,
    UnauthenticatedError,
    UnavailableError,
)

_RETRY_AFTER = timedelta(seconds=1)
_UNIQUE = "23505"
_PARENT = "23503"
_REFUSED = "42501"
_RULE = "PT409"
"""What the migrations raise where a rule of ours would be broken; the message names the rule."""
_RACES = frozenset({"40001", "40P01"})
_AWAY = ("08", "53", "57", "58", "55P03", "25006", "PGRST000", "PGRST001", "PGRST002", "PGRST003")
_TOKENS = ("PGRST300", "PGRST301", "PGRST302", "PGRST303")
_FIRST_OF_EDGE = 520
"""From here on statuses are those of Supabase's edge, such as 540 for a project that is paused."""
_NOT_MIGRATED = frozenset({"42P01", "42883", "PGRST202", "PGRST204", "PGRST205"})


def meaning_of(
    error: APIError, *, unique: NilmError | None, parent: NilmError | None
) -> NilmError | None:
    """Returns what an answer means; None for a mistake of this program."""
    code = error.code or ""
    if code in {_UNIQUE, _PARENT}:
        return unique if code == _UNIQUE else parent
    if code == _RULE:
        return _rule_broken(error)
    if code in _RACES:
        return write_race()
    if code in _NOT_MIGRATED:
        return FailedPreconditionError(
            f"the Supabase project lacks a table or function ({error.message}): apply the "
            "migrations of supabase/migrations",
            reason="STORE_NOT_MIGRATED",
        )
    return _refusal(code)


def refused() -> PermissionDeniedError:
    """Returns the error of a caller who sees a row and may not do that with it."""
    return PermissionDeniedError("the account store does not let this account do that")


def _rule_broken(error: APIError) -> FailedPreconditionError:
    if error.message == "LAST_ADMIN":
        return last_admin()
    return FailedPreconditionError(
        f"this is the last manager of building {error.details}; make another member manager first",
        reason=error.message or "",
    )


def _refusal(code: str) -> NilmError | None:
    if code == _REFUSED:
        return refused()
    if code.startswith(_TOKENS):
        return UnauthenticatedError(
            "Supabase does not accept the access token; sign in again", reason="TOKEN_INVALID"
        )
    if code.startswith(_AWAY):
        return unreachable(code)
    return None


async def refuse_status(response: httpx.Response) -> None:
    """Refuses answers that a gateway before PostgREST may give, whose bodies say little.

    Raises:
        UnavailableError: The project is away, or asked too often.
        FailedPreconditionError: The project does not know the key.
    """
    status = httpx.codes
    away = {status.BAD_GATEWAY, status.SERVICE_UNAVAILABLE, status.GATEWAY_TIMEOUT}
    is_away = response.status_code in away or response.status_code >= _FIRST_OF_EDGE
    if is_away or response.status_code == status.TOO_MANY_REQUESTS:
        raise unreachable(f"status {response.status_code}", response.headers.get("retry-after"))
    if response.status_code == status.UNAUTHORIZED:
        told = response.headers.get("www-authenticate", "")
        if not told.lower().startswith("bearer"):  # PostgREST's word for a person's token
            raise key_refused()


def key_refused() -> FailedPreconditionError:
    """Returns the error of a project that does not know one of its keys."""
    return FailedPreconditionError(
        "Supabase does not accept the project's key: check the files of "
        "NILM_AUTH_SUPABASE_KEY_FILE and NILM_AUTH_SUPABASE_SERVICE_KEY_FILE",
        reason="STORE_REFUSES",
    )


def unreachable(why: str, retry_after_s: str | None = None) -> UnavailableError:
    """Returns the error of a project that gives no answer."""
    known = retry_after_s is not None and retry_after_s.isascii() and retry_after_s.isdigit()
    return UnavailableError(
        f"the account store cannot be used now ({why})",
        reason="STORE_UNAVAILABLE",
        retry_after=timedelta(seconds=int(retry_after_s or 0)) if known else _RETRY_AFTER,
    )
