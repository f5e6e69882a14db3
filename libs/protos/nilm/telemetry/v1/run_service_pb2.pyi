import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from nilm.telemetry.v1 import run_pb2 as _run_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RunOrder(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RUN_ORDER_UNSPECIFIED: _ClassVar[RunOrder]
    RUN_ORDER_NEWEST: _ClassVar[RunOrder]
    RUN_ORDER_LONGEST: _ClassVar[RunOrder]
    RUN_ORDER_MOST_ENERGY: _ClassVar[RunOrder]
RUN_ORDER_UNSPECIFIED: RunOrder
RUN_ORDER_NEWEST: RunOrder
RUN_ORDER_LONGEST: RunOrder
RUN_ORDER_MOST_ENERGY: RunOrder

class ListApplianceRunsRequest(_message.Message):
    __slots__ = ("building_id", "appliance_id", "start_time", "end_time", "order", "page_size", "page_token")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    appliance_id: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    order: RunOrder
    page_size: int
    page_token: str
    def __init__(self, building_id: _Optional[str] = ..., appliance_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., order: _Optional[_Union[RunOrder, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListApplianceRunsResponse(_message.Message):
    __slots__ = ("runs", "next_page_token", "run_count", "coverage", "bridged_pause")
    RUNS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    RUN_COUNT_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    BRIDGED_PAUSE_FIELD_NUMBER: _ClassVar[int]
    runs: _containers.RepeatedCompositeFieldContainer[_run_pb2.ApplianceRun]
    next_page_token: str
    run_count: int
    coverage: float
    bridged_pause: _duration_pb2.Duration
    def __init__(self, runs: _Optional[_Iterable[_Union[_run_pb2.ApplianceRun, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., run_count: _Optional[int] = ..., coverage: _Optional[float] = ..., bridged_pause: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class GetTypicalProgrammeRequest(_message.Message):
    __slots__ = ("building_id", "appliance_id", "start_time", "end_time")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    appliance_id: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, building_id: _Optional[str] = ..., appliance_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetTypicalProgrammeResponse(_message.Message):
    __slots__ = ("programme",)
    PROGRAMME_FIELD_NUMBER: _ClassVar[int]
    programme: _run_pb2.TypicalProgramme
    def __init__(self, programme: _Optional[_Union[_run_pb2.TypicalProgramme, _Mapping]] = ...) -> None: ...
