from google.api import annotations_pb2 as _annotations_pb2
from nilm.buildings.v1 import appliance_pb2 as _appliance_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateApplianceRequest(_message.Message):
    __slots__ = ("building_id", "appliance_id", "display_name", "rated_power_w", "request_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    RATED_POWER_W_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    appliance_id: str
    display_name: str
    rated_power_w: float
    request_id: str
    def __init__(self, building_id: _Optional[str] = ..., appliance_id: _Optional[str] = ..., display_name: _Optional[str] = ..., rated_power_w: _Optional[float] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateApplianceResponse(_message.Message):
    __slots__ = ("appliance",)
    APPLIANCE_FIELD_NUMBER: _ClassVar[int]
    appliance: _appliance_pb2.Appliance
    def __init__(self, appliance: _Optional[_Union[_appliance_pb2.Appliance, _Mapping]] = ...) -> None: ...

class GetApplianceRequest(_message.Message):
    __slots__ = ("building_id", "appliance_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    appliance_id: str
    def __init__(self, building_id: _Optional[str] = ..., appliance_id: _Optional[str] = ...) -> None: ...

class GetApplianceResponse(_message.Message):
    __slots__ = ("appliance",)
    APPLIANCE_FIELD_NUMBER: _ClassVar[int]
    appliance: _appliance_pb2.Appliance
    def __init__(self, appliance: _Optional[_Union[_appliance_pb2.Appliance, _Mapping]] = ...) -> None: ...

class ListAppliancesRequest(_message.Message):
    __slots__ = ("building_id", "page_size", "page_token")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    page_size: int
    page_token: str
    def __init__(self, building_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAppliancesResponse(_message.Message):
    __slots__ = ("appliances", "next_page_token")
    APPLIANCES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    appliances: _containers.RepeatedCompositeFieldContainer[_appliance_pb2.Appliance]
    next_page_token: str
    def __init__(self, appliances: _Optional[_Iterable[_Union[_appliance_pb2.Appliance, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateApplianceRequest(_message.Message):
    __slots__ = ("building_id", "appliance_id", "display_name", "rated_power_w", "etag")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    RATED_POWER_W_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    appliance_id: str
    display_name: str
    rated_power_w: float
    etag: str
    def __init__(self, building_id: _Optional[str] = ..., appliance_id: _Optional[str] = ..., display_name: _Optional[str] = ..., rated_power_w: _Optional[float] = ..., etag: _Optional[str] = ...) -> None: ...

class UpdateApplianceResponse(_message.Message):
    __slots__ = ("appliance",)
    APPLIANCE_FIELD_NUMBER: _ClassVar[int]
    appliance: _appliance_pb2.Appliance
    def __init__(self, appliance: _Optional[_Union[_appliance_pb2.Appliance, _Mapping]] = ...) -> None: ...

class DeleteApplianceRequest(_message.Message):
    __slots__ = ("building_id", "appliance_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    appliance_id: str
    def __init__(self, building_id: _Optional[str] = ..., appliance_id: _Optional[str] = ...) -> None: ...

class DeleteApplianceResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
