"""Accounts that another server keeps, mirrored into the account store."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from nilm_auth.domain.user import User
from nilm_auth.ports.stores import Stores
from nilm_auth.service.mirror import Mirror
from nilm_core.errors import FailedPreconditionError
from tests.contract.auth.conftest import NOW

ADA = User(
    "5f0c3f9e-0d4f-4c55-9a4f-7a9e5c1b2d3e", "ada@home.local", "Ada", "", False, False, NOW, NOW
)


@pytest.fixture
async def sql_stores(stores: Stores) -> Stores:
    if stores.follow_identity:
        pytest.skip("this database follows the identity provider by itself")
    return stores


async def test_of_two_first_sign_ins_at_once_one_adds_and_both_are_known(
    sql_stores: Stores,
) -> None:
    mirror = Mirror(sql_stores.users)
    assert await asyncio.gather(*(mirror.keep(ADA) for _ in range(4))) == [ADA] * 4


async def test_what_the_provider_says_holds_but_not_whether_an_account_is_disabled(
    sql_stores: Stores,
) -> None:
    mirror = Mirror(sql_stores.users)
    await mirror.keep(ADA)
    await sql_stores.users.change(ADA.user_id, lambda user: replace(user, is_disabled=True))
    told = replace(
        ADA, email="ada@new.local", display_name="Ada L", update_time=NOW + timedelta(days=1)
    )
    kept = await mirror.keep(told)
    assert kept == replace(told, is_disabled=True)
    assert await mirror.find(ADA.user_id) == kept


async def test_an_address_of_another_account_keeps_its_owner_out(sql_stores: Stores) -> None:
    await sql_stores.users.add(replace(ADA, user_id="usr_of_before", password_hash="hash"))
    with pytest.raises(FailedPreconditionError) as caught:
        await Mirror(sql_stores.users).keep(ADA)
    assert caught.value.reason == "EMAIL_TAKEN"
