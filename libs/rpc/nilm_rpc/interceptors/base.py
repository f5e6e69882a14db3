"""One interceptor for all four kinds of RPC: what it does goes around the behaviour."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]
    Handler = grpc.RpcMethodHandler[Any, Any]
    _ServerInterceptor = grpc.aio.ServerInterceptor[Any, Any]
else:  # generic in their stubs alone
    Context = grpc.aio.ServicerContext
    Handler = grpc.RpcMethodHandler
    _ServerInterceptor = grpc.aio.ServerInterceptor

Behaviour = Callable[[Any, Context], Any]


class WrappingInterceptor(_ServerInterceptor):
    """Wraps the handler of each method once, for all its calls."""

    def __init__(self) -> None:
        self._wrapped: dict[str, Handler] = {}

    @abstractmethod
    def wrap(self, method: str, handler: Handler) -> Handler:
        """Returns the handler to serve a method by."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        """Returns the wrapped handler of a method."""
        method = handler_call_details.method
        if method not in self._wrapped:
            handler = await continuation(handler_call_details)
            if handler is None:
                return handler
            self._wrapped[method] = self.wrap(method, handler)
        return self._wrapped[method]


class AdmittingInterceptor(WrappingInterceptor):
    """Awaits `admit` before a behaviour."""

    @abstractmethod
    async def admit(self, method: str, context: Context) -> None:
        """Lets one call go on, or raises."""

    def wrap(self, method: str, handler: Handler) -> Handler:
        """Returns a handler whose behaviour runs once it is admitted."""
        inner, streams = behaviour_of(handler)

        async def unary(request: Any, context: Context) -> Any:
            await self.admit(method, context)
            return await inner(request, context)

        async def stream(request: Any, context: Context) -> AsyncIterator[Any]:
            await self.admit(method, context)
            async for response in responses(inner, request, context):
                yield response

        return replaced(handler, stream if streams else unary)


class AroundInterceptor(WrappingInterceptor):
    """Enters `around` before a behaviour and leaves it after."""

    @abstractmethod
    def around(self, method: str, context: Context) -> AbstractAsyncContextManager[None]:
        """Returns what to enter around the behaviour of one call."""

    def wrap(self, method: str, handler: Handler) -> Handler:
        """Returns a handler whose behaviour runs inside `around`."""
        inner, streams = behaviour_of(handler)

        async def unary(request: Any, context: Context) -> Any:
            async with self.around(method, context):
                return await inner(request, context)

        async def stream(request: Any, context: Context) -> AsyncIterator[Any]:
            async with self.around(method, context):
                async for response in responses(inner, request, context):
                    yield response

        return replaced(handler, stream if streams else unary)


async def responses(behaviour: Behaviour, request: Any, context: Context) -> AsyncIterator[Any]:
    """Runs a streaming behaviour, whether it yields its responses or writes them itself."""
    result = behaviour(request, context)
    if hasattr(result, "__aiter__"):
        async for response in result:
            yield response
    else:
        await result


def behaviour_of(handler: Handler) -> tuple[Behaviour, bool]:
    """Returns a handler's behaviour, and whether it streams responses."""
    return _kind(handler)[1], bool(handler.response_streaming)


def replaced(
    handler: Handler,
    behaviour: Behaviour,
    response_serializer: Callable[[Any], bytes] | None = None,
) -> Handler:
    """Returns a handler with another behaviour, and another serializer where one is given."""
    make, _ = _kind(handler)
    changed: Handler = make(
        behaviour,
        request_deserializer=handler.request_deserializer,
        response_serializer=response_serializer or handler.response_serializer,
    )
    return changed


def _kind(handler: Handler) -> tuple[Callable[..., Any], Any]:
    """Returns what makes a handler of this kind, and its behaviour."""
    kinds: dict[tuple[bool, bool], tuple[Callable[..., Any], Any]] = {
        (False, False): (grpc.unary_unary_rpc_method_handler, handler.unary_unary),
        (False, True): (grpc.unary_stream_rpc_method_handler, handler.unary_stream),
        (True, False): (grpc.stream_unary_rpc_method_handler, handler.stream_unary),
        (True, True): (grpc.stream_stream_rpc_method_handler, handler.stream_stream),
    }
    return kinds[bool(handler.request_streaming), bool(handler.response_streaming)]
