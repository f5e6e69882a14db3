"""Wiring: settings, logs, stores, use cases, servicers, server."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from nilm_auth.account_store import open_account_store
from nilm_auth.adapters.local_authorizer import LocalAuthorizer
from nilm_auth.adapters.secret_file import read_secret
from nilm_auth.adapters.signing_key import ALGORITHM, JwtSigner, load_or_make_key
from nilm_auth.adapters.supabase_auth.keys import JwksRelay
from nilm_auth.identity import Foundation, open_identity
from nilm_auth.policy import POLICY
from nilm_auth.ports.stores import FullStores, Stores
from nilm_auth.service.access import Access
from nilm_auth.service.administration import Administration
from nilm_auth.service.appliances import Appliances
from nilm_auth.service.buildings import Buildings
from nilm_auth.service.housekeeping import Housekeeping
from nilm_auth.service.members import Members
from nilm_auth.service.meters import Meters
from nilm_auth.service.service_tokens import ServiceTokens
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
from nilm_rpc.logs import configure_logs
from nilm_rpc.server import ServiceDefinition, serve
from nilm_rpc.settings import VerifierSettings
from nilm_rpc.shared.stores import SharedStores, open_stores
from nilm_rpc.tokens import TokenVerifier, other_issuers


async def main() -> None:
    """Serves until it is told to stop."""
    settings = AuthSettings()
    configure_logs("auth", settings.log_level)
    async with assembled(settings, SystemClock()) as definition:
        await serve(settings, definition)


@asynccontextmanager
async def assembled(settings: AuthSettings, clock: Clock) -> AsyncIterator[ServiceDefinition]:
    """Gives the service with its stores open, and closes them at the end.

    Raises:
        NilmError: A file is damaged, a secret unreadable or a setting wrong.
        OSError: The data folder cannot be used.
    """
    async with (
        open_stores(settings, "auth") as shared,
        _on_account_store(settings, clock, shared) as definition,
    ):
        yield definition


@asynccontextmanager
async def _on_account_store(
    settings: AuthSettings, clock: Clock, shared: SharedStores
) -> AsyncIterator[ServiceDefinition]:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = load_or_make_key(settings.signing_key())
    async with open_account_store(settings) as store:
        stores = store.stores
        signer = JwtSigner(
            key, clock, issuer=settings.tokens.issuer, audience=settings.tokens.audience
        )
        secret_file = settings.service_secret_file
        service_tokens = ServiceTokens(signer, read_secret(secret_file) if secret_file else None)
        access = Access(stores.users, stores.buildings, stores.members, stores.meters)
        tokens = settings.token_rules().model_copy(update={"algorithm": ALGORITHM})
        async with open_identity(Foundation(settings, stores, signer, clock)) as identity:
            yield ServiceDefinition(
                name="auth",
                servicers=(
                    AuthServicer(identity, service_tokens),
                    UserServicer(
                        Administration(
                            stores.users,
                            identity.sessions,
                            clock,
                            profiles_kept_elsewhere=identity.keeps_profiles,
                        )
                    ),
                    AccessServicer(access),
                    BuildingServicer(Buildings(stores.buildings, access, clock)),
                    MemberServicer(Members(stores.members, stores.users, clock)),
                    MeterServicer(Meters(stores.meters, clock)),
                    ApplianceServicer(Appliances(stores.appliances, clock)),
                    TariffServicer(Tariffs(stores.tariffs, clock)),
                ),
                policy=POLICY,
                verifier=TokenVerifier(tokens, key, others=other_issuers(tokens)),
                authorizer=LocalAuthorizer(access),
                checks={"account store": store.check},
                background=_housekeeping(stores, clock),
                documents={"/.well-known/jwks.json": key.jwks, **_supabase_keys(tokens)},
                limiter=shared.limiter,
                idempotency=shared.idempotency,
                access_changes=shared.access_changes,
            )


def _housekeeping(
    stores: Stores, clock: Clock
) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
    """Returns what forgets expired tokens, where they are kept here."""
    if not isinstance(stores, FullStores):
        return ()
    return (Housekeeping(stores.sessions, stores.resets, clock).run,)


def _supabase_keys(tokens: VerifierSettings) -> dict[str, Callable[[], bytes]]:
    """Returns the document of the project's public keys, where it has any."""
    if tokens.supabase is None or not tokens.supabase.jwks_url:
        return {}
    relay = JwksRelay(tokens.supabase.jwks_url, tokens.supabase.algorithm)
    return {"/.well-known/supabase-jwks.json": relay.document}
