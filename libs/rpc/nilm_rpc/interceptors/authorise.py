"""Checks the building permission of a call before its behaviour sees the request."""

from collections.abc import AsyncIterator
from typing import Any

from nilm_core.errors import InvalidArgumentError
from nilm_rpc.authorization import Authorizer, require
from nilm_rpc.call import current_call
from nilm_rpc.interceptors.base import (
    Context,
    Handler,
    WrappingInterceptor,
    behaviour_of,
    replaced,
    responses,
)
from nilm_rpc.policy import Policy, Rule


class AuthoriseInterceptor(WrappingInterceptor):
    """Asks the authoriser for the building that the request, or the first of a stream, names."""

    def __init__(self, policy: Policy, authorizer: Authorizer) -> None:
        super().__init__()
        self._policy = policy
        self._authorizer = authorizer

    def wrap(self, method: str, handler: Handler) -> Handler:
        """Returns a handler that is entered with permission alone."""
        rule = self._policy.get(method)
        if rule is None or rule.permission is None:
            return handler
        inner, streams = behaviour_of(handler)

        async def checked(request: Any) -> Any:
            if handler.request_streaming:
                return await self._after_first(rule, request)
            await self._check(rule, request)
            return request

        async def unary(request: Any, context: Context) -> Any:
            return await inner(await checked(request), context)

        async def stream(request: Any, context: Context) -> AsyncIterator[Any]:
            async for response in responses(inner, await checked(request), context):
                yield response

        return replaced(handler, stream if streams else unary)

    async def _check(self, rule: Rule, request: Any) -> None:
        building_id = rule.building_id(request)
        if not building_id:
            raise InvalidArgumentError.of_field("building_id", "is needed: name the building")
        call = current_call()
        call.access = await self._authorizer.access(call, building_id=building_id)
        if rule.permission is not None:
            require(call.access, rule.permission)

    async def _after_first(self, rule: Rule, requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
        try:
            first = await anext(requests)
        except StopAsyncIteration:
            raise InvalidArgumentError.of_field(
                "building_id", "is needed in the first message; none was sent"
            ) from None
        await self._check(rule, first)

        async def all_requests() -> AsyncIterator[Any]:
            yield first
            async for request in requests:
                yield request

        return all_requests()
