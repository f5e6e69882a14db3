"""How far the live loop has come with one building, and what it does there next.

The newest cells are predicted as soon as they close, without their future. Once in a refinement
period the half window before them is predicted again with what has come since, so a cell is made
with its whole future at most one period after that is known. To do so for each new cell would
write every cell again as often as half a window has cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from nilm_inference.domain.cells import floor_to_cell
from nilm_inference.domain.series import BuildingActivity
from nilm_models.bundle import LoadedModel
from nilm_models.windows import context_span

_CRC_VALUES = 2**32


@dataclass(slots=True)
class LiveProgress:
    """What this process knows of a building that it predicts."""

    models: Sequence[LoadedModel]
    """What runs in it; empty where nothing does."""
    done_until: datetime
    """End of the newest cell that is predicted."""
    settled_until: datetime
    """Cells that start before it were predicted with their whole future."""
    refine_from: datetime
    """Once a cell has closed that ends here or later, a refinement is due."""
    waiting_since: datetime | None = None
    """When the first cell was predicted that was not refined since."""

    @classmethod
    def begun(
        cls, building: BuildingActivity, models: Sequence[LoadedModel], period: timedelta
    ) -> "LiveProgress":
        """Returns how far the stored predictions reach; the next new cell refines them.

        What was refined before is not known. It was at most a period of readings ago.
        """
        reaches = {each.appliance_id: each.predicted_until for each in building.reaches}
        known = (reaches.get(each.entry.appliance_id, building.first_reading) for each in models)
        done_until = min([building.latest_reading, *known])
        progress = cls(models, done_until, done_until, refine_from=building.first_reading)
        progress.settled_until -= progress.unsettled + period
        return progress

    @property
    def unsettled(self) -> timedelta:
        """How far back a new reading matters: half of the longest window."""
        spans = (
            context_span(each.entry.sample_period, each.entry.input_window_size)
            for each in self.models
        )
        return max(spans, default=timedelta(0))

    @property
    def newest_from(self) -> datetime:
        """Where the newest cells begin: a longer one may still be open where shorter ones end."""
        periods = [each.entry.sample_period for each in self.models]
        return floor_to_cell(self.done_until, max(periods)) if periods else self.done_until

    def has_work(self, closed: datetime, now: datetime, period: timedelta) -> bool:
        """Tells whether a cell has closed, or what is new was left long enough by its meter."""
        return closed > self.done_until or self._is_left(now, period)

    def is_refined(self, closed: datetime, now: datetime, period: timedelta) -> bool:
        """Tells whether what is done next refines the half window as well."""
        return closed >= self.refine_from or self._is_left(now, period)

    def covers(self, models: Sequence[LoadedModel]) -> bool:
        """Tells whether all of these ran so far."""
        known = {each.entry.appliance_id for each in self.models}
        return known.issuperset(each.entry.appliance_id for each in models)

    def extended(self, until: datetime, now: datetime) -> None:
        """Takes in that new cells were predicted."""
        self.done_until = max(self.done_until, until)
        if self.waiting_since is None:
            self.waiting_since = now

    def refined(self, until: datetime, closed: datetime) -> None:
        """Takes in that cells were predicted with all readings before `closed`."""
        self.done_until = max(self.done_until, until)
        self.settled_until = min(until, closed - self.unsettled)

    def refined_all(self, building_id: str, period: timedelta) -> None:
        """Takes in that a refinement has ended, and sets the next.

        Each building has its own place in the period, so that they do not come all at once.
        """
        self.waiting_since = None
        phase = period * (crc32(building_id.encode()) / _CRC_VALUES)
        if period:
            self.refine_from = floor_to_cell(self.done_until + phase, period) + period - phase

    def _is_left(self, now: datetime, period: timedelta) -> bool:
        return self.waiting_since is not None and now - self.waiting_since >= period
