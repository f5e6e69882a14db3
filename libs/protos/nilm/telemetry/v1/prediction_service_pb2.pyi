import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from nilm.telemetry.v1 import prediction_pb2 as _prediction_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WritePredictionsRequest(_message.Message):
    __slots__ = ("building_id", "series", "request_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    SERIES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    series: _containers.RepeatedCompositeFieldContainer[_prediction_pb2.PredictionSeries]
    request_id: str
    def __init__(self, building_id: _Optional[str] = ..., series: _Optional[_Iterable[_Union[_prediction_pb2.PredictionSeries, _Mapping]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class WritePredictionsResponse(_message.Message):
    __slots__ = ("accepted_count",)
    ACCEPTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    accepted_count: int
    def __init__(self, accepted_count: _Optional[int] = ...) -> None: ...

class QueryPredictionsRequest(_message.Message):
    __slots__ = ("building_id", "appliance_ids", "start_time", "end_time", "max_points", "page_size", "page_token")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_IDS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    MAX_POINTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    appliance_ids: _containers.RepeatedScalarFieldContainer[str]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    max_points: int
    page_size: int
    page_token: str
    def __init__(self, building_id: _Optional[str] = ..., appliance_ids: _Optional[_Iterable[str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., max_points: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class QueryPredictionsResponse(_message.Message):
    __slots__ = ("series", "next_page_token")
    SERIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    series: _containers.RepeatedCompositeFieldContainer[_prediction_pb2.PredictionSeries]
    next_page_token: str
    def __init__(self, series: _Optional[_Iterable[_Union[_prediction_pb2.PredictionSeries, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListActivityRequest(_message.Message):
    __slots__ = ("active_since_time",)
    ACTIVE_SINCE_TIME_FIELD_NUMBER: _ClassVar[int]
    active_since_time: _timestamp_pb2.Timestamp
    def __init__(self, active_since_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListActivityResponse(_message.Message):
    __slots__ = ("buildings",)
    BUILDINGS_FIELD_NUMBER: _ClassVar[int]
    buildings: _containers.RepeatedCompositeFieldContainer[BuildingActivity]
    def __init__(self, buildings: _Optional[_Iterable[_Union[BuildingActivity, _Mapping]]] = ...) -> None: ...

class BuildingActivity(_message.Message):
    __slots__ = ("building_id", "meter_id", "first_reading_time", "latest_reading_time", "reaches")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    METER_ID_FIELD_NUMBER: _ClassVar[int]
    FIRST_READING_TIME_FIELD_NUMBER: _ClassVar[int]
    LATEST_READING_TIME_FIELD_NUMBER: _ClassVar[int]
    REACHES_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    meter_id: str
    first_reading_time: _timestamp_pb2.Timestamp
    latest_reading_time: _timestamp_pb2.Timestamp
    reaches: _containers.RepeatedCompositeFieldContainer[PredictionReach]
    def __init__(self, building_id: _Optional[str] = ..., meter_id: _Optional[str] = ..., first_reading_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., latest_reading_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reaches: _Optional[_Iterable[_Union[PredictionReach, _Mapping]]] = ...) -> None: ...

class PredictionReach(_message.Message):
    __slots__ = ("appliance_id", "model_version", "predicted_until_time")
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    PREDICTED_UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    appliance_id: str
    model_version: str
    predicted_until_time: _timestamp_pb2.Timestamp
    def __init__(self, appliance_id: _Optional[str] = ..., model_version: _Optional[str] = ..., predicted_until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
