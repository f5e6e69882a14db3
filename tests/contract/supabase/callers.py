"""Calls of the stores on behalf of a person or a service, as the server makes them."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any, TypeVar

from nilm_core.access import Principal
from nilm_rpc.call import Call, enter_call
from tests.contract.auth.conftest import account_id
from tests.support.supabase import SupabaseProject

Result = TypeVar("Result")


def call_of(project: SupabaseProject, person: str, *, lifetime_s: float = 3_600) -> Call:
    """Returns a person's call with his access token."""
    user_id = account_id(person)
    return _call(Principal(user_id), project.token(user_id, lifetime_s=lifetime_s))


def call_of_service() -> Call:
    """Returns a call of another service, whose token is of our own `auth`."""
    return _call(Principal("inference", is_service=True), "a token that Supabase does not know")


def call_of_stranger() -> Call:
    """Returns a call without a token."""
    return _call(None, None)


async def within(call: Call, work: Coroutine[Any, Any, Result]) -> Result:
    """Does the work in a task of its own that serves the call."""
    context = contextvars.copy_context()
    context.run(enter_call, call)
    return await asyncio.get_running_loop().create_task(work, context=context)


def _call(principal: Principal | None, token: str | None) -> Call:
    return Call(method="/test", request_id="test", address="", principal=principal, token=token)
