import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RejectionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REJECTION_REASON_UNSPECIFIED: _ClassVar[RejectionReason]
    REJECTION_REASON_NOT_FINITE: _ClassVar[RejectionReason]
    REJECTION_REASON_OUT_OF_RANGE: _ClassVar[RejectionReason]
    REJECTION_REASON_IN_FUTURE: _ClassVar[RejectionReason]
    REJECTION_REASON_TOO_OLD: _ClassVar[RejectionReason]
    REJECTION_REASON_UNKNOWN_METER: _ClassVar[RejectionReason]
    REJECTION_REASON_UNREADABLE: _ClassVar[RejectionReason]
REJECTION_REASON_UNSPECIFIED: RejectionReason
REJECTION_REASON_NOT_FINITE: RejectionReason
REJECTION_REASON_OUT_OF_RANGE: RejectionReason
REJECTION_REASON_IN_FUTURE: RejectionReason
REJECTION_REASON_TOO_OLD: RejectionReason
REJECTION_REASON_UNKNOWN_METER: RejectionReason
REJECTION_REASON_UNREADABLE: RejectionReason

class ReadingColumns(_message.Message):
    __slots__ = ("start_time", "offset_us", "power_w")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    OFFSET_US_FIELD_NUMBER: _ClassVar[int]
    POWER_W_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    offset_us: _containers.RepeatedScalarFieldContainer[int]
    power_w: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., offset_us: _Optional[_Iterable[int]] = ..., power_w: _Optional[_Iterable[float]] = ...) -> None: ...

class ReadingBuckets(_message.Message):
    __slots__ = ("start_time", "bucket_period", "min_w", "max_w", "mean_w", "count")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    BUCKET_PERIOD_FIELD_NUMBER: _ClassVar[int]
    MIN_W_FIELD_NUMBER: _ClassVar[int]
    MAX_W_FIELD_NUMBER: _ClassVar[int]
    MEAN_W_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    bucket_period: _duration_pb2.Duration
    min_w: _containers.RepeatedScalarFieldContainer[float]
    max_w: _containers.RepeatedScalarFieldContainer[float]
    mean_w: _containers.RepeatedScalarFieldContainer[float]
    count: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., bucket_period: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., min_w: _Optional[_Iterable[float]] = ..., max_w: _Optional[_Iterable[float]] = ..., mean_w: _Optional[_Iterable[float]] = ..., count: _Optional[_Iterable[int]] = ...) -> None: ...

class HourlyAggregate(_message.Message):
    __slots__ = ("start_time", "avg_w", "min_w", "max_w", "energy_wh", "count", "coverage")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    AVG_W_FIELD_NUMBER: _ClassVar[int]
    MIN_W_FIELD_NUMBER: _ClassVar[int]
    MAX_W_FIELD_NUMBER: _ClassVar[int]
    ENERGY_WH_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    avg_w: float
    min_w: float
    max_w: float
    energy_wh: float
    count: int
    coverage: float
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., avg_w: _Optional[float] = ..., min_w: _Optional[float] = ..., max_w: _Optional[float] = ..., energy_wh: _Optional[float] = ..., count: _Optional[int] = ..., coverage: _Optional[float] = ...) -> None: ...

class LatestReading(_message.Message):
    __slots__ = ("building_id", "meter_id", "reading_time", "power_w")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    METER_ID_FIELD_NUMBER: _ClassVar[int]
    READING_TIME_FIELD_NUMBER: _ClassVar[int]
    POWER_W_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    meter_id: str
    reading_time: _timestamp_pb2.Timestamp
    power_w: float
    def __init__(self, building_id: _Optional[str] = ..., meter_id: _Optional[str] = ..., reading_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., power_w: _Optional[float] = ...) -> None: ...

class RejectedReading(_message.Message):
    __slots__ = ("index", "reason", "message")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    index: int
    reason: RejectionReason
    message: str
    def __init__(self, index: _Optional[int] = ..., reason: _Optional[_Union[RejectionReason, str]] = ..., message: _Optional[str] = ...) -> None: ...
