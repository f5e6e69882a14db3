from nilm.buildings.v1 import member_pb2 as _member_pb2
from nilm.buildings.v1 import meter_pb2 as _meter_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Permission(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PERMISSION_UNSPECIFIED: _ClassVar[Permission]
    PERMISSION_BUILDING_READ: _ClassVar[Permission]
    PERMISSION_BUILDING_MANAGE: _ClassVar[Permission]
    PERMISSION_MEMBERS_MANAGE: _ClassVar[Permission]
    PERMISSION_READINGS_READ: _ClassVar[Permission]
    PERMISSION_READINGS_WRITE: _ClassVar[Permission]
    PERMISSION_PREDICTIONS_WRITE: _ClassVar[Permission]
PERMISSION_UNSPECIFIED: Permission
PERMISSION_BUILDING_READ: Permission
PERMISSION_BUILDING_MANAGE: Permission
PERMISSION_MEMBERS_MANAGE: Permission
PERMISSION_READINGS_READ: Permission
PERMISSION_READINGS_WRITE: Permission
PERMISSION_PREDICTIONS_WRITE: Permission

class GetBuildingAccessRequest(_message.Message):
    __slots__ = ("building_id", "meter_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    METER_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    meter_id: str
    def __init__(self, building_id: _Optional[str] = ..., meter_id: _Optional[str] = ...) -> None: ...

class GetBuildingAccessResponse(_message.Message):
    __slots__ = ("building_id", "role", "permissions", "time_zone", "meters")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    METERS_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    role: _member_pb2.Role
    permissions: _containers.RepeatedScalarFieldContainer[Permission]
    time_zone: str
    meters: _containers.RepeatedCompositeFieldContainer[_meter_pb2.Meter]
    def __init__(self, building_id: _Optional[str] = ..., role: _Optional[_Union[_member_pb2.Role, str]] = ..., permissions: _Optional[_Iterable[_Union[Permission, str]]] = ..., time_zone: _Optional[str] = ..., meters: _Optional[_Iterable[_Union[_meter_pb2.Meter, _Mapping]]] = ...) -> None: ...
