"""Two replicas of the service on one store, writing the same thing at the same time."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import date

from nilm_auth.domain.building import Member
from nilm_auth.domain.role import Role
from nilm_auth.domain.tariff import Tariff, TimeOfUseRate
from nilm_auth.domain.user import User
from nilm_auth.ports.stores import Stores
from tests.contract.auth.conftest import NOW, Maker, account_id

ROUNDS = 15


async def _race(*attempts: Awaitable[object]) -> list[object]:
    """Lets attempts begin together; returns what each returned or raised."""
    start = asyncio.Barrier(len(attempts))

    async def run(attempt: Awaitable[object]) -> object:
        await start.wait()
        return await attempt

    return await asyncio.gather(*(run(attempt) for attempt in attempts), return_exceptions=True)


def _kinds(outcomes: list[object]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


async def test_of_two_sign_ups_with_one_address_one_wins_each_time(
    replicas: tuple[Stores, Stores],
) -> None:
    for number in range(ROUNDS):
        twins = [
            User(
                account_id(f"{number}{name}"),
                f"{number}@home.local",
                name,
                "",
                False,
                False,
                NOW,
                NOW,
            )
            for name in "ab"
        ]
        outcomes = await _race(
            *(store.users.add(user) for store, user in zip(replicas, twins, strict=True))
        )
        assert _kinds(outcomes) == ["AlreadyExistsError", "NoneType"]


async def test_no_change_of_the_same_row_is_lost(
    replicas: tuple[Stores, Stores], make: Maker
) -> None:
    home = await make.building("home", await make.user("ada"))

    async def append(store: Stores, letter: str) -> None:
        for _ in range(ROUNDS):
            await store.buildings.change(
                home.building_id,
                lambda building: replace(building, address=building.address + letter),
            )

    assert await _race(append(replicas[0], "a"), append(replicas[1], "b")) == [None, None]
    after = await replicas[0].buildings.get(home.building_id)
    assert after is not None
    assert sorted(after.address) == ["a"] * ROUNDS + ["b"] * ROUNDS


async def test_of_two_managers_who_demote_each_other_one_stays_each_time(
    replicas: tuple[Stores, Stores], make: Maker
) -> None:
    ada, bob = await make.user("ada"), await make.user("bob")
    home = await make.building("home", ada)
    await make.member(home, bob, Role.MANAGER)
    for _ in range(ROUNDS):
        outcomes = await _race(
            replicas[0].members.set_role(home.building_id, bob.user_id, Role.VIEWER),
            replicas[1].members.set_role(home.building_id, ada.user_id, Role.VIEWER),
        )
        assert _kinds(outcomes) == ["FailedPreconditionError", "Member"]
        for person in (ada, bob):
            await replicas[0].members.set_role(home.building_id, person.user_id, Role.MANAGER)


async def test_a_last_manager_who_deletes_the_account_as_the_other_leaves_is_refused(
    replicas: tuple[Stores, Stores], make: Maker
) -> None:
    ada = await make.user("ada")
    for number in range(ROUNDS):
        bob = await make.user(f"bob{number}")
        home = await make.building(f"home{number}", bob)
        await make.member(home, ada, Role.MANAGER)
        outcomes = await _race(
            replicas[0].users.remove(bob.user_id),
            replicas[1].members.remove(home.building_id, ada.user_id),
        )
        assert _kinds(outcomes) == ["FailedPreconditionError", "NoneType"]
        left = await replicas[0].members.list(home.building_id, limit=9)
        assert [member.role for member in left] == [Role.MANAGER]


async def test_of_two_administrators_who_disable_each_other_one_stays_each_time(
    replicas: tuple[Stores, Stores], make: Maker
) -> None:
    admins = [await make.user(name, is_admin=True) for name in ("ada", "bob")]
    for _ in range(ROUNDS):
        outcomes = await _race(
            *(
                store.users.change(user.user_id, lambda user: replace(user, is_disabled=True))
                for store, user in zip(replicas, admins, strict=True)
            )
        )
        assert _kinds(outcomes) == ["FailedPreconditionError", "User"]
        for user in admins:
            await replicas[0].users.change(
                user.user_id, lambda user: replace(user, is_disabled=False)
            )


async def test_who_is_invited_as_the_building_is_deleted_is_member_of_nothing(
    replicas: tuple[Stores, Stores], make: Maker
) -> None:
    ada, bob = await make.user("ada"), await make.user("bob")
    for number in range(ROUNDS):
        home = await make.building(f"home{number}", ada)
        await _race(
            replicas[0].buildings.remove(home.building_id),
            replicas[1].members.add(
                Member(home.building_id, bob.user_id, bob.email, "bob", Role.VIEWER, NOW)
            ),
        )
        assert await replicas[0].members.list(home.building_id, limit=9) == []


async def test_a_tariff_is_never_read_half_changed(
    replicas: tuple[Stores, Stores], make: Maker
) -> None:
    home = await make.building("home", await make.user("ada"))
    tariff = Tariff("trf_a", home.building_id, "Flat", date(2024, 4, 1), "GBP", 0.0, 0.0, (), NOW)
    await replicas[0].tariffs.add(tariff)
    done = asyncio.Event()

    async def change() -> None:
        for number in range(1, 4 * ROUNDS):
            price = float(number)
            rates = (TimeOfUseRate((), 0, 60, price),)
            await replicas[0].tariffs.change(
                home.building_id,
                "trf_a",
                lambda present, price=price, rates=rates: replace(
                    present, price_per_kwh=price, rates=rates
                ),
            )
        done.set()

    async def read() -> int:
        count = 0
        while not done.is_set():
            seen = await replicas[1].tariffs.get(home.building_id, "trf_a")
            assert seen is not None
            assert all(rate.price_per_kwh == seen.price_per_kwh for rate in seen.rates)
            assert seen.rates or seen.price_per_kwh == 0.0
            count += 1
        return count

    _none, count = await _race(change(), read())
    assert isinstance(count, int), count
    assert count > ROUNDS
