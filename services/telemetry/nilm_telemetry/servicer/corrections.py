"""CorrectionService."""

from typing import Any

import grpc

from nilm.telemetry.v1 import correction_service_pb2 as pb
from nilm.telemetry.v1 import correction_service_pb2_grpc as pb_grpc
from nilm_core.errors import InvalidArgumentError
from nilm_core.paging import decode_page_token, encode_page_token, page_size_or_default
from nilm_core.timegrid import to_us
from nilm_rpc.call import building_access
from nilm_rpc.convert import from_timestamp, interval
from nilm_telemetry.convert.corrections import correction_to, verdict_from
from nilm_telemetry.convert.runs import LONGEST as LONGEST_LIST
from nilm_telemetry.convert.runs import appliance_id_from
from nilm_telemetry.domain.corrections import LONGEST
from nilm_telemetry.service.corrections import Corrections

Context = grpc.aio.ServicerContext


class CorrectionServicer(pb_grpc.CorrectionServiceServicer):
    """What people say of the runs of appliances."""

    def __init__(self, corrections: Corrections) -> None:
        self._corrections = corrections

    async def CreateCorrection(
        self, request: pb.CreateCorrectionRequest, context: Context[Any, Any]
    ) -> pb.CreateCorrectionResponse:
        """Keeps a correction in the place of those that it overlaps."""
        appliance_id = appliance_id_from(request.appliance_id)
        span = interval(request.start_time, request.end_time, longest=LONGEST)
        building_id = building_access().building_id
        kept = await self._corrections.correct(
            building_id, appliance_id, span, verdict_from(request.verdict)
        )
        return pb.CreateCorrectionResponse(correction=correction_to(appliance_id, kept))

    async def ListCorrections(
        self, request: pb.ListCorrectionsRequest, context: Context[Any, Any]
    ) -> pb.ListCorrectionsResponse:
        """Lists the corrections of an appliance that start in an interval."""
        appliance_id = appliance_id_from(request.appliance_id)
        span = interval(request.start_time, request.end_time, longest=LONGEST_LIST)
        start_us, end_us = (to_us(time) for time in span)
        limit = page_size_or_default(request.page_size)
        filters = {"appliance": appliance_id, "start": str(start_us), "end": str(end_us)}
        after = decode_page_token(request.page_token, filters)
        first_us = start_us if after is None else int(after) + 1
        building_id = building_access().building_id
        found = await self._corrections.between(building_id, appliance_id, first_us, end_us)
        page, has_more = found[:limit], len(found) > limit
        return pb.ListCorrectionsResponse(
            corrections=[correction_to(appliance_id, each) for each in page],
            next_page_token=encode_page_token(str(page[-1].start_us), filters) if has_more else "",
        )

    async def DeleteCorrection(
        self, request: pb.DeleteCorrectionRequest, context: Context[Any, Any]
    ) -> pb.DeleteCorrectionResponse:
        """Takes a correction back."""
        appliance_id = appliance_id_from(request.appliance_id)
        if not request.HasField("start_time"):
            raise InvalidArgumentError.of_field("start_time", "is needed")
        start = from_timestamp(request.start_time, "start_time")
        await self._corrections.withdraw(building_access().building_id, appliance_id, start)
        return pb.DeleteCorrectionResponse()
