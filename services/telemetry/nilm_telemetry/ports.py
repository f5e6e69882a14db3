"""What the use cases need from the outside: stores of time series, and the directory of accounts.

A store is one adapter; the contract suite in `tests/contract/telemetry` says what each must do.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from nilm_core.access import BuildingAccess
from nilm_core.timegrid import TimeGrid
from nilm_rpc.call import Call
from nilm_telemetry.domain.buckets import Buckets
from nilm_telemetry.domain.corrections import Correction
from nilm_telemetry.domain.predictions import MergedCells, PredictedCells, PredictionReach
from nilm_telemetry.domain.quarters import PredictionQuarters, ReadingQuarters
from nilm_telemetry.domain.readings import MeterExtent, MeterSeries, Readings
from nilm_telemetry.domain.tariffs import Tariff


class ReadingStore(Protocol):
    """Keeps readings by meter and time; intervals are half-open, in microseconds."""

    async def write(self, series: MeterSeries, readings: Readings) -> None:
        """Keeps readings, durable on return; of one time the last write and row wins.

        Args:
            series: The meter's series.
            readings: Finite float32 rows in any order, doubles allowed.

        Raises:
            ResourceExhaustedError: Too much is waiting to be written.
            UnavailableError: The store cannot write now.
        """
        ...

    async def page(self, meter_id: str, start_us: int, end_us: int, limit: int) -> Readings:
        """Returns the first `limit` readings of an interval, in time order."""
        ...

    async def buckets(self, meter_id: str, grid: TimeGrid, start_us: int, end_us: int) -> Buckets:
        """Returns statistics of the readings of an interval over a grid that covers it."""
        ...

    async def quarters(self, meter_id: str, start_us: int, end_us: int) -> ReadingQuarters:
        """Returns the quarter hours of an interval whose ends are multiples of one.

        See `nilm_telemetry.domain.quarters` for what they add up.
        """
        ...

    async def extents(self, meter_ids: Collection[str] | None = None) -> list[MeterExtent]:
        """Returns how far the readings reach of these meters, or of all; cheap.

        Meters without a reading are left out.
        """
        ...


class PredictionStore(Protocol):
    """Keeps predictions by building, appliance and time."""

    async def write(self, building_id: str, cells: Sequence[PredictedCells]) -> None:
        """Keeps cells, durable on return; of one appliance and start time the last write wins.

        Raises:
            ResourceExhaustedError: Too much is waiting to be written.
            UnavailableError: The store cannot write now.
        """
        ...

    async def page(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int, limit: int
    ) -> list[PredictedCells]:
        """Returns the first `limit` cells that start in an interval, in time order.

        They are parted where the model version or the period changes.
        """
        ...

    async def means(
        self, building_id: str, appliance_id: str, grid: TimeGrid, start_us: int, end_us: int
    ) -> MergedCells:
        """Returns means of the cells that start in an interval over a grid that covers it."""
        ...

    async def quarters(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int
    ) -> PredictionQuarters:
        """Returns the quarter hours of an interval whose ends are multiples of one."""
        ...

    async def reaches(self, building_ids: Collection[str] | None = None) -> list[PredictionReach]:
        """Returns how far predictions reach in these buildings, or in all; cheap."""
        ...


class CorrectionStore(Protocol):
    """Keeps what people say of appliances, by building, appliance and start."""

    async def put(
        self, building_id: str, appliance_id: str, corrections: Sequence[Correction]
    ) -> None:
        """Keeps corrections, durable on return; of one start the last one counts.

        One that is withdrawn is never found again.

        Raises:
            ResourceExhaustedError: Too much is waiting to be written.
            UnavailableError: The store cannot write now.
        """
        ...

    async def find(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int
    ) -> list[Correction]:
        """Returns the corrections that start in an interval, in time order."""
        ...


class MeterDirectory(Protocol):
    """Knows the meters of a building, as `nilm_rpc.authorization.Authorizer` with its cache."""

    async def access(
        self, call: Call, *, building_id: str = "", meter_id: str = "", fresh: bool = False
    ) -> BuildingAccess:
        """Returns what the caller may do in a building, and its meters; `fresh`: as of now."""
        ...


class AccountDirectory(Protocol):
    """What `auth` knows beside access; asked in the caller's name."""

    async def building_ids(self) -> list[str]:
        """Returns the buildings that the caller may see."""
        ...

    async def tariffs(self, building_id: str) -> list[Tariff]:
        """Returns a building's tariffs."""
        ...

    async def carbon_intensity(self, building_id: str) -> float | None:
        """Returns the greenhouse gas of a building's electricity, g CO2e/kWh, if configured."""
        ...
