"""TransferService."""

from collections.abc import AsyncIterator
from typing import Any

import grpc

from nilm.telemetry.v1 import transfer_service_pb2 as pb
from nilm.telemetry.v1 import transfer_service_pb2_grpc as pb_grpc
from nilm_core.errors import InvalidArgumentError
from nilm_rpc.call import building_access, current_call
from nilm_rpc.convert import interval
from nilm_telemetry.convert.runs import appliance_id_from
from nilm_telemetry.convert.transfers import MAX_CHUNK_BYTES, format_from, plan_from, progress_to
from nilm_telemetry.service.exporting import Exporter
from nilm_telemetry.service.importing import Importer
from nilm_telemetry.service.meters import MeterFinder

Context = grpc.aio.ServicerContext


class TransferServicer(pb_grpc.TransferServiceServicer):
    """Whole files: readings in and out, predictions out."""

    def __init__(self, meters: MeterFinder, importer: Importer, exporter: Exporter) -> None:
        self._meters = meters
        self._importer = importer
        self._exporter = exporter

    async def ImportReadings(
        self,
        request_iterator: AsyncIterator[pb.ImportReadingsRequest],
        context: Context[Any, Any],
    ) -> AsyncIterator[pb.ImportReadingsResponse]:
        """Imports a file and tells how far it is."""
        options = (await anext(request_iterator)).options
        series = await self._meters.find(current_call(), building_access(), options.meter_id)
        plan = plan_from(options, series)
        async for progress in self._importer.run(plan, _chunks(request_iterator)):
            yield progress_to(progress)

    async def ExportReadings(
        self, request: pb.ExportReadingsRequest, context: Context[Any, Any]
    ) -> AsyncIterator[pb.ExportReadingsResponse]:
        """Sends readings as a file."""
        start, end = interval(request.start_time, request.end_time)
        file_format = format_from(request.format, "format")
        series = await self._meters.find(current_call(), building_access(), request.meter_id)
        async for chunk in self._exporter.readings(series.meter_id, start, end, file_format):
            yield pb.ExportReadingsResponse(chunk=chunk)

    async def ExportPredictions(
        self, request: pb.ExportPredictionsRequest, context: Context[Any, Any]
    ) -> AsyncIterator[pb.ExportPredictionsResponse]:
        """Sends what models say of an appliance as a file."""
        span = interval(request.start_time, request.end_time)
        file_format = format_from(request.format, "format")
        appliance_id = appliance_id_from(request.appliance_id)
        file = self._exporter.predictions(request.building_id, appliance_id, span, file_format)
        async for chunk in file:
            yield pb.ExportPredictionsResponse(chunk=chunk)


async def _chunks(requests: AsyncIterator[pb.ImportReadingsRequest]) -> AsyncIterator[bytes]:
    async for request in requests:
        if request.WhichOneof("part") != "chunk":
            raise InvalidArgumentError.of_field("options", "may come in the first message alone")
        if len(request.chunk) > MAX_CHUNK_BYTES:
            raise InvalidArgumentError.of_field("chunk", "must be at most 1 MiB")
        yield request.chunk
