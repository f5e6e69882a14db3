"""A Supabase project for the tests: PostgreSQL and PostgREST, both real, with the migrations.

Its Auth is not here: an account is made by the row that Supabase Auth would write, and its token
is signed with the project's secret as Supabase Auth signs.
"""

import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import jwt

from nilm_auth.adapters.supabase.rest import SupabaseRest
from nilm_auth.adapters.supabase.stores import supabase_stores
from nilm_auth.adapters.supabase.user_store import SupabaseUserStore
from nilm_auth.domain.user import User
from nilm_auth.ports.stores import Stores
from tests.support.postgres import PostgresServer
from tests.support.postgrest import PostgrestServer
from tests.support.supabase_route import SupabaseRoute

_ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = sorted((_ROOT / "supabase" / "migrations").glob("*.sql"))
_BOOTSTRAP = Path(__file__).with_name("supabase_bootstrap.sql")
SECRET = "the secret of the project that the tests make"
_TABLES = "auth.users, public.buildings, public.org_appliances"


class SupabaseProject:
    """A project with the migrations applied, and PostgREST at `/rest/v1/`."""

    def __init__(self, postgres: PostgresServer, database: str) -> None:
        self.postgres = postgres
        self.database = database
        migrate(postgres, database)
        self.postgrest = PostgrestServer(postgres.url(database, user="authenticator"), SECRET)
        self._route = SupabaseRoute(self.postgrest.port)
        self.url = self._route.url
        self.anon_key = self._token({"role": "anon"})
        self.service_key = self._token({"role": "service_role"})
        self.http = httpx.Client(timeout=30.0)

    def sql(self, text: str) -> str:
        """Runs statements as the superuser, whom no policy binds."""
        return self.postgres.sql(text, self.database)

    def add_account(self, user_id: str, email: str, *, is_admin: bool = False) -> None:
        """Does what Supabase Auth does when somebody signs up."""
        metadata = json.dumps({"admin": True} if is_admin else {})
        self.sql(
            "insert into auth.users (id, email, raw_app_meta_data) values "  # noqa: S608 # values of tests
            f"('{user_id}', '{email}', '{metadata}') on conflict do nothing"
        )

    def token(self, user_id: str, *, lifetime_s: float = 3_600) -> str:
        """Returns an access token as Supabase Auth signs it."""
        return self._token({"sub": user_id, "role": "authenticated"}, lifetime_s)

    @asynccontextmanager
    async def stores(self) -> AsyncIterator[Stores]:
        """Gives the stores as one process of `auth` opens them."""
        rest = SupabaseRest(self.url, self.anon_key, self.service_key, timeout_s=30.0)
        try:
            yield replace(supabase_stores(rest), users=SignedUpUserStore(rest, self))
        finally:
            await rest.close()

    def clear(self) -> None:
        """Empties all tables."""
        self.sql(f"truncate {_TABLES} cascade")

    def close(self) -> None:
        """Stops what it started."""
        self.http.close()
        self._route.close()
        self.postgrest.close()

    def _token(self, claims: dict[str, str], lifetime_s: float = 3_600) -> str:
        ends = {"exp": int(time.time() + lifetime_s), "aud": "authenticated"}
        return jwt.encode({**ends, **claims}, SECRET, algorithm="HS256")


class SignedUpUserStore(SupabaseUserStore):
    """The store of profiles, where each account has signed up before its profile is written."""

    def __init__(self, rest: SupabaseRest, project: SupabaseProject) -> None:
        super().__init__(rest)
        self._project = project

    async def add(self, user: User) -> None:
        self._project.add_account(user.user_id, user.email)
        await super().add(user)


def migrate(postgres: PostgresServer, database: str) -> None:
    """Makes a database that of a new project, and applies the migrations as its owner does."""
    postgres.sql(_BOOTSTRAP.read_text(), database)
    for migration in MIGRATIONS:
        postgres.sql(f"set role supabase_owner;\n{migration.read_text()}", database)


@contextmanager
def supabase_project(postgres: PostgresServer) -> Iterator[SupabaseProject]:
    """Gives a project in a database of its own, and removes both."""
    database = postgres.fresh_database()
    project = SupabaseProject(postgres, database)
    try:
        yield project
    finally:
        project.close()
        postgres.drop_database(database)
