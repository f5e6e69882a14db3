"""Files of readings, sent to `telemetry`."""

from collections.abc import AsyncIterator, Callable
from typing import BinaryIO

import grpc

from nilm.telemetry.v1 import transfer_service_pb2 as transfer_pb
from nilm.telemetry.v1 import transfer_service_pb2_grpc as transfer_grpc
from nilm_cli.client.gateway import Gateway, is_transient, pause
from nilm_core.errors import NilmError, UnavailableError
from nilm_rpc.status import from_rpc_error

_CHUNK_BYTES = 256 << 10
_ATTEMPTS = 4

OnImportProgress = Callable[[transfer_pb.ImportReadingsResponse], None]


async def import_readings(
    gateway: Gateway,
    options: transfer_pb.ImportOptions,
    file: BinaryIO,
    on_progress: OnImportProgress = lambda _: None,
) -> transfer_pb.ImportReadingsResponse:
    """Imports a file and returns the final counts; one that was cut is sent again whole.

    Raises:
        NilmError: The file cannot be read by the service, or the service stays away.
    """
    for failures in range(_ATTEMPTS):
        file.seek(0)
        try:
            return await _import_once(gateway, options, file, on_progress)
        except NilmError as error:
            if not is_transient(error) or failures == _ATTEMPTS - 1:
                raise
            await pause(failures, error)
    raise AssertionError("the last attempt returns or raises")


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
