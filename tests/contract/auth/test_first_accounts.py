from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nilm.auth.v1 import user_service_pb2 as users_pb
from nilm_auth.adapters.argon2_hasher import Argon2Hasher
from nilm_auth.adapters.signing_key import JwtSigner, SigningKey
from nilm_auth.domain.session import RotationOutcome, SecretRecord
from nilm_auth.main import assembled
from nilm_auth.ports.stores import FullStores
from nilm_auth.service.accounts import Accounts
from nilm_auth.service.housekeeping import Housekeeping
from nilm_auth.service.sessions import Sessions
from nilm_auth.settings import AuthSettings
from nilm_core.clock import ManualClock, SystemClock
from nilm_core.errors import FailedPreconditionError, InvalidArgumentError
from tests.contract.auth.client import Client
from tests.contract.auth.conftest import KEEPING_SIGN_INS, NOW, STORES, Maker, OpenStores
from tests.support.servers import in_process


@pytest.fixture(params=KEEPING_SIGN_INS)
def open_stores(request: pytest.FixtureRequest) -> OpenStores:
    return STORES[request.param](request)


async def test_the_first_administrator_is_made_once_even_if_he_moves(
    settings: AuthSettings,
) -> None:
    for _ in range(2):
        async with (
            assembled(settings, SystemClock()) as definition,
            in_process(definition) as channel,
        ):
            client = Client(channel, settings.outbox())
            settings = settings.model_copy(update={"initial_admin_email": "other@home.local"})
            admin = await client.admin()
            listed = await client.users.ListUsers(users_pb.ListUsersRequest(), **admin.auth)
            assert [(user.email, user.is_admin) for user in listed.users] == [
                ("admin@home.local", True)
            ]


async def test_nobody_becomes_administrator_by_signing_up_first(settings: AuthSettings) -> None:
    without = settings.model_copy(update={"initial_admin_email": ""})
    async with assembled(without, SystemClock()) as definition, in_process(definition) as channel:
        await Client(channel, settings.outbox()).sign_up("admin")
    with pytest.raises(FailedPreconditionError, match=r"admin@home\.local"):
        async with assembled(settings, SystemClock()):
            pass


async def test_a_first_password_that_is_too_short_is_refused(
    settings: AuthSettings, tmp_path: Path
) -> None:
    (tmp_path / "short").write_text("short")
    bad = settings.model_copy(update={"initial_admin_password_file": tmp_path / "short"})
    with pytest.raises(InvalidArgumentError, match="initial_admin_password"):
        async with assembled(bad, SystemClock()):
            pass


async def test_without_demo_there_is_no_demo_account(settings: AuthSettings) -> None:
    with_demo = settings.model_copy(update={"demo": True})
    for chosen, expected in ((settings, []), (with_demo, ["demo@nilm.local"])):
        async with (
            assembled(chosen, SystemClock()) as definition,
            in_process(definition) as channel,
        ):
            client = Client(channel, settings.outbox())
            listed = await client.users.ListUsers(
                users_pb.ListUsersRequest(email_contains="demo"), **(await client.admin()).auth
            )
            assert [user.email for user in listed.users] == expected


async def test_a_sign_in_renews_a_hash_of_old_parameters(stores: FullStores, make: Maker) -> None:
    weak = Argon2Hasher(memory_kib=64, passes=1, threads=1)
    strong = Argon2Hasher(memory_kib=128, passes=1, threads=1)
    ada = await make.user("ada")
    old_hash = await weak.hash("correct horse")
    await stores.users.change(ada.user_id, lambda user: replace(user, password_hash=old_hash))
    clock = ManualClock(NOW)
    signer = JwtSigner(
        SigningKey(Ed25519PrivateKey.generate()), clock, issuer="nilm-auth", audience="nilm"
    )
    sessions = Sessions(stores.users, stores.sessions, signer, clock)
    accounts = Accounts(stores.users, sessions, strong, clock)
    for _ in range(2):
        await accounts.sign_in(ada.email, "correct horse")
    stored = await stores.users.get(ada.user_id)
    assert stored is not None
    assert not strong.is_outdated(stored.password_hash)
    weak.close()
    strong.close()


async def test_housekeeping_forgets_what_has_expired_alone(
    stores: FullStores, make: Maker, secret: Callable[..., SecretRecord]
) -> None:
    ada = await make.user("ada")
    await stores.sessions.start(ada.user_id, secret("old", days=1))
    await stores.sessions.start(ada.user_id, secret("new", days=3))
    clock = ManualClock(NOW + timedelta(days=2))
    await Housekeeping(stores.sessions, stores.resets, clock).prune()
    outcomes = [
        (await stores.sessions.rotate(secret(name).token_hash, secret(f"{name}2"))).outcome
        for name in ("old", "new")
    ]
    assert outcomes == [RotationOutcome.UNKNOWN, RotationOutcome.ROTATED]
