"""All stores of one database."""

from dataclasses import dataclass

from nilm_auth.ports.accounts import ResetStore, SessionStore, UserStore
from nilm_auth.ports.buildings import (
    ApplianceStore,
    BuildingStore,
    MemberStore,
    MeterStore,
    TariffStore,
)


@dataclass(frozen=True, slots=True)
class Stores:
    """What an adapter provides."""

    users: UserStore
    sessions: SessionStore
    resets: ResetStore
    buildings: BuildingStore
    members: MemberStore
    meters: MeterStore
    appliances: ApplianceStore
    tariffs: TariffStore
