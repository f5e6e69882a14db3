from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class GetCacheStatsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetCacheStatsResponse(_message.Message):
    __slots__ = ("entry_count", "hit_count", "miss_count", "evicted_count")
    ENTRY_COUNT_FIELD_NUMBER: _ClassVar[int]
    HIT_COUNT_FIELD_NUMBER: _ClassVar[int]
    MISS_COUNT_FIELD_NUMBER: _ClassVar[int]
    EVICTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    entry_count: int
    hit_count: int
    miss_count: int
    evicted_count: int
    def __init__(self, entry_count: _Optional[int] = ..., hit_count: _Optional[int] = ..., miss_count: _Optional[int] = ..., evicted_count: _Optional[int] = ...) -> None: ...

class InvalidateCacheRequest(_message.Message):
    __slots__ = ("building_id",)
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    def __init__(self, building_id: _Optional[str] = ...) -> None: ...

class InvalidateCacheResponse(_message.Message):
    __slots__ = ("invalidated_count",)
    INVALIDATED_COUNT_FIELD_NUMBER: _ClassVar[int]
    invalidated_count: int
    def __init__(self, invalidated_count: _Optional[int] = ...) -> None: ...
