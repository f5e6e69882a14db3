"""Rules for single values; each returns the value in its stored form or names the field."""

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import cache
from zoneinfo import available_timezones

from nilm_core.access import MeterKind
from nilm_core.errors import InvalidArgumentError
from nilm_core.ids import is_resource_id

MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 128
MAX_EMAIL_LENGTH = 254
MAX_NAME_LENGTH = 100
MAX_ADDRESS_LENGTH = 500
MAX_RATED_POWER_W = 100_000.0
MAX_CARBON_INTENSITY_G_PER_KWH = 5_000.0
MAX_RATES = 100

_LOCAL_PART = re.compile(r"(?!.{65})[^\s@\"(),:;<>\[\]\\.]+(\.[^\s@\"(),:;<>\[\]\\.]+)*")
_DOMAIN_LABEL = re.compile(r"(?!.{64})[^\W_]+(-+[^\W_]+)*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_STEP_MINUTES = 15
_DAY_MINUTES = 24 * 60

_known_time_zones = cache(available_timezones)


def _wrong(field: str, description: str) -> InvalidArgumentError:
    return InvalidArgumentError.of_field(field, description)


def email_address(text: str, field: str = "email") -> str:
    """Returns an address in its one stored form: normalised, lower case.

    The form alone is checked, and domains of a home network, such as `home.local`, are as good as
    public ones.
    """
    address = unicodedata.normalize("NFC", text.strip()).lower()
    local, _, domain = address.rpartition("@")
    if (
        len(address) > MAX_EMAIL_LENGTH
        or not _LOCAL_PART.fullmatch(local)
        or not all(_DOMAIN_LABEL.fullmatch(label) for label in domain.split("."))
    ):
        raise _wrong(field, "is not an email address; write it as name@example.org")
    return address


def new_password(text: str, field: str) -> str:
    """Returns a password that may be set."""
    if not MIN_PASSWORD_LENGTH <= len(text) <= MAX_PASSWORD_LENGTH:
        raise _wrong(field, f"must have {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters")
    return text


def given_password(text: str, field: str) -> str:
    """Returns a password that is to be compared."""
    if not 1 <= len(text) <= MAX_PASSWORD_LENGTH:
        raise _wrong(field, f"must be given, with at most {MAX_PASSWORD_LENGTH} characters")
    return text


def free_text(text: str, field: str, max_length: int) -> str:
    """Returns a text without surrounding space; it may be empty."""
    stripped = text.strip()
    if len(stripped) > max_length:
        raise _wrong(field, f"must have at most {max_length} characters")
    if any(unicodedata.category(char) == "Cc" and char != "\n" for char in stripped):
        raise _wrong(field, "must have no control characters")
    return stripped


def display_name(text: str, field: str = "display_name") -> str:
    """Returns a name to show."""
    stripped = free_text(text, field, MAX_NAME_LENGTH)
    if not stripped or "\n" in stripped:
        raise _wrong(field, f"must be one line of 1 to {MAX_NAME_LENGTH} characters")
    return stripped


def time_zone(text: str, field: str = "time_zone") -> str:
    """Returns the name of a time zone."""
    if text not in _known_time_zones():
        raise _wrong(field, "is not an IANA time zone; write one such as Europe/London")
    return text


def resource_id(text: str, field: str) -> str:
    """Returns an identifier."""
    if not is_resource_id(text):
        raise _wrong(field, "must be 1 to 63 of a-z, 0-9, _ and -, such as washing_machine")
    return text


def meter_appliance_id(kind: MeterKind, appliance_id: str) -> str:
    """Returns the appliance of a meter: named unless it measures the mains."""
    if kind is MeterKind.MAINS:
        if appliance_id:
            raise _wrong("appliance_id", "must be empty for a mains meter")
        return ""
    if not appliance_id:
        raise _wrong("appliance_id", "must name the appliance that the meter measures")
    return resource_id(appliance_id, "appliance_id")


def bounded(value: float, field: str, maximum: float = math.inf) -> float:
    """Returns a finite number from 0 to `maximum`."""
    if not (math.isfinite(value) and 0 <= value <= maximum):
        limit = "0 or more" if math.isinf(maximum) else f"from 0 to {maximum:,.0f}"
        raise _wrong(field, f"must be a finite number, {limit}")
    return value


def local_date(text: str, field: str) -> date:
    """Returns a day that is written `YYYY-MM-DD`."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError as error:
        raise _wrong(field, f"is no day of the calendar: {error}") from error
    raise _wrong(field, "must be a day written YYYY-MM-DD, such as 2024-04-01")


def currency_code(text: str, field: str = "currency_code") -> str:
    """Returns a currency's code."""
    if not _CURRENCY.fullmatch(text):
        raise _wrong(field, "must be an ISO 4217 code of three capitals, such as GBP")
    return text


def weekdays(days: Sequence[int], field: str) -> tuple[int, ...]:
    """Returns ISO weekdays in order."""
    if any(not 1 <= day <= 7 for day in days) or len(set(days)) != len(days):  # noqa: PLR2004 # a week has seven days
        raise _wrong(field, "must be different numbers from 1 (Monday) to 7 (Sunday)")
    return tuple(sorted(days))


def quarter_hour(minute: int, field: str, *, first: int) -> int:
    """Returns a minute of the day on a quarter hour; `first` is 0 for a start, 15 for an end."""
    last = _DAY_MINUTES - _STEP_MINUTES + first
    if minute % _STEP_MINUTES or not first <= minute <= last:
        raise _wrong(field, f"must be {first} to {last:,} in steps of {_STEP_MINUTES}")
    return minute
