"""Wiring of the identity provider that the settings choose."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from nilm_auth.adapters.argon2_hasher import Argon2Hasher
from nilm_auth.adapters.file_outbox import FileOutbox
from nilm_auth.adapters.secret_file import read_or_make_secret, read_secret
from nilm_auth.adapters.supabase_auth.accounts import SupabaseAccounts
from nilm_auth.adapters.supabase_auth.client import SupabaseAuthClient
from nilm_auth.adapters.supabase_auth.resets import SupabaseResets
from nilm_auth.adapters.supabase_auth.sessions import SupabaseSessions
from nilm_auth.ports.identity import Identity
from nilm_auth.ports.security import TokenSigner
from nilm_auth.ports.stores import FullStores, Stores
from nilm_auth.service.accounts import Accounts
from nilm_auth.service.first_accounts import FirstAccounts
from nilm_auth.service.mirror import Mirror
from nilm_auth.service.password_resets import PasswordResets
from nilm_auth.service.sessions import Sessions
from nilm_auth.settings import AuthSettings
from nilm_core.clock import Clock
from nilm_core.errors import FailedPreconditionError


@dataclass(frozen=True, slots=True)
class Foundation:
    """What identity providers stand on."""

    settings: AuthSettings
    stores: Stores
    signer: TokenSigner
    clock: Clock


def open_identity(foundation: Foundation) -> AbstractAsyncContextManager[Identity]:
    """Returns the provider that the settings choose, open inside `async with`.

    Raises:
        NilmError: A setting is missing or wrong, or a first account cannot be made.
    """
    return _PROVIDERS[foundation.settings.identity](foundation)


@asynccontextmanager
async def _embedded(foundation: Foundation) -> AsyncIterator[Identity]:
    settings, stores, clock = foundation.settings, foundation.stores, foundation.clock
    if not isinstance(stores, FullStores):
        raise FailedPreconditionError(
            "NILM_AUTH_IDENTITY=embedded needs NILM_AUTH_ACCOUNT_STORE=sql"
        )
    hasher = Argon2Hasher(
        memory_kib=settings.password_memory_kib,
        passes=settings.password_passes,
        threads=settings.password_threads,
    )
    try:
        sessions = Sessions(stores.users, stores.sessions, foundation.signer, clock)
        accounts = Accounts(
            stores.users, sessions, hasher, clock, sign_up_open=settings.sign_up_open
        )
        await _make_first_accounts(settings, FirstAccounts(stores.users, accounts))
        resets = PasswordResets(
            stores.users,
            stores.resets,
            accounts,
            FileOutbox(settings.outbox(), clock),
            clock,
            link=settings.reset_link,
        )
        yield Identity(accounts, sessions, resets, keeps_profiles=False)
    finally:
        hasher.close()


@asynccontextmanager
async def _supabase(foundation: Foundation) -> AsyncIterator[Identity]:
    settings, clock = foundation.settings, foundation.clock
    if not settings.supabase_url or settings.supabase_key_file is None:
        raise FailedPreconditionError(
            "NILM_AUTH_IDENTITY=supabase needs NILM_AUTH_SUPABASE_URL and "
            "NILM_AUTH_SUPABASE_KEY_FILE"
        )
    if settings.initial_admin_email or settings.demo:
        raise FailedPreconditionError(
            "accounts are made in Supabase: unset NILM_AUTH_INITIAL_ADMIN_EMAIL and NILM_AUTH_DEMO "
            'there, and give the first administrator {"admin": true} as app_metadata'
        )
    client = SupabaseAuthClient(
        settings.supabase_auth_url(), read_secret(settings.supabase_key_file)
    )
    mirror = Mirror(foundation.stores.users, follows=foundation.stores.follow_identity)
    try:
        yield Identity(
            SupabaseAccounts(client, mirror, clock, sign_up_open=settings.sign_up_open),
            SupabaseSessions(client, mirror, clock),
            SupabaseResets(client, page=settings.reset_page()),
            keeps_profiles=not foundation.stores.follow_identity,
        )
    finally:
        await client.close()


_PROVIDERS: Mapping[str, Callable[[Foundation], AbstractAsyncContextManager[Identity]]] = {
    "embedded": _embedded,
    "supabase": _supabase,
}


async def _make_first_accounts(settings: AuthSettings, first: FirstAccounts) -> None:
    if settings.initial_admin_email:
        password_file = settings.initial_admin_password_file
        if password_file is None:
            raise FailedPreconditionError(
                "initial_admin_email needs NILM_AUTH_INITIAL_ADMIN_PASSWORD_FILE"
            )
        await first.ensure_admin(settings.initial_admin_email, lambda: read_secret(password_file))
    if settings.demo:
        await first.ensure_demo(
            settings.demo_email, lambda: read_or_make_secret(settings.demo_password())
        )
