"""Holds a person's session for programs that act for him: the command line and the simulator."""

import asyncio
from datetime import UTC, datetime

import grpc

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import auth_service_pb2_grpc as auth_grpc
from nilm.auth.v1 import user_pb2
from nilm_core.errors import UnauthenticatedError
from nilm_rpc.status import from_rpc_error

_MARGIN_S = 60.0
_TIMEOUT_S = 10.0


class UserTokenSource:
    """Signs in with email and password, and renews the session before its token ends."""

    def __init__(self, channel: grpc.aio.Channel, email: str, password: str) -> None:
        self._stub = auth_grpc.AuthServiceStub(channel)
        self._email = email
        self._password = password
        self._tokens: user_pb2.TokenPair | None = None
        self._lock = asyncio.Lock()

    async def token(self) -> str:
        """Returns an access token that holds for at least a minute.

        Raises:
            UnauthenticatedError: The email or the password is wrong.
            NilmError: `auth` is away.
        """
        async with self._lock:
            if self._tokens is None:
                self._tokens = await self._sign_in()
            elif _seconds_left(self._tokens) < _MARGIN_S:
                self._tokens = await self._renew(self._tokens)
            token: str = self._tokens.access_token
            return token

    def forget(self) -> None:
        """Drops the session, so that the next token comes of a new sign-in."""
        self._tokens = None

    async def _sign_in(self) -> user_pb2.TokenPair:
        request = auth_pb.SignInRequest(email=self._email, password=self._password)
        try:
            answer: auth_pb.SignInResponse = await self._stub.SignIn(request, timeout=_TIMEOUT_S)
        except grpc.aio.AioRpcError as error:
            raise from_rpc_error(error) from error
        return answer.tokens

    async def _renew(self, tokens: user_pb2.TokenPair) -> user_pb2.TokenPair:
        request = auth_pb.RefreshTokenRequest(refresh_token=tokens.refresh_token)
        try:
            answer: auth_pb.RefreshTokenResponse = await self._stub.RefreshToken(
                request, timeout=_TIMEOUT_S
            )
        except grpc.aio.AioRpcError as error:
            failure = from_rpc_error(error)
            if not isinstance(failure, UnauthenticatedError):
                raise failure from error
            return await self._sign_in()
        return answer.tokens


def _seconds_left(tokens: user_pb2.TokenPair) -> float:
    end = tokens.access_expire_time.ToDatetime(tzinfo=UTC)
    return float((end - datetime.now(UTC)).total_seconds())
