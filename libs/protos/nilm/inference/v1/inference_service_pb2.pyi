import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from nilm.inference.v1 import model_pb2 as _model_pb2
from nilm.telemetry.v1 import prediction_pb2 as _prediction_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class InferRequest(_message.Message):
    __slots__ = ("building_id", "appliance_id", "window_kw", "sample_time", "request_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    WINDOW_KW_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_TIME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    appliance_id: str
    window_kw: _containers.RepeatedScalarFieldContainer[float]
    sample_time: _timestamp_pb2.Timestamp
    request_id: str
    def __init__(self, building_id: _Optional[str] = ..., appliance_id: _Optional[str] = ..., window_kw: _Optional[_Iterable[float]] = ..., sample_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class InferResponse(_message.Message):
    __slots__ = ("predicted_kw", "confidence", "model_version", "request_id", "persisted", "training_data")
    PREDICTED_KW_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PERSISTED_FIELD_NUMBER: _ClassVar[int]
    TRAINING_DATA_FIELD_NUMBER: _ClassVar[int]
    predicted_kw: float
    confidence: float
    model_version: str
    request_id: str
    persisted: bool
    training_data: _model_pb2.TrainingData
    def __init__(self, predicted_kw: _Optional[float] = ..., confidence: _Optional[float] = ..., model_version: _Optional[str] = ..., request_id: _Optional[str] = ..., persisted: bool = ..., training_data: _Optional[_Union[_model_pb2.TrainingData, str]] = ...) -> None: ...

class DisaggregateRequest(_message.Message):
    __slots__ = ("building_id", "appliance_ids", "start_time", "end_time", "resume_token", "omit_results")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_IDS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    OMIT_RESULTS_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    appliance_ids: _containers.RepeatedScalarFieldContainer[str]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    resume_token: str
    omit_results: bool
    def __init__(self, building_id: _Optional[str] = ..., appliance_ids: _Optional[_Iterable[str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resume_token: _Optional[str] = ..., omit_results: bool = ...) -> None: ...

class DisaggregateResponse(_message.Message):
    __slots__ = ("progress", "result", "training_data")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    TRAINING_DATA_FIELD_NUMBER: _ClassVar[int]
    progress: DisaggregateProgress
    result: _prediction_pb2.PredictionSeries
    training_data: _model_pb2.TrainingData
    def __init__(self, progress: _Optional[_Union[DisaggregateProgress, _Mapping]] = ..., result: _Optional[_Union[_prediction_pb2.PredictionSeries, _Mapping]] = ..., training_data: _Optional[_Union[_model_pb2.TrainingData, str]] = ...) -> None: ...

class DisaggregateProgress(_message.Message):
    __slots__ = ("fraction", "done_until_time", "resume_token", "prediction_count")
    FRACTION_FIELD_NUMBER: _ClassVar[int]
    DONE_UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PREDICTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    fraction: float
    done_until_time: _timestamp_pb2.Timestamp
    resume_token: str
    prediction_count: int
    def __init__(self, fraction: _Optional[float] = ..., done_until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resume_token: _Optional[str] = ..., prediction_count: _Optional[int] = ...) -> None: ...

class StreamDisaggregateRequest(_message.Message):
    __slots__ = ("building_id", "appliance_ids", "start_time", "sample_period", "power_w", "persist")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_IDS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_PERIOD_FIELD_NUMBER: _ClassVar[int]
    POWER_W_FIELD_NUMBER: _ClassVar[int]
    PERSIST_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    appliance_ids: _containers.RepeatedScalarFieldContainer[str]
    start_time: _timestamp_pb2.Timestamp
    sample_period: _duration_pb2.Duration
    power_w: _containers.RepeatedScalarFieldContainer[float]
    persist: bool
    def __init__(self, building_id: _Optional[str] = ..., appliance_ids: _Optional[_Iterable[str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sample_period: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., power_w: _Optional[_Iterable[float]] = ..., persist: bool = ...) -> None: ...

class StreamDisaggregateResponse(_message.Message):
    __slots__ = ("series", "training_data")
    SERIES_FIELD_NUMBER: _ClassVar[int]
    TRAINING_DATA_FIELD_NUMBER: _ClassVar[int]
    series: _containers.RepeatedCompositeFieldContainer[_prediction_pb2.PredictionSeries]
    training_data: _containers.RepeatedScalarFieldContainer[_model_pb2.TrainingData]
    def __init__(self, series: _Optional[_Iterable[_Union[_prediction_pb2.PredictionSeries, _Mapping]]] = ..., training_data: _Optional[_Iterable[_Union[_model_pb2.TrainingData, str]]] = ...) -> None: ...
