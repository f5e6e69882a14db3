"""What people say of the runs of an appliance."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import IntEnum

from nilm_core.timegrid import span_us

LONGEST = timedelta(days=31)
"""Longest time that one correction speaks of."""


class Verdict(IntEnum):
    """What is said of a time; the numbers are stored."""

    WITHDRAWN = 0
    """Nothing any more."""
    RAN = 1
    """It ran."""
    DID_NOT_RUN = 2
    """It did not run."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of an appliance in [start, end)."""

    start_us: int
    end_us: int
    verdict: Verdict
    created_us: int
    """When it was said."""

    def overlaps(self, other: "Correction") -> bool:
        """Tells whether both speak of some instant."""
        return self.start_us < other.end_us and other.start_us < self.end_us

    def withdrawn(self) -> "Correction":
        """Returns what is written to take it back."""
        return replace(self, verdict=Verdict.WITHDRAWN)


LONGEST_US = span_us(LONGEST)
