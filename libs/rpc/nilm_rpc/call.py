"""The call that is being served, and how it goes on to other services."""

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from nilm_core.access import BuildingAccess, Principal

REQUEST_ID_HEADER = "x-request-id"
AUTHORIZATION_HEADER = "authorization"

DEFAULT_TIMEOUT_S = 30.0


@dataclass(slots=True)
class Call:
    """What is known of a call while it is served."""

    method: str
    """Full name, such as `/nilm.auth.v1.AuthService/SignIn`."""
    request_id: str
    """Follows the request from the browser through every service."""
    address: str
    """The caller's address, as the gateway saw it."""
    deadline: float | None = None
    """When the caller stops waiting, in the event loop's time."""
    principal: Principal | None = None
    """Who calls; None for public calls."""
    token: str | None = field(default=None, repr=False)
    """The caller's bearer token."""
    access: BuildingAccess | None = None
    """What the caller may do in the building of the request."""


_current: ContextVar[Call | None] = ContextVar("nilm_call", default=None)


def current_call() -> Call:
    """Returns the call that is being served.

    Raises:
        LookupError: Nothing is being served here.
    """
    call = _current.get()
    if call is None:
        raise LookupError("no call is being served")
    return call


def find_call() -> Call | None:
    """Returns the call that is being served, if any."""
    return _current.get()


def enter_call(call: Call) -> None:
    """Makes `call` the one that this task serves."""
    _current.set(call)


def building_access() -> BuildingAccess:
    """Returns the access that the server granted before it entered the servicer.

    Raises:
        LookupError: The method's policy names no building permission.
    """
    access = current_call().access
    if access is None:
        raise LookupError("the policy of this method grants no building access")
    return access


def outgoing(*, timeout_s: float | None = None, token: str | None = None) -> dict[str, Any]:
    """Returns the keyword arguments of a stub call made on behalf of the present one.

    They carry the request id, the caller's token (or `token`, in the background) and what is left
    of the caller's deadline, but at most `timeout_s`.
    """
    call = find_call()
    timeout = DEFAULT_TIMEOUT_S if timeout_s is None else timeout_s
    metadata = []
    bearer = token
    if call is not None:
        metadata.append((REQUEST_ID_HEADER, call.request_id))
        bearer = token or call.token
        if call.deadline is not None:
            timeout = min(timeout, max(0.0, call.deadline - asyncio.get_running_loop().time()))
    if bearer:
        metadata.append((AUTHORIZATION_HEADER, f"Bearer {bearer}"))
    return {"metadata": tuple(metadata), "timeout": timeout}
