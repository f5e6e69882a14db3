"""Wiring: settings, logs, stores, use cases, servicers, server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nilm_auth.adapters.argon2_hasher import Argon2Hasher
from nilm_auth.adapters.file_outbox import FileOutbox
from nilm_auth.adapters.local_authorizer import LocalAuthorizer
from nilm_auth.adapters.secret_file import read_or_make_secret, read_secret
from nilm_auth.adapters.signing_key import ALGORITHM, JwtSigner, load_or_make_key
from nilm_auth.adapters.sql.database import Database
from nilm_auth.adapters.sql.migrate import upgrade
from nilm_auth.adapters.sql.stores import sql_stores
from nilm_auth.policy import POLICY
from nilm_auth.service.access import Access
from nilm_auth.service.accounts import Accounts
from nilm_auth.service.administration import Administration
from nilm_auth.service.appliances import Appliances
from nilm_auth.service.buildings import Buildings
from nilm_auth.service.first_accounts import FirstAccounts
from nilm_auth.service.housekeeping import Housekeeping
from nilm_auth.service.members import Members
from nilm_auth.service.meters import Meters
from nilm_auth.service.password_resets import PasswordResets
from nilm_auth.service.service_tokens import ServiceTokens
from nilm_auth.service.sessions import Sessions
from nilm_auth.service.tariffs import Tariffs
from nilm_auth.servicer.access import AccessServicer
from nilm_auth.servicer.appliances import ApplianceServicer
from nilm_auth.servicer.auth import AuthServicer
from nilm_auth.servicer.buildings import BuildingServicer
from nilm_auth.servicer.members import MemberServicer
from nilm_auth.servicer.meters import MeterServicer
from nilm_auth.servicer.tariffs import TariffServicer
from nilm_auth.servicer.users import UserServicer
from nilm_auth.settings import AuthSettings
from nilm_core.clock import Clock, SystemClock
from nilm_core.errors import FailedPreconditionError
from nilm_rpc.logs import configure_logs
from nilm_rpc.server import ServiceDefinition, serve
from nilm_rpc.tokens import TokenVerifier


async def main() -> None:
    """Serves until it is told to stop."""
    settings = AuthSettings()
    configure_logs("auth", settings.log_level)
    async with assembled(settings, SystemClock()) as definition:
        await serve(settings, definition)


@asynccontextmanager
async def assembled(settings: AuthSettings, clock: Clock) -> AsyncIterator[ServiceDefinition]:
    """Gives the service with its store open, and closes the store at the end.

    Raises:
        NilmError: A file is damaged, a secret unreadable or a setting wrong.
        OSError: The data folder cannot be used.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = load_or_make_key(settings.signing_key())
    hasher = Argon2Hasher(
        memory_kib=settings.password_memory_kib,
        passes=settings.password_passes,
        threads=settings.password_threads,
    )
    database = Database(settings.database())
    try:
        await database.migrate(upgrade)
        stores = sql_stores(database)
        signer = JwtSigner(
            key, clock, issuer=settings.tokens.issuer, audience=settings.tokens.audience
        )
        sessions = Sessions(stores.users, stores.sessions, signer, clock)
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
        secret_file = settings.service_secret_file
        service_tokens = ServiceTokens(signer, read_secret(secret_file) if secret_file else None)
        access = Access(stores.users, stores.buildings, stores.members, stores.meters)
        yield ServiceDefinition(
            name="auth",
            servicers=(
                AuthServicer(accounts, sessions, resets, service_tokens),
                UserServicer(Administration(stores.users, sessions, clock)),
                AccessServicer(access),
                BuildingServicer(Buildings(stores.buildings, access, clock)),
                MemberServicer(Members(stores.members, stores.users, clock)),
                MeterServicer(Meters(stores.meters, clock)),
                ApplianceServicer(Appliances(stores.appliances, clock)),
                TariffServicer(Tariffs(stores.tariffs, clock)),
            ),
            policy=POLICY,
            verifier=TokenVerifier(
                settings.tokens.model_copy(update={"algorithm": ALGORITHM}), key
            ),
            authorizer=LocalAuthorizer(access),
            checks={"account store": database.check},
            background=(Housekeeping(stores.sessions, stores.resets, clock).run,),
            documents={"/.well-known/jwks.json": key.jwks},
        )
    finally:
        await database.close()
        hasher.close()


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
