import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MeterKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    METER_KIND_UNSPECIFIED: _ClassVar[MeterKind]
    METER_KIND_MAINS: _ClassVar[MeterKind]
    METER_KIND_APPLIANCE: _ClassVar[MeterKind]
    METER_KIND_SIMULATED_TRUTH: _ClassVar[MeterKind]
METER_KIND_UNSPECIFIED: MeterKind
METER_KIND_MAINS: MeterKind
METER_KIND_APPLIANCE: MeterKind
METER_KIND_SIMULATED_TRUTH: MeterKind

class Meter(_message.Message):
    __slots__ = ("meter_id", "building_id", "display_name", "kind", "appliance_id", "create_time")
    METER_ID_FIELD_NUMBER: _ClassVar[int]
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    meter_id: str
    building_id: str
    display_name: str
    kind: MeterKind
    appliance_id: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, meter_id: _Optional[str] = ..., building_id: _Optional[str] = ..., display_name: _Optional[str] = ..., kind: _Optional[_Union[MeterKind, str]] = ..., appliance_id: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
