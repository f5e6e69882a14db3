"""Outermost: the request id, the log line and the metrics of each call."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc

from nilm_core.ids import is_request_id, new_id
from nilm_rpc import metrics
from nilm_rpc.call import REQUEST_ID_HEADER, Call, enter_call
from nilm_rpc.interceptors.base import AroundInterceptor, Context

_log = logging.getLogger("nilm_rpc.access")

CLIENT_ADDRESS_HEADER = "x-nilm-client-address"
"""Set by the gateway, which overwrites what a client sends."""

_QUIET_PREFIXES = ("/grpc.health.", "/grpc.reflection.")


class ObserveInterceptor(AroundInterceptor):
    """Makes the `Call` and tells how it ended."""

    @asynccontextmanager
    async def around(self, method: str, context: Context) -> AsyncIterator[None]:
        """Makes the call known to this task, and logs and counts its end."""
        call = _make_call(method, context)
        enter_call(call)
        context.set_trailing_metadata(((REQUEST_ID_HEADER, call.request_id),))
        metrics.RPC_STARTED.labels(method).inc()
        metrics.RPC_IN_FLIGHT.inc()
        started = time.perf_counter()
        code = grpc.StatusCode.OK.name
        try:
            yield
        except asyncio.CancelledError:
            code = grpc.StatusCode.CANCELLED.name
            raise
        except BaseException:
            code = _name(context.code())
            raise
        finally:
            duration_s = time.perf_counter() - started
            metrics.RPC_IN_FLIGHT.dec()
            metrics.RPC_HANDLED.labels(method, code).inc()
            metrics.RPC_DURATION.labels(method).observe(duration_s)
            _log.log(
                logging.DEBUG if method.startswith(_QUIET_PREFIXES) else logging.INFO,
                "rpc",
                extra={
                    "request_id": call.request_id,
                    "user": call.principal.subject if call.principal else "",
                    "rpc": method,
                    "code": code,
                    "duration_ms": round(duration_s * 1_000, 3),
                },
            )


def _make_call(method: str, context: Context) -> Call:
    metadata = dict(context.invocation_metadata() or ())
    request_id = str(metadata.get(REQUEST_ID_HEADER, ""))
    remaining_s = context.time_remaining()
    return Call(
        method=method,
        request_id=request_id if is_request_id(request_id) else new_id("req"),
        address=str(metadata.get(CLIENT_ADDRESS_HEADER, "")) or _peer_address(context.peer()),
        deadline=(None if remaining_s is None else asyncio.get_running_loop().time() + remaining_s),
    )


def _peer_address(peer: str) -> str:
    """Returns `127.0.0.1` of `ipv4:127.0.0.1:5000`."""
    return peer.partition(":")[2].rpartition(":")[0] or peer


def _name(code: grpc.StatusCode | int | None) -> str:
    if isinstance(code, grpc.StatusCode):
        return code.name
    names = {status.value[0]: status.name for status in grpc.StatusCode}
    return names.get(code or grpc.StatusCode.UNKNOWN.value[0], grpc.StatusCode.UNKNOWN.name)
