"""Keeps what people say of the runs of appliances."""

from collections.abc import Sequence
from datetime import datetime

from nilm_core.clock import Clock
from nilm_core.errors import InvalidArgumentError
from nilm_core.timegrid import to_us
from nilm_telemetry.domain.corrections import LONGEST_US, Correction, Verdict
from nilm_telemetry.ports import CorrectionStore


class Corrections:
    """The corrections of all buildings; intervals are half-open."""

    def __init__(self, store: CorrectionStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def correct(
        self,
        building_id: str,
        appliance_id: str,
        interval: tuple[datetime, datetime],
        verdict: Verdict,
    ) -> Correction:
        """Keeps a correction in the place of those that it overlaps, and returns it.

        Raises:
            InvalidArgumentError: It begins in the future.
            NilmError: The store cannot write now.
        """
        now_us = to_us(self._clock.now())
        start_us, end_us = (to_us(time) for time in interval)
        if start_us > now_us:
            raise InvalidArgumentError.of_field("start_time", "must not be in the future")
        correction = Correction(start_us, end_us, verdict, now_us)
        near = await self._store.find(building_id, appliance_id, start_us - LONGEST_US, end_us)
        replaced = [
            each.withdrawn()
            for each in near
            if each.overlaps(correction) and each.start_us != start_us
        ]
        await self._store.put(building_id, appliance_id, [*replaced, correction])
        return correction

    async def between(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int
    ) -> Sequence[Correction]:
        """Returns the corrections that start in an interval, the oldest first."""
        return await self._store.find(building_id, appliance_id, start_us, end_us)

    async def withdraw(self, building_id: str, appliance_id: str, start: datetime) -> None:
        """Takes back the correction that starts at a time, if there is one."""
        start_us = to_us(start)
        found = await self._store.find(building_id, appliance_id, start_us, start_us + 1)
        if found:
            taken_back = [each.withdrawn() for each in found]
            await self._store.put(building_id, appliance_id, taken_back)
