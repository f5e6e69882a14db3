import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from nilm.telemetry.v1 import reading_pb2 as _reading_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WriteReadingsRequest(_message.Message):
    __slots__ = ("building_id", "meter_id", "readings", "request_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    METER_ID_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    meter_id: str
    readings: _reading_pb2.ReadingColumns
    request_id: str
    def __init__(self, building_id: _Optional[str] = ..., meter_id: _Optional[str] = ..., readings: _Optional[_Union[_reading_pb2.ReadingColumns, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class WriteReadingsResponse(_message.Message):
    __slots__ = ("accepted_count", "rejected")
    ACCEPTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    accepted_count: int
    rejected: _containers.RepeatedCompositeFieldContainer[_reading_pb2.RejectedReading]
    def __init__(self, accepted_count: _Optional[int] = ..., rejected: _Optional[_Iterable[_Union[_reading_pb2.RejectedReading, _Mapping]]] = ...) -> None: ...

class StreamReadingsRequest(_message.Message):
    __slots__ = ("building_id", "meter_id", "readings")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    METER_ID_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    meter_id: str
    readings: _reading_pb2.ReadingColumns
    def __init__(self, building_id: _Optional[str] = ..., meter_id: _Optional[str] = ..., readings: _Optional[_Union[_reading_pb2.ReadingColumns, _Mapping]] = ...) -> None: ...

class StreamReadingsResponse(_message.Message):
    __slots__ = ("acknowledged_count", "rejected")
    ACKNOWLEDGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    acknowledged_count: int
    rejected: _containers.RepeatedCompositeFieldContainer[_reading_pb2.RejectedReading]
    def __init__(self, acknowledged_count: _Optional[int] = ..., rejected: _Optional[_Iterable[_Union[_reading_pb2.RejectedReading, _Mapping]]] = ...) -> None: ...

class QueryReadingsRequest(_message.Message):
    __slots__ = ("building_id", "meter_id", "start_time", "end_time", "max_points", "page_size", "page_token")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    METER_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    MAX_POINTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    meter_id: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    max_points: int
    page_size: int
    page_token: str
    def __init__(self, building_id: _Optional[str] = ..., meter_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., max_points: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class QueryReadingsResponse(_message.Message):
    __slots__ = ("readings", "buckets", "next_page_token")
    READINGS_FIELD_NUMBER: _ClassVar[int]
    BUCKETS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    readings: _reading_pb2.ReadingColumns
    buckets: _reading_pb2.ReadingBuckets
    next_page_token: str
    def __init__(self, readings: _Optional[_Union[_reading_pb2.ReadingColumns, _Mapping]] = ..., buckets: _Optional[_Union[_reading_pb2.ReadingBuckets, _Mapping]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetLatestRequest(_message.Message):
    __slots__ = ("building_id",)
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    def __init__(self, building_id: _Optional[str] = ...) -> None: ...

class GetLatestResponse(_message.Message):
    __slots__ = ("latest",)
    LATEST_FIELD_NUMBER: _ClassVar[int]
    latest: _containers.RepeatedCompositeFieldContainer[_reading_pb2.LatestReading]
    def __init__(self, latest: _Optional[_Iterable[_Union[_reading_pb2.LatestReading, _Mapping]]] = ...) -> None: ...

class WatchReadingsRequest(_message.Message):
    __slots__ = ("building_id", "meter_ids", "heartbeat_period")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    METER_IDS_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_PERIOD_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    meter_ids: _containers.RepeatedScalarFieldContainer[str]
    heartbeat_period: _duration_pb2.Duration
    def __init__(self, building_id: _Optional[str] = ..., meter_ids: _Optional[_Iterable[str]] = ..., heartbeat_period: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class WatchReadingsResponse(_message.Message):
    __slots__ = ("readings", "heartbeat")
    READINGS_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    readings: MeterReadings
    heartbeat: Heartbeat
    def __init__(self, readings: _Optional[_Union[MeterReadings, _Mapping]] = ..., heartbeat: _Optional[_Union[Heartbeat, _Mapping]] = ...) -> None: ...

class MeterReadings(_message.Message):
    __slots__ = ("meter_id", "readings")
    METER_ID_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    meter_id: str
    readings: _reading_pb2.ReadingColumns
    def __init__(self, meter_id: _Optional[str] = ..., readings: _Optional[_Union[_reading_pb2.ReadingColumns, _Mapping]] = ...) -> None: ...

class Heartbeat(_message.Message):
    __slots__ = ("server_time",)
    SERVER_TIME_FIELD_NUMBER: _ClassVar[int]
    server_time: _timestamp_pb2.Timestamp
    def __init__(self, server_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
