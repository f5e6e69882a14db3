import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from nilm_auth.domain.session import RotationOutcome, SecretRecord
from nilm_auth.ports.stores import FullStores
from nilm_core.errors import NotFoundError
from tests.contract.auth.conftest import (
    KEEPING_SIGN_INS,
    NOW,
    STORES,
    Maker,
    OpenStores,
    account_id,
)

Secret = Callable[..., SecretRecord]


@pytest.fixture(params=KEEPING_SIGN_INS)
def open_stores(request: pytest.FixtureRequest) -> OpenStores:
    return STORES[request.param](request)


async def test_a_refresh_token_is_exchanged_for_its_successor(
    stores: FullStores, make: Maker, secret: Secret
) -> None:
    ada = await make.user("ada")
    await stores.sessions.start(ada.user_id, secret("one"))
    first = await stores.sessions.rotate(secret("one").token_hash, secret("two"))
    second = await stores.sessions.rotate(secret("two").token_hash, secret("three"))
    assert first.outcome is second.outcome is RotationOutcome.ROTATED
    assert first.user_id == ada.user_id


async def test_a_spent_token_ends_its_session_and_no_other(
    stores: FullStores, make: Maker, secret: Secret
) -> None:
    ada = await make.user("ada")
    await stores.sessions.start(ada.user_id, secret("one"))
    await stores.sessions.start(ada.user_id, secret("other"))
    await stores.sessions.rotate(secret("one").token_hash, secret("two"))
    reused = await stores.sessions.rotate(secret("one").token_hash, secret("thief"))
    assert reused.outcome is RotationOutcome.REUSED
    for name in ("one", "two", "thief"):
        rotation = await stores.sessions.rotate(secret(name).token_hash, secret("late"))
        assert rotation.outcome is RotationOutcome.UNKNOWN
    other = await stores.sessions.rotate(secret("other").token_hash, secret("next"))
    assert other.outcome is RotationOutcome.ROTATED


async def test_of_two_refreshes_with_one_token_at_once_exactly_one_wins(
    stores: FullStores, make: Maker, secret: Secret
) -> None:
    ada = await make.user("ada")
    for attempt in range(5):
        token = secret(f"t{attempt}")
        await stores.sessions.start(ada.user_id, token)
        rotations = await asyncio.gather(
            *(
                stores.sessions.rotate(token.token_hash, secret(f"t{attempt}n{racer}"))
                for racer in range(2)
            )
        )
        assert sorted(rotation.outcome for rotation in rotations) == [
            RotationOutcome.REUSED,
            RotationOutcome.ROTATED,
        ]


async def test_an_expired_token_is_refused(stores: FullStores, make: Maker, secret: Secret) -> None:
    ada = await make.user("ada")
    await stores.sessions.start(ada.user_id, secret("one", days=30))
    late = secret("two", issue_time=NOW + timedelta(days=30))
    rotation = await stores.sessions.rotate(secret("one").token_hash, late)
    assert rotation.outcome is RotationOutcome.EXPIRED


async def test_a_session_is_ended_by_any_of_its_tokens(
    stores: FullStores, make: Maker, secret: Secret
) -> None:
    ada = await make.user("ada")
    await stores.sessions.start(ada.user_id, secret("one"))
    await stores.sessions.rotate(secret("one").token_hash, secret("two"))
    await stores.sessions.end(secret("one").token_hash)
    await stores.sessions.end(secret("unknown").token_hash)
    rotation = await stores.sessions.rotate(secret("two").token_hash, secret("three"))
    assert rotation.outcome is RotationOutcome.UNKNOWN


async def test_all_sessions_of_one_account_are_ended(
    stores: FullStores, make: Maker, secret: Secret
) -> None:
    ada, bob = await make.user("ada"), await make.user("bob")
    await stores.sessions.start(ada.user_id, secret("a1"))
    await stores.sessions.start(ada.user_id, secret("a2"))
    await stores.sessions.start(bob.user_id, secret("b1"))
    await stores.sessions.end_all(ada.user_id)
    outcomes = [
        (await stores.sessions.rotate(secret(name).token_hash, secret(f"{name}n"))).outcome
        for name in ("a1", "a2", "b1")
    ]
    assert outcomes == [
        RotationOutcome.UNKNOWN,
        RotationOutcome.UNKNOWN,
        RotationOutcome.ROTATED,
    ]


async def test_expired_tokens_are_forgotten_and_the_rest_kept(
    stores: FullStores, make: Maker, secret: Secret
) -> None:
    ada = await make.user("ada")
    await stores.sessions.start(ada.user_id, secret("short", days=1))
    await stores.sessions.start(ada.user_id, secret("long", days=30))
    await stores.resets.add(ada.user_id, secret("reset", days=1))
    later = NOW + timedelta(days=2)
    assert await stores.sessions.prune(later) == 1
    assert await stores.resets.prune(later) == 1
    short = await stores.sessions.rotate(secret("short").token_hash, secret("x"))
    long = await stores.sessions.rotate(secret("long").token_hash, secret("y"))
    assert (short.outcome, long.outcome) == (RotationOutcome.UNKNOWN, RotationOutcome.ROTATED)


async def test_a_session_needs_an_account(stores: FullStores, secret: Secret) -> None:
    with pytest.raises(NotFoundError):
        await stores.sessions.start(account_id("nobody"), secret("one"))
    with pytest.raises(NotFoundError):
        await stores.resets.add(account_id("nobody"), secret("one"))


async def test_a_reset_token_is_good_once_and_spends_the_others(
    stores: FullStores, make: Maker, secret: Secret
) -> None:
    ada = await make.user("ada")
    await stores.resets.add(ada.user_id, secret("one"))
    await stores.resets.add(ada.user_id, secret("two"))
    taken = await asyncio.gather(
        *(stores.resets.take(secret("one").token_hash, NOW) for _ in range(2))
    )
    assert sorted(taken, key=lambda user_id: user_id or "") == [None, ada.user_id]
    assert await stores.resets.take(secret("two").token_hash, NOW) is None


async def test_an_old_reset_token_is_refused(
    stores: FullStores, make: Maker, secret: Secret
) -> None:
    ada = await make.user("ada")
    token = secret("one")
    await stores.resets.add(ada.user_id, token)
    assert await stores.resets.take(token.token_hash, token.expire_time) is None


async def test_removing_an_account_takes_its_sessions_and_resets(
    stores: FullStores, make: Maker, secret: Secret
) -> None:
    bob = await make.user("bob")
    await stores.sessions.start(bob.user_id, secret("refresh"))
    await stores.resets.add(bob.user_id, secret("reset"))
    await stores.users.remove(bob.user_id)
    rotation = await stores.sessions.rotate(secret("refresh").token_hash, secret("next"))
    assert rotation.outcome is RotationOutcome.UNKNOWN
    assert await stores.resets.take(secret("reset").token_hash, NOW) is None


async def test_the_hash_of_a_password_is_kept(stores: FullStores, make: Maker) -> None:
    ada = await make.user("ada")
    await stores.users.change(ada.user_id, lambda user: replace(user, password_hash="hash"))
    kept = await stores.users.get(ada.user_id)
    assert kept is not None
    assert kept.password_hash == "hash"
