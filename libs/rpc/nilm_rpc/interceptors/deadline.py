"""Innermost: no unary call runs without an end."""

import asyncio
from typing import Any

from nilm_rpc.call import current_call
from nilm_rpc.interceptors.base import Context, Handler, WrappingInterceptor, behaviour_of, replaced


class DeadlineInterceptor(WrappingInterceptor):
    """Gives a unary call that brings no deadline the default one; streams have none."""

    def __init__(self, default_s: float) -> None:
        super().__init__()
        self._default_s = default_s

    def wrap(self, method: str, handler: Handler) -> Handler:  # noqa: ARG002 the base's signature
        """Returns a handler that raises TimeoutError at the end of the default deadline."""
        if handler.request_streaming or handler.response_streaming:
            return handler
        inner, _ = behaviour_of(handler)

        async def unary(request: Any, context: Context) -> Any:
            call = current_call()
            if call.deadline is not None:  # grpc itself cancels the call then
                return await inner(request, context)
            call.deadline = asyncio.get_running_loop().time() + self._default_s
            async with asyncio.timeout_at(call.deadline):
                return await inner(request, context)

        return replaced(handler, unary)
