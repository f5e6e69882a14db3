"""What Supabase Auth would not do, as the errors of this service.

The codes are those of `internal/api/apierrors/errorcode.go` of supabase/auth.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

from nilm_auth.adapters.refusals import email_taken
from nilm_auth.service.accounts import (
    account_disabled,
    account_gone,
    sign_up_closed,
    wrong_credentials,
)
from nilm_auth.service.sessions import session_ended
from nilm_core.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    NilmError,
    ResourceExhaustedError,
)

CREDENTIALS = frozenset({"invalid_credentials", "invalid_grant"})
"""The address or the password is wrong; `invalid_grant` is the older name."""
REUSED = "refresh_token_already_used"
"""A spent refresh token was used again; its session has been ended."""
INVALID_FORM = "validation_failed"
"""An address, a password or a refresh token is of no form that it could have."""
MAIL_LIMIT = "over_email_send_rate_limit"
"""An account, or the whole project, was sent too many messages."""

_log = logging.getLogger(__name__)
_TOO_MANY = 429


class Refusal(Exception):  # noqa: N818 # never leaves the adapter; what does is made by `error`
    """An answer that says no.

    Attributes:
        status: HTTP status.
        code: Its stable name; empty where the answer has none.
        message: What it says to people.
        retry_after: How long to wait, where it was asked too often.
    """

    def __init__(
        self, status: int, code: str, message: str, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def error(self, *, password_field: str = "password") -> NilmError:  # noqa: S107 # a field's name
        """Returns the error to answer with; `password_field` is what the caller calls a new one."""
        if self.status == _TOO_MANY:
            return ResourceExhaustedError(
                "the sign-in server was asked too often; try again later",
                reason="IDENTITY_PROVIDER_LIMIT",
                retry_after=self.retry_after,
            )
        if self.code in _PASSWORD_CODES or (
            self.code == INVALID_FORM and "password" in self.message.lower()
        ):
            return InvalidArgumentError.of_field(
                password_field, f"is refused by the sign-in server: {self.message}"
            )
        if self.code in _ADDRESS_CODES:
            return InvalidArgumentError.of_field(
                "email", f"is refused by the sign-in server: {self.message}"
            )
        if self.code in _ERRORS:
            return _ERRORS[self.code]()
        _log.error("Supabase Auth refused a call: %s", self)
        return FailedPreconditionError(
            "the sign-in server refused this; its operator finds why in the log of auth",
            reason="IDENTITY_PROVIDER_REFUSED",
            metadata={"code": self.code},
        )


def _unconfirmed() -> NilmError:
    return FailedPreconditionError(
        "confirm your address first: open the link in the message that was sent to it",
        reason="EMAIL_NOT_CONFIRMED",
    )


def _second_factor() -> NilmError:
    return FailedPreconditionError(
        "this account has a second factor, which is not asked for here; change it where the "
        "factor was set up",
        reason="SECOND_FACTOR_NEEDED",
    )


def _sign_in_again() -> NilmError:
    return FailedPreconditionError(
        "this needs a fresh sign-in; sign out, sign in and try again", reason="SIGN_IN_AGAIN"
    )


_PASSWORD_CODES = frozenset({"weak_password", "same_password"})
_ADDRESS_CODES = frozenset({"email_address_invalid", "email_address_not_authorized", INVALID_FORM})
_ERRORS: Mapping[str, Callable[[], NilmError]] = MappingProxyType(
    {
        **dict.fromkeys(CREDENTIALS, wrong_credentials),
        "email_exists": email_taken,
        "user_already_exists": email_taken,
        "signup_disabled": sign_up_closed,
        "email_provider_disabled": sign_up_closed,
        "user_banned": account_disabled,
        "email_not_confirmed": _unconfirmed,
        "insufficient_aal": _second_factor,
        "reauthentication_needed": _sign_in_again,
        "bad_jwt": account_gone,
        "no_authorization": account_gone,
        "session_not_found": account_gone,
        "user_not_found": account_gone,
        REUSED: session_ended,
        "refresh_token_not_found": session_ended,
        "session_expired": session_ended,
    }
)
