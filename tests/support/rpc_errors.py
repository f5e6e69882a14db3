"""What a failed call told."""

from collections.abc import Awaitable
from typing import Any, TypeVar

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status

Detail = TypeVar("Detail", bound=Message)


async def failure(call: Awaitable[Any], code: grpc.StatusCode) -> grpc.aio.AioRpcError:
    """Awaits a call that must fail with `code`, and returns its error."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    assert caught.value.code() is code, caught.value.details()
    return caught.value


def detail(error: grpc.aio.AioRpcError, kind: type[Detail]) -> Detail:
    """Returns one detail of the rich status."""
    status = rpc_status.from_call(error)
    for packed in status.details if status else ():
        found = kind()
        if packed.Unpack(found):
            return found
    pytest.fail(f"no {kind.__name__} in {error!r}")


def fields(error: grpc.aio.AioRpcError) -> list[str]:
    """Returns the fields that were wrong."""
    return [each.field for each in detail(error, error_details_pb2.BadRequest).field_violations]
