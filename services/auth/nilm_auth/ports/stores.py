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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What an adapter provides."""

    users: UserStore
    buildings: BuildingStore
    members: MemberStore
    meters: MeterStore
    appliances: ApplianceStore
    tariffs: TariffStore
    follow_identity: bool = False
    """Whether the database itself keeps accounts level with the identity provider, both ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FullStores(Stores):
    """What an adapter provides that can keep sign-ins too, for the embedded identity provider."""

    sessions: SessionStore
    resets: ResetStore
