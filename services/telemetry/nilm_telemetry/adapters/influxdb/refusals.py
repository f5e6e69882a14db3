"""The one table from the server's HTTP answers to errors of ours."""

import contextlib
import json
from collections.abc import Mapping
from datetime import timedelta

from influxdb_client.rest import ApiException

from nilm_core.errors import (
    FailedPreconditionError,
    NilmError,
    ResourceExhaustedError,
    UnavailableError,
)

NOT_SET_UP = "STORE_NOT_SET_UP"
RETRY_AFTER = timedelta(seconds=1)
_RETRY_AFTER_REPAIR = timedelta(seconds=15)
"""Where an operator has to do something first."""
_MAX_MESSAGE = 300
_SERVER_ERRORS = 500

_REPAIRS = {
    401: "refuses the token; give it a token that is valid",
    403: "does not let the token do this; give it the rights that the operations guide names",
    404: "lacks the organisation or the bucket; make it, or correct the settings",
}
_REFUSED = (400, 413, 422)


def error_of(answer: ApiException) -> NilmError:
    """Returns the error that an answer other than 2xx stands for."""
    status, message = answer.status or 0, _message(answer)
    if status in _REPAIRS:
        return UnavailableError(
            f"the time-series store {_REPAIRS[status]}",
            reason=NOT_SET_UP,
            retry_after=_RETRY_AFTER_REPAIR,
        )
    if status in _REFUSED:
        return FailedPreconditionError(
            f"the time-series store refused this: {message}", reason="STORE_REFUSED"
        )
    if status == 429:  # noqa: PLR2004 the one HTTP code of its meaning
        return ResourceExhaustedError(
            "the time-series store takes no more for now",
            reason="STORE_BUSY",
            retry_after=_told(answer),
        )
    if status >= _SERVER_ERRORS:
        return UnavailableError(
            f"the time-series store failed (HTTP {status}); try again in a moment",
            reason="STORE_FAILED",
            retry_after=_told(answer),
        )
    return NilmError(f"the time-series store answered HTTP {status}: {message}")


def _message(answer: ApiException) -> str:
    body = answer.body.decode(errors="replace") if isinstance(answer.body, bytes) else ""
    with contextlib.suppress(ValueError, KeyError, TypeError):  # a proxy's answer is no such JSON
        body = str(json.loads(body)["message"])
    return " ".join(body.split())[:_MAX_MESSAGE] or str(answer.reason)


def _told(answer: ApiException) -> timedelta:
    """Returns how long the server asks to wait, in whole seconds."""
    headers: Mapping[str, str] = answer.headers or {}
    text = headers.get("Retry-After", "")
    return timedelta(seconds=int(text)) if text.isdecimal() else RETRY_AFTER
