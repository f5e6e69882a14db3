"""The gateway: one address, one account, every service behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import grpc

from nilm.auth.v1 import auth_service_pb2, auth_service_pb2_grpc
from nilm_core.errors import (
    AbortedError,
    InvalidArgumentError,
    NilmError,
    ResourceExhaustedError,
    UnavailableError,
)
from nilm_rpc.call import AUTHORIZATION_HEADER, outgoing
from nilm_rpc.channel import connect
from nilm_rpc.clients.user import UserTokenSource
from nilm_rpc.status import from_rpc_error

_ATTEMPTS = 5
_FIRST_DELAY_S = 0.2
_LONGEST_DELAY_S = 60.0
_PORTS = {"http": 80, "https": 443}

Metadata = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account to act for."""

    email: str
    password: str = field(repr=False)


class Gateway:
    """Calls on behalf of one account; each failure is a `NilmError`."""

    def __init__(self, channel: grpc.aio.Channel, credentials: Credentials) -> None:
        self.channel = channel
        self._credentials = credentials
        self._tokens = UserTokenSource(channel, credentials.email, credentials.password)

    async def call(self, method: Callable[..., Any], request: Any) -> Any:
        """Returns the answer to a request; waits and tries again where that helps.

        Raises:
            NilmError: What the service answered, or that it stays away.
        """

        async def attempt() -> Any:
            return await method(request, **outgoing(token=await self._tokens.token()))

        return await _persist(attempt)

    async def bearer(self) -> Metadata:
        """Returns the metadata of a stream: it may last longer than its token.

        Raises:
            NilmError: The account cannot be signed in now.
        """
        token: str = await _persist(self._tokens.token)
        return ((AUTHORIZATION_HEADER, f"Bearer {token}"),)

    async def sign_up(self) -> None:
        """Makes the account.

        Raises:
            NilmError: The account exists, or it cannot be made now.
        """
        stub = auth_service_pb2_grpc.AuthServiceStub(self.channel)
        request = auth_service_pb2.SignUpRequest(
            email=self._credentials.email, password=self._credentials.password
        )

        async def attempt() -> Any:
            return await stub.SignUp(request, **outgoing())

        await _persist(attempt)


@asynccontextmanager
async def open_gateway(url: str, credentials: Credentials) -> AsyncIterator[Gateway]:
    """Opens the gateway at a URL such as `http://127.0.0.1:8080`; `https` means TLS.

    Raises:
        InvalidArgumentError: The URL is none.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/"):
        raise InvalidArgumentError.of_field("url", f"{url!r} is not http://host:port")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    target = f"{host}:{parts.port or _PORTS[parts.scheme]}"
    tls = grpc.ssl_channel_credentials() if parts.scheme == "https" else None
    async with connect(target, tls) as channel:
        yield Gateway(channel, credentials)


def is_transient(error: NilmError) -> bool:
    """Tells whether the same call may well succeed a little later."""
    return isinstance(error, UnavailableError | ResourceExhaustedError | AbortedError)


async def pause(failures: int, error: NilmError) -> None:
    """Waits before the next attempt: as long as the service says, else ever longer."""
    delay_s = _FIRST_DELAY_S * 2.0**failures
    if error.retry_after is not None:
        delay_s = max(delay_s, error.retry_after.total_seconds())
    await asyncio.sleep(min(delay_s, _LONGEST_DELAY_S))


async def _persist(attempt: Callable[[], Any]) -> Any:
    """Returns what an attempt answers, after up to four more where that helps."""
    for failures in range(_ATTEMPTS):
        try:
            return await attempt()
        except grpc.aio.AioRpcError as rpc_error:
            error = from_rpc_error(rpc_error)
            error.__cause__ = rpc_error
        except NilmError as nilm_error:
            error = nilm_error
        if not is_transient(error) or failures == _ATTEMPTS - 1:
            raise error
        await pause(failures, error)
    raise AssertionError("the last attempt returns or raises")
