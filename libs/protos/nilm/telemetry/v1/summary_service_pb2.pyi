import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from nilm.telemetry.v1 import reading_pb2 as _reading_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SummaryPeriod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SUMMARY_PERIOD_UNSPECIFIED: _ClassVar[SummaryPeriod]
    SUMMARY_PERIOD_DAY: _ClassVar[SummaryPeriod]
    SUMMARY_PERIOD_MONTH: _ClassVar[SummaryPeriod]

class EnergySource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENERGY_SOURCE_UNSPECIFIED: _ClassVar[EnergySource]
    ENERGY_SOURCE_MEASURED: _ClassVar[EnergySource]
    ENERGY_SOURCE_ESTIMATED: _ClassVar[EnergySource]
    ENERGY_SOURCE_UNEXPLAINED: _ClassVar[EnergySource]
SUMMARY_PERIOD_UNSPECIFIED: SummaryPeriod
SUMMARY_PERIOD_DAY: SummaryPeriod
SUMMARY_PERIOD_MONTH: SummaryPeriod
ENERGY_SOURCE_UNSPECIFIED: EnergySource
ENERGY_SOURCE_MEASURED: EnergySource
ENERGY_SOURCE_ESTIMATED: EnergySource
ENERGY_SOURCE_UNEXPLAINED: EnergySource

class GetSummaryRequest(_message.Message):
    __slots__ = ("building_id", "start_time", "end_time", "period")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    period: SummaryPeriod
    def __init__(self, building_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., period: _Optional[_Union[SummaryPeriod, str]] = ...) -> None: ...

class GetSummaryResponse(_message.Message):
    __slots__ = ("total", "periods", "time_zone")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PERIODS_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    total: EnergySummary
    periods: _containers.RepeatedCompositeFieldContainer[EnergySummary]
    time_zone: str
    def __init__(self, total: _Optional[_Union[EnergySummary, _Mapping]] = ..., periods: _Optional[_Iterable[_Union[EnergySummary, _Mapping]]] = ..., time_zone: _Optional[str] = ...) -> None: ...

class EnergySummary(_message.Message):
    __slots__ = ("start_time", "end_time", "energy_kwh", "peak_w", "peak_time", "baseload_w", "coverage", "costs", "unpriced_energy_kwh", "appliances", "co2_kg")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    ENERGY_KWH_FIELD_NUMBER: _ClassVar[int]
    PEAK_W_FIELD_NUMBER: _ClassVar[int]
    PEAK_TIME_FIELD_NUMBER: _ClassVar[int]
    BASELOAD_W_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    COSTS_FIELD_NUMBER: _ClassVar[int]
    UNPRICED_ENERGY_KWH_FIELD_NUMBER: _ClassVar[int]
    APPLIANCES_FIELD_NUMBER: _ClassVar[int]
    CO2_KG_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    energy_kwh: float
    peak_w: float
    peak_time: _timestamp_pb2.Timestamp
    baseload_w: float
    coverage: float
    costs: _containers.RepeatedCompositeFieldContainer[Cost]
    unpriced_energy_kwh: float
    appliances: _containers.RepeatedCompositeFieldContainer[ApplianceEnergy]
    co2_kg: float
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., energy_kwh: _Optional[float] = ..., peak_w: _Optional[float] = ..., peak_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., baseload_w: _Optional[float] = ..., coverage: _Optional[float] = ..., costs: _Optional[_Iterable[_Union[Cost, _Mapping]]] = ..., unpriced_energy_kwh: _Optional[float] = ..., appliances: _Optional[_Iterable[_Union[ApplianceEnergy, _Mapping]]] = ..., co2_kg: _Optional[float] = ...) -> None: ...

class Cost(_message.Message):
    __slots__ = ("currency_code", "energy_cost", "standing_charge")
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    ENERGY_COST_FIELD_NUMBER: _ClassVar[int]
    STANDING_CHARGE_FIELD_NUMBER: _ClassVar[int]
    currency_code: str
    energy_cost: float
    standing_charge: float
    def __init__(self, currency_code: _Optional[str] = ..., energy_cost: _Optional[float] = ..., standing_charge: _Optional[float] = ...) -> None: ...

class ApplianceEnergy(_message.Message):
    __slots__ = ("appliance_id", "source", "energy_kwh", "energy_cost", "currency_code", "mean_confidence", "co2_kg")
    APPLIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ENERGY_KWH_FIELD_NUMBER: _ClassVar[int]
    ENERGY_COST_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    MEAN_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    CO2_KG_FIELD_NUMBER: _ClassVar[int]
    appliance_id: str
    source: EnergySource
    energy_kwh: float
    energy_cost: float
    currency_code: str
    mean_confidence: float
    co2_kg: float
    def __init__(self, appliance_id: _Optional[str] = ..., source: _Optional[_Union[EnergySource, str]] = ..., energy_kwh: _Optional[float] = ..., energy_cost: _Optional[float] = ..., currency_code: _Optional[str] = ..., mean_confidence: _Optional[float] = ..., co2_kg: _Optional[float] = ...) -> None: ...

class ListHourlyAggregatesRequest(_message.Message):
    __slots__ = ("building_id", "meter_id", "start_time", "end_time", "page_size", "page_token")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    METER_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    meter_id: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    def __init__(self, building_id: _Optional[str] = ..., meter_id: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListHourlyAggregatesResponse(_message.Message):
    __slots__ = ("hours", "next_page_token")
    HOURS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    hours: _containers.RepeatedCompositeFieldContainer[_reading_pb2.HourlyAggregate]
    next_page_token: str
    def __init__(self, hours: _Optional[_Iterable[_Union[_reading_pb2.HourlyAggregate, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
