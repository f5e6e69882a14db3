"""Stores of buildings, their members, meters, appliances and tariffs.

Every method is one atomic step, as in `nilm_auth.ports.accounts`. Lists are keyset pages: at most
`limit` rows in the list's order, beginning after the position `after`. A building that is gone
raises NotFoundError wherever something would be added to it.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from nilm_auth.domain.building import Building, Member
from nilm_auth.domain.meter import Appliance, Meter
from nilm_auth.domain.role import Role
from nilm_auth.domain.tariff import Tariff

NamePosition = tuple[str, str]
"""Where a list by name stands: display name and id."""


class BuildingStore(Protocol):
    """Keeps buildings."""

    async def add(self, building: Building, manager_id: str) -> None:
        """Adds a building with its first manager.

        Raises:
            NotFoundError: There is no such account.
        """
        ...

    async def get(self, building_id: str) -> Building | None:
        """Returns a building, or None if there is none."""
        ...

    async def list(
        self, *, member_id: str | None, after: NamePosition | None = None, limit: int
    ) -> Sequence[Building]:
        """Returns buildings by name: a member's, or all for None."""
        ...

    async def change(self, building_id: str, change: Callable[[Building], Building]) -> Building:
        """Replaces a building by what `change` makes of it, and returns that.

        Raises:
            NotFoundError: There is no such building.
        """
        ...

    async def remove(self, building_id: str) -> None:
        """Removes a building, its members, meters, appliances and tariffs.

        Raises:
            NotFoundError: There is no such building.
        """
        ...


class MemberStore(Protocol):
    """Keeps memberships; a building's last manager stays."""

    async def add(self, member: Member) -> None:
        """Adds a member.

        Raises:
            AlreadyExistsError: The person is a member.
            NotFoundError: The building or the account is gone.
        """
        ...

    async def get(self, building_id: str, user_id: str) -> Member | None:
        """Returns a member, or None if the person is none."""
        ...

    async def list(
        self, building_id: str, *, after: str | None = None, limit: int
    ) -> Sequence[Member]:
        """Returns members by email."""
        ...

    async def set_role(self, building_id: str, user_id: str, role: Role) -> Member:
        """Changes what a member is, and returns the member.

        Raises:
            NotFoundError: The person is no member.
            FailedPreconditionError: No manager would be left.
        """
        ...

    async def remove(self, building_id: str, user_id: str) -> None:
        """Removes a member.

        Raises:
            NotFoundError: The person is no member.
            FailedPreconditionError: No manager would be left.
        """
        ...


class MeterStore(Protocol):
    """Keeps meters: their ids are unique in the installation, a building has one mains meter."""

    async def add(self, meter: Meter) -> None:
        """Adds a meter.

        Raises:
            AlreadyExistsError: The building has a mains meter, or the id is taken.
        """
        ...

    async def get(self, meter_id: str) -> Meter | None:
        """Returns a meter of any building, or None if there is none."""
        ...

    async def list(
        self, building_id: str, *, after: NamePosition | None = None, limit: int | None = None
    ) -> Sequence[Meter]:
        """Returns a building's meters by name; all without a limit."""
        ...

    async def rename(self, building_id: str, meter_id: str, display_name: str) -> Meter:
        """Gives a meter another name, and returns the meter.

        Raises:
            NotFoundError: The building has no such meter.
        """
        ...

    async def remove(self, building_id: str, meter_id: str) -> None:
        """Removes a meter.

        Raises:
            NotFoundError: The building has no such meter.
        """
        ...


class ApplianceStore(Protocol):
    """Keeps appliances."""

    async def add(self, appliance: Appliance) -> None:
        """Adds an appliance.

        Raises:
            AlreadyExistsError: The building has one of that id.
        """
        ...

    async def get(self, building_id: str, appliance_id: str) -> Appliance | None:
        """Returns an appliance, or None if there is none."""
        ...

    async def list(
        self, building_id: str, *, after: str | None = None, limit: int
    ) -> Sequence[Appliance]:
        """Returns a building's appliances by id."""
        ...

    async def change(
        self, building_id: str, appliance_id: str, change: Callable[[Appliance], Appliance]
    ) -> Appliance:
        """Replaces an appliance by what `change` makes of it, and returns that.

        Raises:
            NotFoundError: The building has no such appliance.
        """
        ...

    async def remove(self, building_id: str, appliance_id: str) -> None:
        """Removes an appliance.

        Raises:
            NotFoundError: The building has no such appliance.
        """
        ...


class TariffStore(Protocol):
    """Keeps tariffs, one a building and day that it holds from."""

    async def add(self, tariff: Tariff) -> None:
        """Adds a tariff.

        Raises:
            AlreadyExistsError: Another of the building holds from that day.
        """
        ...

    async def get(self, building_id: str, tariff_id: str) -> Tariff | None:
        """Returns a tariff, or None if there is none."""
        ...

    async def list(
        self, building_id: str, *, after: date | None = None, limit: int
    ) -> Sequence[Tariff]:
        """Returns a building's tariffs by the day that they hold from."""
        ...

    async def change(
        self, building_id: str, tariff_id: str, change: Callable[[Tariff], Tariff]
    ) -> Tariff:
        """Replaces a tariff by what `change` makes of it, and returns that.

        Raises:
            NotFoundError: The building has no such tariff.
            AlreadyExistsError: Another of the building holds from the new day.
        """
        ...

    async def remove(self, building_id: str, tariff_id: str) -> None:
        """Removes a tariff.

        Raises:
            NotFoundError: The building has no such tariff.
        """
        ...
