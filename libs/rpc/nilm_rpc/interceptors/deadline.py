"""Innermost: no unary call runs without an end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nilm_rpc.call import current_call
from nilm_rpc.interceptors.base import AroundInterceptor, Context, Handler


class DeadlineInterceptor(AroundInterceptor):
    """Gives a unary call that brings no deadline the default one; streams have none."""

    def __init__(self, default_s: float) -> None:
        super().__init__()
        self._default_s = default_s

    def wrap(self, method: str, handler: Handler) -> Handler:
        """Leaves streams as they are."""
        if handler.request_streaming or handler.response_streaming:
            return handler
        return super().wrap(method, handler)

    @asynccontextmanager
    async def around(self, method: str, context: Context) -> AsyncIterator[None]:  # noqa: ARG002 the base's signature
        """Raises TimeoutError at the end of the default deadline."""
        call = current_call()
        if call.deadline is not None:  # grpc itself cancels the call then
            yield
            return
        call.deadline = asyncio.get_running_loop().time() + self._default_s
        async with asyncio.timeout_at(call.deadline):
            yield
