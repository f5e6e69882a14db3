import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DriftState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DRIFT_STATE_UNSPECIFIED: _ClassVar[DriftState]
    DRIFT_STATE_UNKNOWN: _ClassVar[DriftState]
    DRIFT_STATE_COLLECTING: _ClassVar[DriftState]
    DRIFT_STATE_STEADY: _ClassVar[DriftState]
    DRIFT_STATE_RETRAIN: _ClassVar[DriftState]
DRIFT_STATE_UNSPECIFIED: DriftState
DRIFT_STATE_UNKNOWN: DriftState
DRIFT_STATE_COLLECTING: DriftState
DRIFT_STATE_STEADY: DriftState
DRIFT_STATE_RETRAIN: DriftState

class ModelDrift(_message.Message):
    __slots__ = ("model_id", "model_version", "appliance_id", "state", "message", "threshold", "training_on_share", "training_mean_on_power_w", "weeks")
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    TRAINING_ON_SHARE_FIELD_NUMBER: _ClassVar[int]
    TRAINING_MEAN_ON_POWER_W_FIELD_NUMBER: _ClassVar[int]
    WEEKS_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    model_version: str
    appliance_id: str
    state: DriftState
    message: str
    threshold: float
    training_on_share: float
    training_mean_on_power_w: float
    weeks: _containers.RepeatedCompositeFieldContainer[DriftWeek]
    def __init__(self, model_id: _Optional[str] = ..., model_version: _Optional[str] = ..., appliance_id: _Optional[str] = ..., state: _Optional[_Union[DriftState, str]] = ..., message: _Optional[str] = ..., threshold: _Optional[float] = ..., training_on_share: _Optional[float] = ..., training_mean_on_power_w: _Optional[float] = ..., weeks: _Optional[_Iterable[_Union[DriftWeek, _Mapping]]] = ...) -> None: ...

class DriftWeek(_message.Message):
    __slots__ = ("start_time", "cell_count", "mains_psi", "probability_psi", "power_psi", "on_share", "mean_on_power_w")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    CELL_COUNT_FIELD_NUMBER: _ClassVar[int]
    MAINS_PSI_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_PSI_FIELD_NUMBER: _ClassVar[int]
    POWER_PSI_FIELD_NUMBER: _ClassVar[int]
    ON_SHARE_FIELD_NUMBER: _ClassVar[int]
    MEAN_ON_POWER_W_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    cell_count: int
    mains_psi: float
    probability_psi: float
    power_psi: float
    on_share: float
    mean_on_power_w: float
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cell_count: _Optional[int] = ..., mains_psi: _Optional[float] = ..., probability_psi: _Optional[float] = ..., power_psi: _Optional[float] = ..., on_share: _Optional[float] = ..., mean_on_power_w: _Optional[float] = ...) -> None: ...
