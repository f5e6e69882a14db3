"""Disaggregation of an interval by `inference`, resumed where it is cut."""

from collections.abc import Callable, Sequence
from datetime import datetime

import grpc

from nilm.inference.v1 import inference_service_pb2 as inference_pb
from nilm.inference.v1 import inference_service_pb2_grpc as inference_grpc
from nilm_cli.client.gateway import Gateway, is_transient, pause
from nilm_core.errors import NilmError
from nilm_rpc.convert import to_timestamp
from nilm_rpc.status import from_rpc_error

_ATTEMPTS_WITHOUT_PROGRESS = 5

OnProgress = Callable[[inference_pb.DisaggregateProgress], None]


async def disaggregate(
    gateway: Gateway,
    building_id: str,
    start: datetime,
    end: datetime,
    *,
    appliance_ids: Sequence[str] = (),
    on_progress: OnProgress = lambda _: None,
) -> None:
    """Has [start, end) disaggregated; returns when every prediction is durable.

    Args:
        gateway: Where to.
        building_id: The building.
        start: First instant.
        end: First instant after.
        appliance_ids: The appliances; none for all that have a model.
        on_progress: Told how far it is.

    Raises:
        NilmError: The request is refused, or the service stays away.
    """
    stub = inference_grpc.InferenceServiceStub(gateway.channel)
    request = inference_pb.DisaggregateRequest(
        building_id=building_id,
        appliance_ids=appliance_ids,
        start_time=to_timestamp(start),
        end_time=to_timestamp(end),
        omit_results=True,
    )
    failures = 0
    while True:
        try:
            async for answer in stub.Disaggregate(request, metadata=await gateway.bearer()):
                if answer.HasField("progress"):
                    if answer.progress.resume_token != request.resume_token:
                        failures = 0
                    request.resume_token = answer.progress.resume_token
                    on_progress(answer.progress)
        except grpc.aio.AioRpcError as rpc_error:
            error = from_rpc_error(rpc_error)
            failures += 1
            if not _is_cut(error) or failures == _ATTEMPTS_WITHOUT_PROGRESS:
                raise error from rpc_error
            await pause(failures, error)
        else:
            return


def _is_cut(error: NilmError) -> bool:
    """Tells whether the stream may be resumed; a lost connection can look like an unknown error."""
    return is_transient(error) or type(error) is NilmError
