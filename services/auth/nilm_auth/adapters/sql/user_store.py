"""Accounts in SQL."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from nilm_auth.adapters.refusals import email_taken, last_admin
from nilm_auth.adapters.sql.database import Database, record
from nilm_auth.adapters.sql.failures import constraints
from nilm_auth.adapters.sql.tables import members, users
from nilm_auth.domain.role import Role
from nilm_auth.domain.user import User
from nilm_core.errors import FailedPreconditionError, NotFoundError


class SqlUserStore:
    """The UserStore on a SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user: User) -> None:
        """Adds an account."""
        async with self._database.write() as connection:
            with _address_is_free():
                await connection.execute(insert(users).values(**asdict(user)))

    async def get(self, user_id: str) -> User | None:
        """Returns an account, or None if there is none."""
        return await self._one(users.c.user_id == user_id)

    async def find(self, email: str) -> User | None:
        """Returns the account of an address, or None if there is none."""
        return await self._one(users.c.email == email)

    async def list(
        self, *, email_contains: str = "", after: str | None = None, limit: int
    ) -> Sequence[User]:
        """Returns at most `limit` accounts by email, beginning after the email `after`."""
        query = select(users).order_by(users.c.email).limit(limit)
        if email_contains:
            query = query.where(users.c.email.contains(email_contains, autoescape=True))
        if after is not None:
            query = query.where(users.c.email > after)
        async with self._database.read() as connection:
            return [record(User, row) for row in (await connection.execute(query)).mappings()]

    async def has_admin(self) -> bool:
        """Tells whether there is an enabled administrator."""
        async with self._database.read() as connection:
            return await _count_admins(connection) > 0

    async def change(self, user_id: str, change: Callable[[User], User]) -> User:
        """Replaces an account by what `change` makes of it, and returns that."""
        async with self._database.write() as connection:
            before = await _locked(connection, user_id)
            after = change(before)
            with _address_is_free():
                await connection.execute(
                    update(users).where(users.c.user_id == user_id).values(**asdict(after))
                )
            if _administers(before) and not _administers(after):
                await _require_an_admin(connection)
            return after

    async def remove(self, user_id: str) -> None:
        """Removes an account, its sessions, reset tokens and memberships."""
        async with self._database.write() as connection:
            user = await _locked(connection, user_id)
            await _require_other_managers(connection, user_id)
            await connection.execute(delete(users).where(users.c.user_id == user_id))
            if _administers(user):
                await _require_an_admin(connection)

    async def _one(self, condition: ColumnElement[bool]) -> User | None:
        async with self._database.read() as connection:
            result = await connection.execute(select(users).where(condition))
            row = result.mappings().one_or_none()
        return None if row is None else record(User, row)


def _address_is_free() -> AbstractContextManager[None]:
    return constraints(unique=email_taken(), parent=NotFoundError("account not found"))


def _administers(user: User) -> bool:
    return user.is_admin and not user.is_disabled


async def _locked(connection: AsyncConnection, user_id: str) -> User:
    """Returns an account, locked together with all administrators until the transaction ends."""
    admins = users.c.is_admin.is_(True)
    rows = await connection.execute(
        select(users)
        .where((users.c.user_id == user_id) | admins)
        .order_by(users.c.user_id)
        .with_for_update()
    )
    for row in rows.mappings():
        if row["user_id"] == user_id:
            return record(User, row)
    raise NotFoundError(f"account {user_id} not found")


async def _count_admins(connection: AsyncConnection) -> int:
    enabled = users.c.is_admin.is_(True) & users.c.is_disabled.is_(False)
    count = await connection.scalar(select(func.count()).select_from(users).where(enabled))
    return count or 0


async def _require_an_admin(connection: AsyncConnection) -> None:
    if not await _count_admins(connection):
        raise last_admin()


async def _require_other_managers(connection: AsyncConnection, user_id: str) -> None:
    managed = select(members.c.building_id).where(
        members.c.user_id == user_id, members.c.role == Role.MANAGER
    )
    managers = await connection.execute(
        select(members.c.building_id, members.c.user_id)
        .where(members.c.building_id.in_(managed), members.c.role == Role.MANAGER)
        .order_by(members.c.building_id, members.c.user_id)
        .with_for_update()
    )
    by_building: dict[str, int] = {}
    for building_id, _manager in managers:
        by_building[building_id] = by_building.get(building_id, 0) + 1
    alone = sorted(building for building, count in by_building.items() if count == 1)
    if alone:
        raise FailedPreconditionError(
            f"the account is the last manager of {', '.join(alone)}; make another member manager, "
            "or delete the building, first",
            reason="LAST_MANAGER",
        )
