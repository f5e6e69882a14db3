"""Files of readings, sent to `telemetry`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import BinaryIO

import grpc

from nilm.telemetry.v1 import transfer_service_pb2 as transfer_pb
from nilm.telemetry.v1 import transfer_service_pb2_grpc as transfer_grpc
from nilm_cli.client.gateway import Gateway, is_transient, pause
from nilm_core.errors import NilmError, UnavailableError
from nilm_rpc.status import from_rpc_error

_CHUNK_BYTES = 256 << 10
PATIENCE_S = 600.0
"""How long an import is tried again while it gets no further."""

OnImportProgress = Callable[[transfer_pb.ImportReadingsResponse], None]


async def import_readings(
    gateway: Gateway,
    options: transfer_pb.ImportOptions,
    file: BinaryIO,
    on_progress: OnImportProgress = lambda _: None,
    *,
    patience_s: float = PATIENCE_S,
) -> transfer_pb.ImportReadingsResponse:
    """Imports a file and returns the final counts.

    One that was cut is sent again whole, after ever longer pauses: what was stored already is
    stored again and changes nothing.

    Raises:
        NilmError: The file cannot be read by the service, or the service stays away.
    """
    clock = asyncio.get_running_loop().time
    furthest, failures, give_up_at = 0, 0, clock() + patience_s

    def watch(answer: transfer_pb.ImportReadingsResponse) -> None:
        nonlocal furthest, failures, give_up_at
        if answer.row_count > furthest:
            furthest, failures, give_up_at = answer.row_count, 0, clock() + patience_s
        on_progress(answer)

    while True:
        file.seek(0)
        try:
            return await _import_once(gateway, options, file, watch)
        except NilmError as error:
            if not is_transient(error) or clock() >= give_up_at:
                raise
            await pause(failures, error)
            failures += 1


async def _import_once(
    gateway: Gateway,
    options: transfer_pb.ImportOptions,
    file: BinaryIO,
    on_progress: OnImportProgress,
) -> transfer_pb.ImportReadingsResponse:
    stub = transfer_grpc.TransferServiceStub(gateway.channel)
    metadata = await gateway.bearer()
    try:
        answer: transfer_pb.ImportReadingsResponse
        async for answer in stub.ImportReadings(_parts(options, file), metadata=metadata):
            on_progress(answer)
            if answer.done:
                return answer
    except grpc.aio.AioRpcError as error:
        raise from_rpc_error(error) from error
    raise UnavailableError("the import was cut before its end")


async def _parts(
    options: transfer_pb.ImportOptions, file: BinaryIO
) -> AsyncIterator[transfer_pb.ImportReadingsRequest]:
    yield transfer_pb.ImportReadingsRequest(options=options)
    while chunk := file.read(_CHUNK_BYTES):
        yield transfer_pb.ImportReadingsRequest(chunk=chunk)
