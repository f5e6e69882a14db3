"""RunService."""

from typing import Any

import grpc

from nilm.telemetry.v1 import run_service_pb2 as pb
from nilm.telemetry.v1 import run_service_pb2_grpc as pb_grpc
from nilm_core.paging import decode_page_token, encode_page_token, page_size_or_default
from nilm_core.timegrid import to_us
from nilm_rpc.call import building_access
from nilm_rpc.convert import interval, to_duration
from nilm_telemetry.convert.runs import (
    LONGEST,
    appliance_id_from,
    order_from,
    position_from,
    position_to,
    programme_to,
    run_to,
)
from nilm_telemetry.service.runs import ApplianceRuns

Context = grpc.aio.ServicerContext


class RunServicer(pb_grpc.RunServiceServicer):
    """The runs of appliances, found in what was measured and estimated."""

    def __init__(self, runs: ApplianceRuns) -> None:
        self._runs = runs

    async def ListApplianceRuns(
        self, request: pb.ListApplianceRunsRequest, context: Context[Any, Any]
    ) -> pb.ListApplianceRunsResponse:
        """Lists the runs of an appliance that start in an interval."""
        span = interval(request.start_time, request.end_time, longest=LONGEST)
        appliance_id, order = appliance_id_from(request.appliance_id), order_from(request.order)
        limit = page_size_or_default(request.page_size)
        filters = {
            "building": request.building_id,
            "appliance": appliance_id,
            "start": str(to_us(span[0])),
            "end": str(to_us(span[1])),
            "order": order.value,
        }
        after = position_from(decode_page_token(request.page_token, filters))
        found = await self._runs.find(building_access(), appliance_id, span)
        runs, more = found.page(order, limit, after)
        return pb.ListApplianceRunsResponse(
            runs=[run_to(found, run) for run in runs],
            next_page_token="" if more is None else encode_page_token(position_to(more), filters),
            run_count=len(found.runs),
            coverage=found.coverage,
            bridged_pause=to_duration(found.rule.bridged_pause),
        )

    async def GetTypicalProgramme(
        self, request: pb.GetTypicalProgrammeRequest, context: Context[Any, Any]
    ) -> pb.GetTypicalProgrammeResponse:
        """Answers what the runs of an appliance have in common."""
        span = interval(request.start_time, request.end_time, longest=LONGEST)
        appliance_id = appliance_id_from(request.appliance_id)
        return programme_to(
            await self._runs.typical_programme(building_access(), appliance_id, span)
        )
