import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Tariff(_message.Message):
    __slots__ = ("tariff_id", "building_id", "display_name", "effective_date", "currency_code", "price_per_kwh", "standing_charge_per_day", "rates", "create_time", "etag")
    TARIFF_ID_FIELD_NUMBER: _ClassVar[int]
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_DATE_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    PRICE_PER_KWH_FIELD_NUMBER: _ClassVar[int]
    STANDING_CHARGE_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    RATES_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    tariff_id: str
    building_id: str
    display_name: str
    effective_date: str
    currency_code: str
    price_per_kwh: float
    standing_charge_per_day: float
    rates: _containers.RepeatedCompositeFieldContainer[TimeOfUseRate]
    create_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, tariff_id: _Optional[str] = ..., building_id: _Optional[str] = ..., display_name: _Optional[str] = ..., effective_date: _Optional[str] = ..., currency_code: _Optional[str] = ..., price_per_kwh: _Optional[float] = ..., standing_charge_per_day: _Optional[float] = ..., rates: _Optional[_Iterable[_Union[TimeOfUseRate, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class TimeOfUseRate(_message.Message):
    __slots__ = ("weekdays", "start_minute", "end_minute", "price_per_kwh")
    WEEKDAYS_FIELD_NUMBER: _ClassVar[int]
    START_MINUTE_FIELD_NUMBER: _ClassVar[int]
    END_MINUTE_FIELD_NUMBER: _ClassVar[int]
    PRICE_PER_KWH_FIELD_NUMBER: _ClassVar[int]
    weekdays: _containers.RepeatedScalarFieldContainer[int]
    start_minute: int
    end_minute: int
    price_per_kwh: float
    def __init__(self, weekdays: _Optional[_Iterable[int]] = ..., start_minute: _Optional[int] = ..., end_minute: _Optional[int] = ..., price_per_kwh: _Optional[float] = ...) -> None: ...
