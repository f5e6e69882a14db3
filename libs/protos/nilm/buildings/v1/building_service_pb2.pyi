from google.api import annotations_pb2 as _annotations_pb2
from nilm.buildings.v1 import building_pb2 as _building_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateBuildingRequest(_message.Message):
    __slots__ = ("display_name", "time_zone", "address", "is_simulated", "request_id", "carbon_intensity_g_per_kwh")
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    IS_SIMULATED_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CARBON_INTENSITY_G_PER_KWH_FIELD_NUMBER: _ClassVar[int]
    display_name: str
    time_zone: str
    address: str
    is_simulated: bool
    request_id: str
    carbon_intensity_g_per_kwh: float
    def __init__(self, display_name: _Optional[str] = ..., time_zone: _Optional[str] = ..., address: _Optional[str] = ..., is_simulated: bool = ..., request_id: _Optional[str] = ..., carbon_intensity_g_per_kwh: _Optional[float] = ...) -> None: ...

class CreateBuildingResponse(_message.Message):
    __slots__ = ("building",)
    BUILDING_FIELD_NUMBER: _ClassVar[int]
    building: _building_pb2.Building
    def __init__(self, building: _Optional[_Union[_building_pb2.Building, _Mapping]] = ...) -> None: ...

class GetBuildingRequest(_message.Message):
    __slots__ = ("building_id",)
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    def __init__(self, building_id: _Optional[str] = ...) -> None: ...

class GetBuildingResponse(_message.Message):
    __slots__ = ("building",)
    BUILDING_FIELD_NUMBER: _ClassVar[int]
    building: _building_pb2.Building
    def __init__(self, building: _Optional[_Union[_building_pb2.Building, _Mapping]] = ...) -> None: ...

class ListBuildingsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListBuildingsResponse(_message.Message):
    __slots__ = ("buildings", "next_page_token")
    BUILDINGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    buildings: _containers.RepeatedCompositeFieldContainer[_building_pb2.Building]
    next_page_token: str
    def __init__(self, buildings: _Optional[_Iterable[_Union[_building_pb2.Building, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateBuildingRequest(_message.Message):
    __slots__ = ("building_id", "display_name", "time_zone", "address", "carbon_intensity_g_per_kwh", "clear_carbon_intensity", "etag")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    CARBON_INTENSITY_G_PER_KWH_FIELD_NUMBER: _ClassVar[int]
    CLEAR_CARBON_INTENSITY_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    display_name: str
    time_zone: str
    address: str
    carbon_intensity_g_per_kwh: float
    clear_carbon_intensity: bool
    etag: str
    def __init__(self, building_id: _Optional[str] = ..., display_name: _Optional[str] = ..., time_zone: _Optional[str] = ..., address: _Optional[str] = ..., carbon_intensity_g_per_kwh: _Optional[float] = ..., clear_carbon_intensity: bool = ..., etag: _Optional[str] = ...) -> None: ...

class UpdateBuildingResponse(_message.Message):
    __slots__ = ("building",)
    BUILDING_FIELD_NUMBER: _ClassVar[int]
    building: _building_pb2.Building
    def __init__(self, building: _Optional[_Union[_building_pb2.Building, _Mapping]] = ...) -> None: ...

class DeleteBuildingRequest(_message.Message):
    __slots__ = ("building_id",)
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    def __init__(self, building_id: _Optional[str] = ...) -> None: ...

class DeleteBuildingResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
