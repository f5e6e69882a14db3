"""Accounts in Supabase: the profiles of those whom Supabase Auth signs in."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

from postgrest import ReturnMethod

from nilm_auth.adapters.refusals import email_taken
from nilm_auth.adapters.supabase import changes
from nilm_auth.adapters.supabase.records import is_account_id, row
from nilm_auth.adapters.supabase.rest import SupabaseRest
from nilm_auth.adapters.supabase.versioned_table import VersionedTable
from nilm_auth.domain.user import User
from nilm_core.errors import NotFoundError

_TABLE = "profiles"
_PASSWORD = "password_hash"  # noqa: S105 # the name of a column, which profiles do not have
_KEPT_BY_AUTH = {_PASSWORD: ""}


class SupabaseUserStore:
    """The UserStore of a Supabase project.

    Supabase Auth makes an account, with a trigger that makes its profile; it keeps the password,
    so `User.password_hash` is empty here.
    """

    def __init__(self, rest: SupabaseRest) -> None:
        self._rest = rest
        self._profiles = VersionedTable(rest, _TABLE, User, key=("user_id",), fixed=_KEPT_BY_AUTH)

    async def add(self, user: User) -> None:
        """Writes the profile of an account that Supabase Auth has.

        With the service key: who administers is not a person's own to write.
        """
        values = asdict(user)
        del values[_PASSWORD]
        query = (
            self._rest.as_service()
            .table(_TABLE)
            .upsert(row(values), on_conflict="user_id", returning=ReturnMethod.minimal)
        )
        missing = NotFoundError(f"Supabase Auth has no account {user.user_id}")
        await self._rest.rows(query, unique=email_taken(), parent=missing)

    async def get(self, user_id: str) -> User | None:
        """Returns an account, or None if there is none; of who is signing in, too."""
        if not is_account_id(user_id):
            return None
        through = self._rest.before_sign_in()
        return await self._profiles.get({"user_id": user_id}, through=through)

    async def find(self, email: str) -> User | None:
        """Returns the account of an address, or None if there is none."""
        rows = await self._rest.rows(self._rest.function("find_account", {"address": email}))
        return next(iter(self._profiles.records(rows)), None)

    async def list(
        self, *, email_contains: str = "", after: str | None = None, limit: int
    ) -> Sequence[User]:
        """Returns at most `limit` accounts by email, beginning after the email `after`."""
        arguments = {"email_contains": email_contains, "after_email": after, "max_rows": limit}
        rows = await self._rest.rows(self._rest.function("list_accounts", arguments))
        return self._profiles.records(rows)

    async def has_admin(self) -> bool:
        """Tells whether there is an enabled administrator."""
        key = {"is_admin": "true", "is_disabled": "false"}
        return await changes.find(self._rest, _TABLE, key, "user_id") is not None

    async def change(self, user_id: str, change: Callable[[User], User]) -> User:
        """Replaces an account by what `change` makes of it, and returns that."""
        missing = _no_account(user_id)
        if not is_account_id(user_id):
            raise missing
        key = {"user_id": user_id}
        return await self._profiles.change(key, change, missing=missing, unique=email_taken())

    async def remove(self, user_id: str) -> None:
        """Removes an account, its sign-ins and memberships, at Supabase Auth too."""
        missing = _no_account(user_id)
        if not is_account_id(user_id):
            raise missing
        query = self._rest.function("delete_account", {"account_id": user_id})
        if not await self._rest.value(query):
            raise missing
        self._profiles.forget({"user_id": user_id})


def _no_account(user_id: str) -> NotFoundError:
    return NotFoundError(f"account {user_id} not found")
