"""The forms in which households are published, and what a config says about each.

In a config a form is its name alone, `format: ukdale`, or its name with options,
`format: {name: refit, appliances: {kettle: 8}}`.
"""

import os
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
)

from nilm_core.errors import FieldViolation, InvalidArgumentError
from nilm_models.appliances import APPLIANCES

Positive = Annotated[float, Field(gt=0.0)]
ChannelNumber = Annotated[int, Field(ge=1)]
Text = Annotated[str, Field(min_length=1)]


def _as_tuple(value: Any) -> Any:
    """Lets one recording stand for a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


def _without_repeats(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) < len(values):
        raise ValueError("names a recording twice")
    return values


def _known_appliances(mapping: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(mapping) - set(APPLIANCES))
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}; known: {', '.join(APPLIANCES)}")
    return mapping


Channels = Annotated[
    tuple[ChannelNumber, ...],
    BeforeValidator(_as_tuple),
    Field(min_length=1),
    AfterValidator(_without_repeats),
]
Columns = Annotated[
    tuple[Text, ...],
    BeforeValidator(_as_tuple),
    Field(min_length=1),
    AfterValidator(_without_repeats),
]
ChannelMap = Annotated[dict[str, Channels], AfterValidator(_known_appliances)]
ColumnMap = Annotated[dict[str, Columns], AfterValidator(_known_appliances)]


class ParquetFormat(BaseModel):
    """The shared form: a Parquet file with one row every 30 s."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Literal["parquet"] = "parquet"
    """Selects this form."""


class Readings(BaseModel):
    """What all forms with readings at irregular times share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_gap_s: Positive = 120.0
    """A reading stands until the next one where that is no later than this, seconds; beyond it
    there is a gap."""
    most_mains_w: Positive = 50_000.0
    """A reading of the mains above this is an error of the meter, W; one below 0 always is."""
    most_appliance_w: Positive = 25_000.0
    """A reading of an appliance above this is an error of the meter, W."""


class UkDaleFormat(Readings):
    """A folder `house_N` of UK-DALE: `labels.dat` and `channel_M.dat`."""

    name: Literal["ukdale"]
    """Selects this form."""
    most_appliance_w: Positive = 4_000.0
    """As the authors clip the plugs, W."""
    mains: Channels | None = None
    """Channels whose sum is the mains; by default those that are labelled `aggregate`."""
    appliances: ChannelMap = {}
    """Channels of an appliance, summed; by default those whose label names it."""


class ReddFormat(Readings):
    """A folder `low_freq/house_N` of REDD: `labels.dat` and `channel_M.dat`."""

    name: Literal["redd"]
    """Selects this form."""
    mains: Channels | None = None
    """Channels whose sum is the mains; by default those that are labelled `mains`."""
    appliances: ChannelMap = {}
    """Channels of an appliance, summed; by default those whose label names it."""


class RefitFormat(Readings):
    """A file `CLEAN_HouseN.csv` of REFIT."""

    name: Literal["refit"]
    """Selects this form."""
    most_appliance_w: Positive = 4_000.0
    """As the authors clean the plugs, W."""
    appliances: Annotated[
        dict[
            str,
            Annotated[
                tuple[Annotated[int, Field(ge=1, le=9)], ...],
                BeforeValidator(_as_tuple),
                Field(min_length=1),
                AfterValidator(_without_repeats),
            ],
        ],
        Field(min_length=1),
        AfterValidator(_known_appliances),
    ]
    """Which of `Appliance1` to `Appliance9` are an appliance, summed; the readme of the data set
    lists them by house."""
    wall_clock_since: AwareDatetime | None = datetime(2014, 10, 1, tzinfo=UTC)
    """From here on the `Unix` column counts UK wall-clock time and is turned into UTC; None takes
    all of it as it is."""


class NilmtkFormat(Readings):
    """One building of a file in NILMTK's HDF5."""

    name: Literal["nilmtk"]
    """Selects this form."""
    building: ChannelNumber = 1
    """Which building of the file."""
    power_type: Literal["active", "apparent", "reactive"] | None = None
    """Which power of a meter; by default active where it has it, else apparent."""
    mains: Channels | None = None
    """Meters whose sum is the mains; by default the site meters of the metadata."""
    appliances: ChannelMap = {}
    """Meters of an appliance, summed; by default those of the metadata."""


class CsvFormat(Readings):
    """A CSV file with a header, a time column and a column for each meter."""

    name: Literal["csv"]
    """Selects this form."""
    time_column: Text = "time"
    """Column of the times."""
    time_format: Text = "iso"
    """`iso` for ISO 8601, `unix_s` or `unix_ms` for numbers, or a pattern of strptime such as
    `%d/%m/%Y %H:%M`."""
    time_zone: str = "UTC"
    """IANA name of the zone of times that carry no offset of their own."""
    separator: Annotated[str, Field(min_length=1, max_length=1)] = ","
    """Character between two fields."""
    unit: Literal["W", "kW"] = "W"
    """Unit of all power columns."""
    mains: Columns
    """Columns whose sum is the mains."""
    appliances: Annotated[ColumnMap, Field(min_length=1)]
    """Columns of an appliance, summed."""

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, text: str) -> str:
        try:
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("no such IANA time zone, such as Europe/London") from error
        return text


def _by_name(value: Any) -> Any:
    """Lets the name of a form stand for the form without options."""
    return {"name": value} if isinstance(value, str) else value


Format = Annotated[
    Annotated[
        ParquetFormat | UkDaleFormat | ReddFormat | RefitFormat | NilmtkFormat | CsvFormat,
        Field(discriminator="name"),
    ],
    BeforeValidator(_by_name),
]

SHARED_FORM = ParquetFormat()
"""What a household's file is in unless something else is said."""


def read_format(text: str) -> Format:
    """Reads a form as a config has it: its name, or its name and options as YAML.

    Args:
        text: Such as `ukdale` or `{name: refit, appliances: {kettle: 8}}`.

    Raises:
        InvalidArgumentError: The form or an option of it is wrong; the message names it.
    """
    try:
        found: Format = TypeAdapter(Format).validate_python(yaml.safe_load(text))
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise InvalidArgumentError(f"format: is neither a name nor YAML: {reason}") from error
    except ValidationError as error:
        violations = [
            FieldViolation(".".join(map(str, ("format", *each["loc"]))), each["msg"])
            for each in error.errors()
        ]
        message = "; ".join(f"{each.field}: {each.description}" for each in violations)
        raise InvalidArgumentError(message, violations=violations) from error
    return found


def recording_name(file: PurePath, form: Format) -> str:
    """Returns what tells one recorded household from another: its file, and its part of it."""
    path = os.path.normpath(file)
    return f"{path}#building{form.building}" if isinstance(form, NilmtkFormat) else path
