"""Turns what a behaviour raises into a rich status."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import grpc

from nilm_core.errors import NilmError
from nilm_rpc.call import REQUEST_ID_HEADER, current_call
from nilm_rpc.interceptors.base import AroundInterceptor, Context
from nilm_rpc.status import INTERNAL_MESSAGE, from_rpc_error, to_status

_log = logging.getLogger(__name__)


class ErrorInterceptor(AroundInterceptor):
    """Answers domain errors with their status, and any other with INTERNAL and no detail."""

    @asynccontextmanager
    async def around(self, method: str, context: Context) -> AsyncIterator[None]:
        """Catches what comes out of the behaviour."""
        try:
            yield
        except grpc.aio.AbortError:
            raise
        except NilmError as error:
            await _abort(context, error)
        except grpc.aio.AioRpcError as error:
            await _abort(context, from_rpc_error(error))
        except TimeoutError:
            await context.abort(
                grpc.StatusCode.DEADLINE_EXCEEDED, "the call took longer than its deadline"
            )
        except Exception:  # noqa: BLE001 whatever it is, the caller is told INTERNAL
            _log.exception("unexpected error", extra={"rpc": method})
            await _abort(context, NilmError(INTERNAL_MESSAGE))


@dataclass(frozen=True)
class _Status(grpc.Status):
    """A status with the request id beside its details."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, str | bytes], ...]


async def _abort(context: Context, error: NilmError) -> None:
    request_id = current_call().request_id
    status = to_status(error, request_id)
    metadata = (*status.trailing_metadata, (REQUEST_ID_HEADER, request_id))
    aborting = cast("Any", context)  # the stubs lack abort_with_status, which grpc.aio has
    await aborting.abort_with_status(_Status(status.code, status.details, metadata))
