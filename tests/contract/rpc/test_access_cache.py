"""Every cache of access decisions keeps them alike."""

import asyncio
from collections.abc import Callable

import pytest

from nilm_core.access import BuildingAccess, MeterKind, MeterRef, Permission
from nilm_core.errors import NotFoundError
from nilm_rpc.access_cache import AccessCache, AccessChange, AccessKey
from tests.support.eventually import eventually_answers

ADA = AccessKey("usr_ada", "bld_home")
BOB = AccessKey("usr_bob", "bld_home")
ADA_OFFICE = AccessKey("usr_ada", "bld_office")
BY_METER = AccessKey("usr_ada", meter_id="mtr_mains")

Make = Callable[[float], AccessCache]


class Auth:
    """Answers for auth, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[AccessKey] = []
        self.permissions = frozenset({Permission.BUILDING_READ, Permission.READINGS_READ})

    async def decide(self, key: AccessKey) -> BuildingAccess:
        self.asked.append(key)
        permissions = self.permissions
        await asyncio.sleep(0.01)
        return BuildingAccess(
            building_id=key.building_id or "bld_home",
            role="viewer",
            permissions=permissions,
            time_zone="Europe/London",
            meters=(MeterRef("mtr_mains", MeterKind.MAINS, "", "Zähler"),),
        )


async def ask(cache: AccessCache, auth: Auth, key: AccessKey, **kind: bool) -> BuildingAccess:
    return await cache.get(key, lambda: auth.decide(key), **kind)


async def test_a_decision_is_asked_once(access_cache: Make) -> None:
    cache, auth = access_cache(30.0), Auth()
    first = await ask(cache, auth, ADA)
    assert await ask(cache, auth, ADA) == first == await auth.decide(ADA)
    assert auth.asked == [ADA, ADA]  # the second by this test
    stats = cache.stats()
    assert (stats.entry_count, stats.hit_count, stats.miss_count) == (1, 1, 1)


async def test_many_who_ask_at_once_ask_once(access_cache: Make) -> None:
    cache, auth = access_cache(30.0), Auth()
    await asyncio.gather(*(ask(cache, auth, ADA) for _ in range(50)))
    assert auth.asked == [ADA]


async def test_callers_and_buildings_do_not_share(access_cache: Make) -> None:
    cache, auth = access_cache(30.0), Auth()
    for key in (ADA, BOB, ADA_OFFICE, BY_METER, ADA, BOB, ADA_OFFICE, BY_METER):
        await ask(cache, auth, key)
    assert auth.asked == [ADA, BOB, ADA_OFFICE, BY_METER]


async def test_refusals_are_asked_again(access_cache: Make) -> None:
    cache = access_cache(30.0)
    refused = 0

    async def refuse() -> BuildingAccess:
        nonlocal refused
        refused += 1
        raise NotFoundError("building not found")

    for _ in range(2):
        with pytest.raises(NotFoundError):
            await cache.get(ADA, refuse)
    assert refused == 2


async def test_a_decision_ends_with_its_time(access_cache: Make) -> None:
    cache, auth = access_cache(0.2), Auth()
    await ask(cache, auth, ADA)

    async def is_asked_again() -> bool:
        await ask(cache, auth, ADA)
        return len(auth.asked) > 1

    await eventually_answers(is_asked_again)


@pytest.mark.parametrize(
    ("change", "forgotten"),
    [
        (AccessChange(building_id="bld_home"), [ADA, BOB, BY_METER]),
        (AccessChange(user_id="usr_ada"), [ADA, ADA_OFFICE, BY_METER]),
        (AccessChange("bld_home", "usr_ada"), [ADA, BY_METER]),
        (AccessChange(), [ADA, BOB, ADA_OFFICE, BY_METER]),
        (AccessChange(building_id="bld_other"), []),
    ],
)
async def test_a_change_ends_what_it_concerns(
    access_cache: Make, change: AccessChange, forgotten: list[AccessKey]
) -> None:
    cache, auth = access_cache(30.0), Auth()
    keys = (ADA, BOB, ADA_OFFICE, BY_METER)
    for key in keys:
        await ask(cache, auth, key)
    auth.asked.clear()
    assert await cache.invalidate(change) == len(forgotten)
    for key in keys:
        await ask(cache, auth, key)
    assert auth.asked == forgotten


async def test_an_answer_older_than_a_change_is_not_kept(access_cache: Make) -> None:
    cache, auth = access_cache(30.0), Auth()
    asking = asyncio.create_task(ask(cache, auth, ADA))
    while not auth.asked:  # noqa: ASYNC110 what is waited for has no event
        await asyncio.sleep(0)
    auth.permissions = frozenset()
    await cache.invalidate(AccessChange(building_id="bld_home"))
    await asking
    assert (await ask(cache, auth, ADA)).permissions == frozenset()


async def test_a_fresh_decision_is_asked_for_and_kept(access_cache: Make) -> None:
    cache, auth = access_cache(30.0), Auth()
    await ask(cache, auth, ADA)
    auth.permissions = frozenset()
    assert (await ask(cache, auth, ADA, fresh=True)).permissions == frozenset()
    assert (await ask(cache, auth, ADA)).permissions == frozenset()
    assert auth.asked == [ADA, ADA]
