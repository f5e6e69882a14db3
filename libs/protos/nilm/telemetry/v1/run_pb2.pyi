import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from nilm.telemetry.v1 import summary_service_pb2 as _summary_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ApplianceRun(_message.Message):
    __slots__ = ("appliance_id", "start_time", "end_time", "energy_kwh", "peak_w", "mean_confidence", "energy_cost", "currency_code", "source", "start_is_cut", "end_is_cut")
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    ENERGY_KWH_FIELD_NUMBER: _ClassVar[int]
    PEAK_W_FIELD_NUMBER: _ClassVar[int]
    MEAN_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    ENERGY_COST_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    START_IS_CUT_FIELD_NUMBER: _ClassVar[int]
    END_IS_CUT_FIELD_NUMBER: _ClassVar[int]
    appliance_id: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    energy_kwh: float
    peak_w: float
    mean_confidence: float
    energy_cost: float
    currency_code: str
    source: _summary_service_pb2.EnergySource
    start_is_cut: bool
    end_is_cut: bool
    def __init__(self, appliance_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., energy_kwh: _Optional[float] = ..., peak_w: _Optional[float] = ..., mean_confidence: _Optional[float] = ..., energy_cost: _Optional[float] = ..., currency_code: _Optional[str] = ..., source: _Optional[_Union[_summary_service_pb2.EnergySource, str]] = ..., start_is_cut: bool = ..., end_is_cut: bool = ...) -> None: ...

class TypicalProgramme(_message.Message):
    __slots__ = ("sample_period", "lower_quartile_w", "median_w", "upper_quartile_w", "run_count", "median_duration", "median_energy_kwh")
    SAMPLE_PERIOD_FIELD_NUMBER: _ClassVar[int]
    LOWER_QUARTILE_W_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_W_FIELD_NUMBER: _ClassVar[int]
    UPPER_QUARTILE_W_FIELD_NUMBER: _ClassVar[int]
    RUN_COUNT_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_DURATION_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_ENERGY_KWH_FIELD_NUMBER: _ClassVar[int]
    sample_period: _duration_pb2.Duration
    lower_quartile_w: _containers.RepeatedScalarFieldContainer[float]
    median_w: _containers.RepeatedScalarFieldContainer[float]
    upper_quartile_w: _containers.RepeatedScalarFieldContainer[float]
    run_count: int
    median_duration: _duration_pb2.Duration
    median_energy_kwh: float
    def __init__(self, sample_period: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., lower_quartile_w: _Optional[_Iterable[float]] = ..., median_w: _Optional[_Iterable[float]] = ..., upper_quartile_w: _Optional[_Iterable[float]] = ..., run_count: _Optional[int] = ..., median_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., median_energy_kwh: _Optional[float] = ...) -> None: ...
