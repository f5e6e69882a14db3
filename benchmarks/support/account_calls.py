"""Each call of the account stores, on a household of a usual size."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from nilm_auth.domain.building import Building, Member
from nilm_auth.domain.meter import Appliance, Meter
from nilm_auth.domain.role import Role
from nilm_auth.domain.session import SecretRecord
from nilm_auth.domain.tariff import Tariff, TimeOfUseRate
from nilm_auth.domain.user import User
from nilm_auth.ports.stores import FullStores, Stores
from nilm_core.access import MeterKind

NOW = datetime(2024, 7, 1, tzinfo=UTC)
PEOPLE = 10
BUILDINGS = 10
APPLIANCES = ("kettle", "dishwasher", "microwave", "washing_machine", "fridge")
RATES = (TimeOfUseRate((), 1_380, 420, 0.09), TimeOfUseRate((6, 7), 0, 1_440, 0.21))


def person_id(number: int) -> str:
    """Returns the id of a person, such as Supabase Auth gives."""
    return str(uuid5(NAMESPACE_URL, f"person {number}"))


MANAGER = person_id(0)
HOME = "bld_0"


def person(number: int) -> User:
    """Returns an account."""
    email = f"person{number:03}@home.local"
    return User(person_id(number), email, f"Person {number}", "", False, False, NOW, NOW)


def building(number: int) -> Building:
    """Returns a building."""
    return Building(f"bld_{number}", f"Home {number}", "Europe/London", "", False, NOW, NOW)


def member(number: int, role: Role = Role.VIEWER) -> Member:
    """Returns a membership of a person in the first building."""
    user = person(number)
    return Member(HOME, user.user_id, user.email, user.display_name, role, NOW)


def meter(name: str, kind: MeterKind = MeterKind.APPLIANCE) -> Meter:
    """Returns a meter of the first building."""
    appliance_id = "" if kind is MeterKind.MAINS else "kettle"
    return Meter(f"mtr_{name}", HOME, name, kind, appliance_id, NOW)


def appliance(name: str) -> Appliance:
    """Returns an appliance of the first building."""
    return Appliance(HOME, name, name, 2_000.0, NOW)


def tariff(number: int) -> Tariff:
    """Returns a tariff of the first building, one a day."""
    day = date(2020, 1, 1) + timedelta(days=number)
    return Tariff(f"trf_{number}", HOME, "Economy", day, "GBP", 0.3, 0.5, RATES, NOW)


def secret(name: str) -> SecretRecord:
    """Returns what is kept of a token."""
    return SecretRecord(name.rjust(64, "0"), NOW, NOW + timedelta(days=30))


async def populate(stores: Stores) -> None:
    """Makes the accounts, buildings and parts that the calls find."""
    for number in range(PEOPLE):
        await stores.users.add(person(number))
    for number in range(BUILDINGS):
        await stores.buildings.add(building(number), MANAGER)
    for number in range(1, 5):
        await stores.members.add(member(number))
    await stores.meters.add(meter("mains", MeterKind.MAINS))
    for name in APPLIANCES:
        await stores.meters.add(meter(name))
        await stores.appliances.add(appliance(name))
    for number in range(3):
        await stores.tariffs.add(tariff(number))


Call = Callable[[Any, int], Awaitable[object]]
"""Makes the call for the n-th time; those that add come before those that remove the same."""

CALLS: Mapping[str, Call] = {
    "users.get": lambda stores, _: stores.users.get(MANAGER),
    "users.find": lambda stores, _: stores.users.find("person000@home.local"),
    "users.change": lambda stores, n: stores.users.change(
        MANAGER, lambda user: replace(user, display_name=f"Person {n}")
    ),
    "buildings.get": lambda stores, _: stores.buildings.get(HOME),
    "buildings.list": lambda stores, _: stores.buildings.list(member_id=MANAGER, limit=50),
    "buildings.add": lambda stores, n: stores.buildings.add(building(1_000 + n), MANAGER),
    "buildings.change": lambda stores, n: stores.buildings.change(
        HOME, lambda present: replace(present, address=f"Lane {n}")
    ),
    "buildings.remove": lambda stores, n: stores.buildings.remove(f"bld_{1_000 + n}"),
    "members.get": lambda stores, _: stores.members.get(HOME, MANAGER),
    "members.list": lambda stores, _: stores.members.list(HOME, limit=50),
    "members.set_role": lambda stores, n: stores.members.set_role(
        HOME, person_id(1), (Role.VIEWER, Role.WARDEN)[n % 2]
    ),
    "meters.get": lambda stores, _: stores.meters.get("mtr_mains"),
    "meters.list": lambda stores, _: stores.meters.list(HOME),
    "meters.add": lambda stores, n: stores.meters.add(meter(f"new{n}")),
    "meters.rename": lambda stores, n: stores.meters.rename(HOME, "mtr_kettle", f"Kettle {n}"),
    "meters.remove": lambda stores, n: stores.meters.remove(HOME, f"mtr_new{n}"),
    "appliances.get": lambda stores, _: stores.appliances.get(HOME, "kettle"),
    "appliances.list": lambda stores, _: stores.appliances.list(HOME, limit=50),
    "appliances.add": lambda stores, n: stores.appliances.add(appliance(f"new{n}")),
    "appliances.change": lambda stores, n: stores.appliances.change(
        HOME, "kettle", lambda present: replace(present, rated_power_w=float(n))
    ),
    "appliances.remove": lambda stores, n: stores.appliances.remove(HOME, f"new{n}"),
    "tariffs.get": lambda stores, _: stores.tariffs.get(HOME, "trf_0"),
    "tariffs.list": lambda stores, _: stores.tariffs.list(HOME, limit=50),
    "tariffs.add": lambda stores, n: stores.tariffs.add(tariff(1_000 + n)),
    "tariffs.change": lambda stores, n: stores.tariffs.change(
        HOME, "trf_0", lambda present: replace(present, price_per_kwh=0.1 + n / 1_000)
    ),
    "tariffs.remove": lambda stores, n: stores.tariffs.remove(HOME, f"trf_{1_000 + n}"),
}

SIGN_IN_CALLS: Mapping[str, Call] = {
    "sessions.start": lambda stores, n: stores.sessions.start(MANAGER, secret(f"token{n}")),
    "sessions.rotate": lambda stores, n: stores.sessions.rotate(
        secret(f"token{n}").token_hash, secret(f"next{n}")
    ),
    "sessions.end": lambda stores, n: stores.sessions.end(secret(f"next{n}").token_hash),
    "resets.add": lambda stores, n: stores.resets.add(MANAGER, secret(f"reset{n}")),
    "resets.take": lambda stores, n: stores.resets.take(secret(f"reset{n}").token_hash, NOW),
}
"""Those of stores that keep sign-ins too."""


def calls_of(stores: Stores) -> Mapping[str, Call]:
    """Returns the calls that a store has."""
    return {**CALLS, **SIGN_IN_CALLS} if isinstance(stores, FullStores) else CALLS
