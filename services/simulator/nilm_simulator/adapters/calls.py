"""Calls on behalf of the account that the simulator is signed in with."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc

from nilm_core.errors import UnauthenticatedError
from nilm_rpc.call import outgoing
from nilm_rpc.clients.user import UserTokenSource
from nilm_rpc.status import from_rpc_error


class AccountCalls:
    """Makes unary calls with the account's token; each failure is a domain error."""

    def __init__(self, tokens: UserTokenSource) -> None:
        self._tokens = tokens

    async def call(self, method: Callable[..., Any], request: Any) -> Any:
        """Returns the answer to a request.

        Raises:
            NilmError: What the service answered, or that it is away.
        """
        token = await self._tokens.token()
        try:
            return await method(request, **outgoing(token=token))
        except grpc.aio.AioRpcError as error:
            failure = from_rpc_error(error)
            if isinstance(failure, UnauthenticatedError):
                self._tokens.forget()
            raise failure from error

    async def rows(
        self, method: Callable[..., Any], request: Any, field: str
    ) -> AsyncIterator[Any]:
        """Yields the rows in `field` of every page of a list."""
        while True:
            answer = await self.call(method, request)
            for row in getattr(answer, field):
                yield row
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token
