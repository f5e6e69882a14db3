from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from nilm.buildings.v1 import tariff_pb2 as _tariff_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateTariffRequest(_message.Message):
    __slots__ = ("building_id", "display_name", "effective_date", "currency_code", "price_per_kwh", "standing_charge_per_day", "rates", "request_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_DATE_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    PRICE_PER_KWH_FIELD_NUMBER: _ClassVar[int]
    STANDING_CHARGE_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    RATES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    display_name: str
    effective_date: str
    currency_code: str
    price_per_kwh: float
    standing_charge_per_day: float
    rates: _containers.RepeatedCompositeFieldContainer[_tariff_pb2.TimeOfUseRate]
    request_id: str
    def __init__(self, building_id: _Optional[str] = ..., display_name: _Optional[str] = ..., effective_date: _Optional[str] = ..., currency_code: _Optional[str] = ..., price_per_kwh: _Optional[float] = ..., standing_charge_per_day: _Optional[float] = ..., rates: _Optional[_Iterable[_Union[_tariff_pb2.TimeOfUseRate, _Mapping]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateTariffResponse(_message.Message):
    __slots__ = ("tariff",)
    TARIFF_FIELD_NUMBER: _ClassVar[int]
    tariff: _tariff_pb2.Tariff
    def __init__(self, tariff: _Optional[_Union[_tariff_pb2.Tariff, _Mapping]] = ...) -> None: ...

class GetTariffRequest(_message.Message):
    __slots__ = ("building_id", "tariff_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    TARIFF_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    tariff_id: str
    def __init__(self, building_id: _Optional[str] = ..., tariff_id: _Optional[str] = ...) -> None: ...

class GetTariffResponse(_message.Message):
    __slots__ = ("tariff",)
    TARIFF_FIELD_NUMBER: _ClassVar[int]
    tariff: _tariff_pb2.Tariff
    def __init__(self, tariff: _Optional[_Union[_tariff_pb2.Tariff, _Mapping]] = ...) -> None: ...

class ListTariffsRequest(_message.Message):
    __slots__ = ("building_id", "page_size", "page_token")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    page_size: int
    page_token: str
    def __init__(self, building_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTariffsResponse(_message.Message):
    __slots__ = ("tariffs", "next_page_token")
    TARIFFS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    tariffs: _containers.RepeatedCompositeFieldContainer[_tariff_pb2.Tariff]
    next_page_token: str
    def __init__(self, tariffs: _Optional[_Iterable[_Union[_tariff_pb2.Tariff, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateTariffRequest(_message.Message):
    __slots__ = ("building_id", "tariff_id", "display_name", "effective_date", "currency_code", "price_per_kwh", "standing_charge_per_day", "rates", "update_mask", "etag")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    TARIFF_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_DATE_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    PRICE_PER_KWH_FIELD_NUMBER: _ClassVar[int]
    STANDING_CHARGE_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    RATES_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    tariff_id: str
    display_name: str
    effective_date: str
    currency_code: str
    price_per_kwh: float
    standing_charge_per_day: float
    rates: _containers.RepeatedCompositeFieldContainer[_tariff_pb2.TimeOfUseRate]
    update_mask: _field_mask_pb2.FieldMask
    etag: str
    def __init__(self, building_id: _Optional[str] = ..., tariff_id: _Optional[str] = ..., display_name: _Optional[str] = ..., effective_date: _Optional[str] = ..., currency_code: _Optional[str] = ..., price_per_kwh: _Optional[float] = ..., standing_charge_per_day: _Optional[float] = ..., rates: _Optional[_Iterable[_Union[_tariff_pb2.TimeOfUseRate, _Mapping]]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class UpdateTariffResponse(_message.Message):
    __slots__ = ("tariff",)
    TARIFF_FIELD_NUMBER: _ClassVar[int]
    tariff: _tariff_pb2.Tariff
    def __init__(self, tariff: _Optional[_Union[_tariff_pb2.Tariff, _Mapping]] = ...) -> None: ...

class DeleteTariffRequest(_message.Message):
    __slots__ = ("building_id", "tariff_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    TARIFF_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    tariff_id: str
    def __init__(self, building_id: _Optional[str] = ..., tariff_id: _Optional[str] = ...) -> None: ...

class DeleteTariffResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
