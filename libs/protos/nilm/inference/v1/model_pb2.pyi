import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TrainingData(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRAINING_DATA_UNSPECIFIED: _ClassVar[TrainingData]
    TRAINING_DATA_REAL: _ClassVar[TrainingData]
    TRAINING_DATA_SYNTHETIC: _ClassVar[TrainingData]

class ModelState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODEL_STATE_UNSPECIFIED: _ClassVar[ModelState]
    MODEL_STATE_READY: _ClassVar[ModelState]
    MODEL_STATE_INACTIVE: _ClassVar[ModelState]
    MODEL_STATE_REFUSED: _ClassVar[ModelState]
TRAINING_DATA_UNSPECIFIED: TrainingData
TRAINING_DATA_REAL: TrainingData
TRAINING_DATA_SYNTHETIC: TrainingData
MODEL_STATE_UNSPECIFIED: ModelState
MODEL_STATE_READY: ModelState
MODEL_STATE_INACTIVE: ModelState
MODEL_STATE_REFUSED: ModelState

class Model(_message.Message):
    __slots__ = ("model_id", "model_version", "appliance_id", "architecture", "input_window_size", "sample_period", "artifact_sha256", "metrics", "training_data", "state", "refusal", "memory_bytes", "on_threshold_w")
    class MetricsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    ARCHITECTURE_FIELD_NUMBER: _ClassVar[int]
    INPUT_WINDOW_SIZE_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_PERIOD_FIELD_NUMBER: _ClassVar[int]
    ARTIFACT_SHA256_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    TRAINING_DATA_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    ON_THRESHOLD_W_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    model_version: str
    appliance_id: str
    architecture: str
    input_window_size: int
    sample_period: _duration_pb2.Duration
    artifact_sha256: str
    metrics: _containers.ScalarMap[str, float]
    training_data: TrainingData
    state: ModelState
    refusal: str
    memory_bytes: int
    on_threshold_w: float
    def __init__(self, model_id: _Optional[str] = ..., model_version: _Optional[str] = ..., appliance_id: _Optional[str] = ..., architecture: _Optional[str] = ..., input_window_size: _Optional[int] = ..., sample_period: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., artifact_sha256: _Optional[str] = ..., metrics: _Optional[_Mapping[str, float]] = ..., training_data: _Optional[_Union[TrainingData, str]] = ..., state: _Optional[_Union[ModelState, str]] = ..., refusal: _Optional[str] = ..., memory_bytes: _Optional[int] = ..., on_threshold_w: _Optional[float] = ...) -> None: ...
