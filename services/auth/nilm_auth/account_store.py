"""Wiring of the account store that the settings choose."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from nilm_auth.adapters.secret_file import read_secret
from nilm_auth.adapters.sql.database import Database
from nilm_auth.adapters.sql.engines import PoolConfig
from nilm_auth.adapters.sql.migrate import upgrade
from nilm_auth.adapters.sql.stores import sql_stores
from nilm_auth.adapters.supabase.rest import SupabaseRest
from nilm_auth.adapters.supabase.stores import supabase_stores
from nilm_auth.ports.stores import Stores
from nilm_auth.settings import AuthSettings
from nilm_core.errors import FailedPreconditionError


@dataclass(frozen=True, slots=True)
class AccountStore:
    """An open account store."""

    stores: Stores
    """What it keeps."""
    check: Callable[[], Awaitable[None]]
    """Asks it for an answer; raises UnavailableError where it gives none."""


def open_account_store(settings: AuthSettings) -> AbstractAsyncContextManager[AccountStore]:
    """Returns the store that the settings choose, open inside `async with`.

    Raises:
        NilmError: A setting is missing or wrong, a file is damaged, or the store is away.
    """
    return _STORES[settings.account_store](settings)


@asynccontextmanager
async def _sql(settings: AuthSettings) -> AsyncIterator[AccountStore]:
    database = _open_database(settings)
    try:
        await database.migrate(upgrade)
        yield AccountStore(sql_stores(database), database.check)
    finally:
        await database.close()


@asynccontextmanager
async def _supabase(settings: AuthSettings) -> AsyncIterator[AccountStore]:
    key_file, service_key_file = settings.supabase_key_file, settings.supabase_service_key_file
    if not settings.supabase_url or key_file is None or service_key_file is None:
        raise FailedPreconditionError(
            "NILM_AUTH_ACCOUNT_STORE=supabase needs NILM_AUTH_SUPABASE_URL, "
            "NILM_AUTH_SUPABASE_KEY_FILE and NILM_AUTH_SUPABASE_SERVICE_KEY_FILE"
        )
    if settings.identity != "supabase":
        raise FailedPreconditionError(
            "NILM_AUTH_ACCOUNT_STORE=supabase needs NILM_AUTH_IDENTITY=supabase: the database asks "
            "for a token of Supabase Auth with each call"
        )
    rest = SupabaseRest(
        settings.supabase_url,
        read_secret(key_file),
        read_secret(service_key_file),
        timeout_s=settings.supabase_timeout_s,
    )
    try:
        yield AccountStore(supabase_stores(rest), rest.check)
    finally:
        await rest.close()


_STORES: Mapping[str, Callable[[AuthSettings], AbstractAsyncContextManager[AccountStore]]] = {
    "sql": _sql,
    "supabase": _supabase,
}


def _open_database(settings: AuthSettings) -> Database:
    url_file = settings.database_url_file
    if url_file is not None and settings.database_url:
        raise FailedPreconditionError(
            "NILM_AUTH_DATABASE_URL and NILM_AUTH_DATABASE_URL_FILE are both set; keep one"
        )
    return Database(
        settings.database() if url_file is None else read_secret(url_file),
        PoolConfig(
            size=settings.database_pool_size,
            wait_timeout_s=settings.database_wait_timeout_s,
            connect_timeout_s=settings.database_connect_timeout_s,
            statement_timeout_s=settings.database_statement_timeout_s,
        ),
    )
