import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Appliance(_message.Message):
    __slots__ = ("appliance_id", "building_id", "display_name", "rated_power_w", "create_time", "etag")
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    RATED_POWER_W_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    appliance_id: str
    building_id: str
    display_name: str
    rated_power_w: float
    create_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, appliance_id: _Optional[str] = ..., building_id: _Optional[str] = ..., display_name: _Optional[str] = ..., rated_power_w: _Optional[float] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...
