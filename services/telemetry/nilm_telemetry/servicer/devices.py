"""DeviceService."""

from datetime import datetime
from typing import Any

import grpc
import numpy as np
from google.protobuf.message import Message

from nilm.telemetry.v1 import device_service_pb2 as pb
from nilm.telemetry.v1 import device_service_pb2_grpc as pb_grpc
from nilm_core.access import MeterKind, Permission
from nilm_core.clock import Clock
from nilm_core.paging import decode_page_token, encode_page_token, page_size_or_default
from nilm_core.timegrid import to_us
from nilm_rpc.call import current_call
from nilm_telemetry.convert.devices import (
    device_id_from,
    device_to,
    mask_from,
    readings_to,
    refuse,
    rejected_to,
    row_from,
    rows_from,
    span_from,
    stats_to,
)
from nilm_telemetry.domain.readings import Readings
from nilm_telemetry.service.devices import Devices
from nilm_telemetry.service.querying import ReadingQueries
from nilm_telemetry.service.statistics import Statistics

Context = grpc.aio.ServicerContext


class DeviceServicer(pb_grpc.DeviceServiceServicer):
    """Readings for scripts that speak REST: a device is a meter."""

    def __init__(
        self, devices: Devices, queries: ReadingQueries, statistics: Statistics, clock: Clock
    ) -> None:
        self._devices = devices
        self._queries = queries
        self._statistics = statistics
        self._clock = clock

    async def CreateDeviceReading(
        self, request: pb.CreateDeviceReadingRequest, context: Context[Any, Any]
    ) -> pb.CreateDeviceReadingResponse:
        """Writes one reading."""
        device_id = device_id_from(request.device_id)
        await self._devices.find(current_call(), device_id, Permission.READINGS_WRITE)
        row = row_from(request, self._clock.now())
        refuse(await self._devices.record(current_call(), [row]))
        stored = Readings(np.array([row.time_us]), np.array([row.power_w], np.float32))
        return pb.CreateDeviceReadingResponse(reading=readings_to(device_id, stored)[0])

    async def BatchCreateDeviceReadings(
        self, request: pb.BatchCreateDeviceReadingsRequest, context: Context[Any, Any]
    ) -> pb.BatchCreateDeviceReadingsResponse:
        """Writes readings of any devices."""
        rows = rows_from(request.readings)
        rejected = await self._devices.record(current_call(), rows)
        return pb.BatchCreateDeviceReadingsResponse(
            accepted_count=len(rows) - len(rejected), rejected=rejected_to(rejected, rows)
        )

    async def ListDeviceReadings(
        self, request: pb.ListDeviceReadingsRequest, context: Context[Any, Any]
    ) -> pb.ListDeviceReadingsResponse:
        """Lists a device's readings."""
        device_id = await self._readable(request.device_id)
        limit = page_size_or_default(request.page_size)
        fields = mask_from(request.fields)
        filters = {"device": device_id, "span": _span_text(request)}
        position = decode_page_token(request.page_token, filters)
        start, end = self._span(request)
        after_us = None if position is None else int(position)
        page, more = await self._queries.raw(device_id, start, end, limit, after_us)
        return pb.ListDeviceReadingsResponse(
            readings=readings_to(device_id, page, fields),
            next_page_token="" if more is None else encode_page_token(str(more), filters),
        )

    async def GetDeviceStats(
        self, request: pb.GetDeviceStatsRequest, context: Context[Any, Any]
    ) -> pb.GetDeviceStatsResponse:
        """Answers statistics of one device."""
        device_id = await self._readable(request.device_id)
        stats = await self._stats(device_id, self._span(request))
        return pb.GetDeviceStatsResponse(stats=stats)

    async def GetDeviceSummary(
        self, request: pb.GetDeviceSummaryRequest, context: Context[Any, Any]
    ) -> pb.GetDeviceSummaryResponse:
        """Answers statistics of all of the caller's devices."""
        span = self._span(request)
        devices = await self._devices.visible(current_call())
        stats = [await self._stats(device.meter.meter_id, span) for device in devices]
        total_kwh = sum(
            one.energy_kwh
            for device, one in zip(devices, stats, strict=True)
            if device.meter.kind is MeterKind.MAINS
        )
        return pb.GetDeviceSummaryResponse(devices=stats, total_energy_kwh=total_kwh)

    async def ListRealtimeReadings(
        self, request: pb.ListRealtimeReadingsRequest, context: Context[Any, Any]
    ) -> pb.ListRealtimeReadingsResponse:
        """Answers the newest reading of each device."""
        devices = await self._devices.visible(current_call())
        extents = await self._queries.latest([device.meter.meter_id for device in devices])
        newest = [
            (one.series.meter_id, Readings(np.array([one.last_us]), np.array([one.last_w])))
            for one in extents
        ]
        return pb.ListRealtimeReadingsResponse(
            readings=[readings_to(device_id, readings)[0] for device_id, readings in newest]
        )

    async def ListDevices(
        self, request: pb.ListDevicesRequest, context: Context[Any, Any]
    ) -> pb.ListDevicesResponse:
        """Lists the caller's devices."""
        limit = page_size_or_default(request.page_size)
        position = decode_page_token(request.page_token, {})
        after = ("", "") if position is None else tuple(position.split(" ", 1))
        devices = [
            device
            for device in await self._devices.visible(current_call())
            if (device.building_id, device.meter.meter_id) > after
        ]
        page = devices[:limit]
        last = f"{page[-1].building_id} {page[-1].meter.meter_id}" if page else ""
        return pb.ListDevicesResponse(
            devices=[device_to(device) for device in page],
            next_page_token=encode_page_token(last, {}) if len(devices) > limit else "",
        )

    async def _readable(self, device_id: str) -> str:
        device_id = device_id_from(device_id)
        await self._devices.find(current_call(), device_id, Permission.READINGS_READ)
        return device_id

    async def _stats(self, device_id: str, span: tuple[datetime, datetime]) -> pb.DeviceStats:
        start_us, end_us = (to_us(time) for time in span)
        return stats_to(device_id, await self._statistics.of_meter(device_id, start_us, end_us))

    def _span(self, request: Any) -> tuple[datetime, datetime]:
        return span_from(
            request.start_time if request.HasField("start_time") else None,
            request.end_time if request.HasField("end_time") else None,
            self._clock.now(),
        )


def _span_text(request: pb.ListDeviceReadingsRequest) -> str:
    """Returns the interval as it was asked for: what is absent moves with the clock."""
    return f"{_text(request.start_time)} {_text(request.end_time)}"


def _text(message: Message) -> str:
    return message.SerializeToString(deterministic=True).hex()
