import asyncio
import time
from collections.abc import Iterator

import pytest

from nilm_auth.adapters.argon2_hasher import Argon2Hasher
from nilm_core.errors import ResourceExhaustedError


@pytest.fixture
def hasher() -> Iterator[Argon2Hasher]:
    made = Argon2Hasher(memory_kib=64, passes=1, threads=2)
    yield made
    made.close()


async def test_a_password_has_its_own_hash_alone(hasher: Argon2Hasher) -> None:
    first, second = await hasher.hash("correct horse"), await hasher.hash("correct horse")
    assert first != second
    assert first.startswith("$argon2id$")
    assert await hasher.verify(first, "correct horse")
    assert not await hasher.verify(first, "battery staple")


async def test_nobodys_password_is_never_right(hasher: Argon2Hasher) -> None:
    assert not await hasher.verify(None, "correct horse")


async def test_a_damaged_hash_lets_nobody_in(hasher: Argon2Hasher) -> None:
    assert not await hasher.verify("not a hash", "correct horse")


async def test_comparing_with_nobody_takes_as_long() -> None:
    hasher = Argon2Hasher(memory_kib=8_192, passes=2, threads=1)
    somebody = await hasher.hash("correct horse")
    durations: dict[str | None, list[float]] = {somebody: [], None: []}
    for _ in range(9):
        for password_hash, spent in durations.items():
            start = time.perf_counter()
            await hasher.verify(password_hash, "battery staple")
            spent.append(time.perf_counter() - start)
    known, unknown = (min(spent) for spent in durations.values())  # others only make it longer
    assert 0.5 < unknown / known < 2
    hasher.close()


async def test_hashes_of_other_parameters_are_outdated(hasher: Argon2Hasher) -> None:
    stronger = Argon2Hasher(memory_kib=128, passes=1, threads=1)
    password_hash = await hasher.hash("correct horse")
    assert not hasher.is_outdated(password_hash)
    assert stronger.is_outdated(password_hash)
    stronger.close()


async def test_too_many_at_once_are_told_when_to_come_back(hasher: Argon2Hasher) -> None:
    tasks = [asyncio.create_task(hasher.hash("x")) for _ in range(64)]
    await asyncio.sleep(0)
    with pytest.raises(ResourceExhaustedError) as caught:
        await hasher.hash("x")
    assert caught.value.retry_after is not None
    assert len(set(await asyncio.gather(*tasks))) == 64
    assert await hasher.hash("x")
