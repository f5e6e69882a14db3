"""Readers by the name of the form, and what a config's house is read with."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from nilm_trainer.config import House
from nilm_trainer.formats import Format
from nilm_trainer.household import Household
from nilm_trainer.readers.nilmtk import NilmtkReader
from nilm_trainer.readers.parquet import ParquetReader
from nilm_trainer.readers.plain_csv import CsvReader
from nilm_trainer.readers.redd import ReddReader
from nilm_trainer.readers.refit import RefitReader
from nilm_trainer.readers.ukdale import UkDaleReader


class Reader(Protocol):
    """Reads one household as it was published."""

    def __init__(self, path: Path, form: Any) -> None:
        """Names the file or folder and what is to be known of its form; reads nothing yet."""

    def recorded(self, appliances: Sequence[str]) -> list[str]:
        """Returns those of the appliances whose true power there is, in their order.

        Raises:
            FailedPreconditionError: The file is not there.
            DataCorruptionError: The file is damaged.
        """

    def read(
        self,
        appliances: Sequence[str],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Household:
        """Reads [since, until) at 30 s.

        Raises:
            FailedPreconditionError: The file, the mains or one of the appliances is not there, or
                nothing is left in the interval; the message names the remedy.
            DataCorruptionError: The file is damaged.
        """


READERS: Mapping[str, type[Reader]] = MappingProxyType(
    {
        "parquet": ParquetReader,
        "ukdale": UkDaleReader,
        "refit": RefitReader,
        "redd": ReddReader,
        "nilmtk": NilmtkReader,
        "csv": CsvReader,
    }
)
"""Each reader by the name of its form."""


def open_recording(path: Path, form: Format) -> Reader:
    """Returns the reader of a household's file or folder."""
    return READERS[form.name](path, form)


def read_house(
    house: House,
    data_dir: Path,
    appliances: Sequence[str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Household:
    """Reads [since, until) of a config's house, see `Reader.read`."""
    reader = open_recording(data_dir / house.file, house.format)
    return reader.read(appliances, since=since, until=until)
