"""Memberships in SQL."""

from collections.abc import Sequence

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from nilm_auth.adapters.sql.database import Database, record
from nilm_auth.adapters.sql.failures import constraints
from nilm_auth.adapters.sql.tables import members, users
from nilm_auth.domain.building import Member
from nilm_auth.domain.role import Role
from nilm_core.errors import AlreadyExistsError, FailedPreconditionError, NotFoundError


class SqlMemberStore:
    """The MemberStore on a SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, member: Member) -> None:
        """Adds a member."""
        async with self._database.write() as connection:
            with constraints(
                unique=AlreadyExistsError(
                    f"{member.email} is a member of the building; change the role instead",
                    reason="MEMBER_EXISTS",
                ),
                parent=NotFoundError(f"building {member.building_id} not found"),
            ):
                await connection.execute(
                    insert(members).values(
                        building_id=member.building_id,
                        user_id=member.user_id,
                        role=member.role,
                        create_time=member.create_time,
                    )
                )

    async def get(self, building_id: str, user_id: str) -> Member | None:
        """Returns a member, or None if the person is none."""
        async with self._database.read() as connection:
            return await _find(connection, building_id, user_id)

    async def list(
        self, building_id: str, *, after: str | None = None, limit: int
    ) -> Sequence[Member]:
        """Returns members by email."""
        query = _with_accounts().where(members.c.building_id == building_id)
        if after is not None:
            query = query.where(users.c.email > after)
        query = query.order_by(users.c.email).limit(limit)
        async with self._database.read() as connection:
            return [record(Member, row) for row in (await connection.execute(query)).mappings()]

    async def set_role(self, building_id: str, user_id: str, role: Role) -> Member:
        """Changes what a member is, and returns the member."""
        async with self._database.write() as connection:
            await _lock_managers(connection, building_id)
            await connection.execute(
                update(members)
                .where(members.c.building_id == building_id, members.c.user_id == user_id)
                .values(role=role)
            )
            member = await _find(connection, building_id, user_id)
            if member is None:
                raise _no_member(user_id)
            await _require_a_manager(connection, building_id)
            return member

    async def remove(self, building_id: str, user_id: str) -> None:
        """Removes a member."""
        async with self._database.write() as connection:
            await _lock_managers(connection, building_id)
            removed = await connection.execute(
                delete(members).where(
                    members.c.building_id == building_id, members.c.user_id == user_id
                )
            )
            if not removed.rowcount:
                raise _no_member(user_id)
            await _require_a_manager(connection, building_id)


def _with_accounts() -> Select[tuple[object, ...]]:
    return select(members, users.c.email, users.c.display_name).join(
        users, users.c.user_id == members.c.user_id
    )


async def _find(connection: AsyncConnection, building_id: str, user_id: str) -> Member | None:
    query = _with_accounts().where(
        members.c.building_id == building_id, members.c.user_id == user_id
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else record(Member, row)


def _no_member(user_id: str) -> NotFoundError:
    return NotFoundError(f"member {user_id} not found")


async def _lock_managers(connection: AsyncConnection, building_id: str) -> None:
    """Locks a building's managers, so that of two who leave at once one is refused."""
    await connection.execute(
        select(members.c.user_id)
        .where(members.c.building_id == building_id, members.c.role == Role.MANAGER)
        .order_by(members.c.user_id)
        .with_for_update()
    )


async def _require_a_manager(connection: AsyncConnection, building_id: str) -> None:
    left = await connection.scalar(
        select(func.count())
        .select_from(members)
        .where(members.c.building_id == building_id, members.c.role == Role.MANAGER)
    )
    if not left:
        raise FailedPreconditionError(
            "this is the building's last manager; make another member manager first",
            reason="LAST_MANAGER",
        )
