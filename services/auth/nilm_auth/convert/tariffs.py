"""Messages of tariffs."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from nilm.buildings.v1 import tariff_pb2 as tariff_pb
from nilm.buildings.v1 import tariff_service_pb2 as tariffs_pb
from nilm_auth.domain import rules
from nilm_auth.domain.etag import etag_of
from nilm_auth.domain.tariff import Tariff, TariffChanges, TariffDraft, TimeOfUseRate
from nilm_core.errors import InvalidArgumentError


def tariff_draft(request: tariffs_pb.CreateTariffRequest) -> TariffDraft:
    """Checks a tariff that is to be made."""
    return TariffDraft(
        building_id=request.building_id,
        display_name=rules.display_name(request.display_name),
        effective_date=rules.local_date(request.effective_date, "effective_date"),
        currency_code=rules.currency_code(request.currency_code),
        price_per_kwh=rules.bounded(request.price_per_kwh, "price_per_kwh"),
        standing_charge_per_day=rules.bounded(
            request.standing_charge_per_day, "standing_charge_per_day"
        ),
        rates=_rates(request.rates),
    )


def tariff_changes(request: tariffs_pb.UpdateTariffRequest) -> TariffChanges:
    """Checks what changes in a tariff: what the mask names, or what is present without one.

    What the mask names and the request lacks is cleared (google.aip.dev/134).
    """
    present = [name for name in _CHECKS if _is_present(request, name)]
    named = list(request.update_mask.paths) or present
    if named == ["*"]:
        named = list(_CHECKS)
    for name in named:
        if name not in _CHECKS:
            raise InvalidArgumentError.of_field(
                "update_mask", f"names {name!r}; name some of {', '.join(_CHECKS)}, or *"
            )
        if name in _NEEDED and name not in present:
            raise InvalidArgumentError.of_field(name, "cannot be cleared; give its new value")
    return TariffChanges(**{name: _CHECKS[name](getattr(request, name)) for name in named})


def tariff_message(tariff: Tariff) -> tariff_pb.Tariff:
    """Returns a tariff as its message."""
    return tariff_pb.Tariff(
        tariff_id=tariff.tariff_id,
        building_id=tariff.building_id,
        display_name=tariff.display_name,
        effective_date=tariff.effective_date.isoformat(),
        currency_code=tariff.currency_code,
        price_per_kwh=tariff.price_per_kwh,
        standing_charge_per_day=tariff.standing_charge_per_day,
        rates=[
            tariff_pb.TimeOfUseRate(
                weekdays=rate.weekdays,
                start_minute=rate.start_minute,
                end_minute=rate.end_minute,
                price_per_kwh=rate.price_per_kwh,
            )
            for rate in tariff.rates
        ],
        create_time=tariff.create_time,
        etag=etag_of(tariff),
    )


def _is_present(request: tariffs_pb.UpdateTariffRequest, name: str) -> bool:
    return bool(request.rates) if name == "rates" else request.HasField(name)


def _rates(messages: Sequence[tariff_pb.TimeOfUseRate]) -> tuple[TimeOfUseRate, ...]:
    if len(messages) > rules.MAX_RATES:
        raise InvalidArgumentError.of_field("rates", f"must be at most {rules.MAX_RATES}")
    return tuple(_rate(message, f"rates[{index}]") for index, message in enumerate(messages))


def _rate(message: tariff_pb.TimeOfUseRate, path: str) -> TimeOfUseRate:
    return TimeOfUseRate(
        weekdays=rules.weekdays(message.weekdays, f"{path}.weekdays"),
        start_minute=rules.quarter_hour(message.start_minute, f"{path}.start_minute", first=0),
        end_minute=rules.quarter_hour(message.end_minute, f"{path}.end_minute", first=15),
        price_per_kwh=rules.bounded(message.price_per_kwh, f"{path}.price_per_kwh"),
    )


_CHECKS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "display_name": rules.display_name,
        "effective_date": lambda text: rules.local_date(text, "effective_date"),
        "currency_code": rules.currency_code,
        "price_per_kwh": lambda price: rules.bounded(price, "price_per_kwh"),
        "standing_charge_per_day": lambda charge: rules.bounded(charge, "standing_charge_per_day"),
        "rates": _rates,
    }
)
_NEEDED = frozenset({"display_name", "effective_date", "currency_code", "price_per_kwh"})
