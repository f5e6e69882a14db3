"""What the feed needs from outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from nilm_simulator.domain.noise import Float64Array, Int64Array


@dataclass(frozen=True, slots=True)
class Site:
    """The building and the meters that the readings go to."""

    building_id: str
    mains_meter_id: str
    truth_meter_ids: Mapping[str, str]
    """The meter of each appliance's true power, by appliance id."""


class SiteDirectory(Protocol):
    """Knows the building of the simulated household."""

    async def prepare(self) -> Site:
        """Finds the building with its meters, appliances and tariff, and makes what is missing.

        Raises:
            NilmError: It cannot be found or made now.
        """
        ...


class ReadingStore(Protocol):
    """Keeps readings."""

    async def latest(self, building_id: str) -> Mapping[str, int]:
        """Returns the time of the newest reading of each meter that has any, in microseconds.

        Raises:
            NilmError: The store does not answer.
        """
        ...

    async def write(
        self, building_id: str, meter_id: str, times_us: Int64Array, power_w: Float64Array
    ) -> None:
        """Makes readings of one meter durable; a repeat changes nothing.

        Args:
            building_id: The building.
            meter_id: The meter.
            times_us: Increasing times, microseconds since the epoch, shape (n,), n to 10,000.
            power_w: Power at those times, W, shape (n,).

        Raises:
            NilmError: Not all of them were stored.
        """
        ...
