"""Tells the other services of calls that change who may do what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from nilm_rpc.access_cache import AccessChange, AccessChanges
from nilm_rpc.interceptors.base import Context, Handler, WrappingInterceptor, behaviour_of, replaced
from nilm_rpc.policy import Policy, Rule


class AnnounceInterceptor(WrappingInterceptor):
    """Announces a change before its caller is answered.

    A call that failed is announced too: what it did may have been kept all the same.
    """

    def __init__(self, policy: Policy, changes: AccessChanges) -> None:
        super().__init__()
        self._policy = policy
        self._changes = changes

    def wrap(self, method: str, handler: Handler) -> Handler:
        """Returns a handler that tells, for a unary method whose rule says so."""
        rule = self._policy.get(method)
        if rule is None or not rule.changes_access:
            return handler
        inner, _ = behaviour_of(handler)

        async def unary(request: Any, context: Context) -> Any:
            async with self._announcing(rule, request):
                return await inner(request, context)

        return replaced(handler, unary)

    @asynccontextmanager
    async def _announcing(self, rule: Rule, request: Any) -> AsyncIterator[None]:
        try:
            yield
        finally:
            building_id = rule.building_id(request)
            user_id = getattr(request, "user_id", "")
            await self._changes.announce(AccessChange(building_id, user_id))
