"""What the use cases need of other services.

Whose token goes with a call is the adapter's matter: one serves callers, another the background.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from nilm_inference.domain.series import BuildingActivity, PredictionSeries, Readings


class MainsSource(Protocol):
    """Where mains readings come from."""

    async def mains(self, building_id: str, start: datetime, end: datetime) -> Readings:
        """Returns the readings of the building's mains meter in [start, end).

        Raises:
            NilmError: They cannot be had; the caller is told as it is.
        """
        ...


class PredictionSink(Protocol):
    """Where predictions are kept."""

    async def write(self, building_id: str, series: Sequence[PredictionSeries]) -> None:
        """Returns once all cells are durable; those that are NaN are left as they were.

        Raises:
            NilmError: Nothing can be said of what was kept; a repeat is harmless.
        """
        ...


class PredictionSource(Protocol):
    """Where predictions are read back from."""

    def read(
        self, building_id: str, appliance_ids: Sequence[str], start: datetime, end: datetime
    ) -> AsyncIterator[PredictionSeries]:
        """Yields the predictions of [start, end), in time order for each appliance."""
        ...


class ActivitySource(Protocol):
    """Where the live loop finds its work."""

    async def activity(self) -> Sequence[BuildingActivity]:
        """Returns how far the readings and the predictions of every building reach."""
        ...
