from google.api import annotations_pb2 as _annotations_pb2
from nilm.buildings.v1 import meter_pb2 as _meter_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateMeterRequest(_message.Message):
    __slots__ = ("building_id", "display_name", "kind", "appliance_id", "request_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    display_name: str
    kind: _meter_pb2.MeterKind
    appliance_id: str
    request_id: str
    def __init__(self, building_id: _Optional[str] = ..., display_name: _Optional[str] = ..., kind: _Optional[_Union[_meter_pb2.MeterKind, str]] = ..., appliance_id: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateMeterResponse(_message.Message):
    __slots__ = ("meter",)
    METER_FIELD_NUMBER: _ClassVar[int]
    meter: _meter_pb2.Meter
    def __init__(self, meter: _Optional[_Union[_meter_pb2.Meter, _Mapping]] = ...) -> None: ...

class GetMeterRequest(_message.Message):
    __slots__ = ("building_id", "meter_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    METER_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    meter_id: str
    def __init__(self, building_id: _Optional[str] = ..., meter_id: _Optional[str] = ...) -> None: ...

class GetMeterResponse(_message.Message):
    __slots__ = ("meter",)
    METER_FIELD_NUMBER: _ClassVar[int]
    meter: _meter_pb2.Meter
    def __init__(self, meter: _Optional[_Union[_meter_pb2.Meter, _Mapping]] = ...) -> None: ...

class ListMetersRequest(_message.Message):
    __slots__ = ("building_id", "page_size", "page_token")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    page_size: int
    page_token: str
    def __init__(self, building_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListMetersResponse(_message.Message):
    __slots__ = ("meters", "next_page_token")
    METERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    meters: _containers.RepeatedCompositeFieldContainer[_meter_pb2.Meter]
    next_page_token: str
    def __init__(self, meters: _Optional[_Iterable[_Union[_meter_pb2.Meter, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateMeterRequest(_message.Message):
    __slots__ = ("building_id", "meter_id", "display_name")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    METER_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    meter_id: str
    display_name: str
    def __init__(self, building_id: _Optional[str] = ..., meter_id: _Optional[str] = ..., display_name: _Optional[str] = ...) -> None: ...

class UpdateMeterResponse(_message.Message):
    __slots__ = ("meter",)
    METER_FIELD_NUMBER: _ClassVar[int]
    meter: _meter_pb2.Meter
    def __init__(self, meter: _Optional[_Union[_meter_pb2.Meter, _Mapping]] = ...) -> None: ...

class DeleteMeterRequest(_message.Message):
    __slots__ = ("building_id", "meter_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    METER_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    meter_id: str
    def __init__(self, building_id: _Optional[str] = ..., meter_id: _Optional[str] = ...) -> None: ...

class DeleteMeterResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
