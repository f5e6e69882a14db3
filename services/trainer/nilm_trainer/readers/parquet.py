"""The shared form: Parquet with one row every 30 s."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from nilm_trainer.formats import ParquetFormat
from nilm_trainer.household import Household, read_household, recorded_appliances


class ParquetReader:
    """Reads a file in the shared form."""

    def __init__(self, path: Path, form: ParquetFormat) -> None:
        """Names the file."""
        self._path = path
        self._form = form

    def recorded(self, appliances: Sequence[str]) -> list[str]:
        """Returns those of the appliances that have a column."""
        return recorded_appliances(self._path, appliances)

    def read(
        self,
        appliances: Sequence[str],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Household:
        """Reads the rows of [since, until)."""
        return read_household(self._path, appliances, since=since, until=until)
