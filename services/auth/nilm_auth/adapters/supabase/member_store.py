"""Memberships in Supabase."""

from collections.abc import Sequence

from nilm_auth.adapters.supabase import changes
from nilm_auth.adapters.supabase.failures import refused
from nilm_auth.adapters.supabase.records import columns, is_account_id, record
from nilm_auth.adapters.supabase.rest import SupabaseRest
from nilm_auth.domain.building import Member
from nilm_auth.domain.role import Role
from nilm_core.errors import AlreadyExistsError, NotFoundError

_TABLE = "building_members"
_WITH_NAMES = "building_people"
_OF_MEMBER = ("building_id", "user_id", "role", "create_time")
_OF_PROFILE = "...profiles(email,display_name)"


class SupabaseMemberStore:
    """The MemberStore of a Supabase project; its triggers keep a building's last manager."""

    def __init__(self, rest: SupabaseRest) -> None:
        self._rest = rest

    async def add(self, member: Member) -> None:
        """Adds a member."""
        gone = NotFoundError(f"building {member.building_id} not found")
        if not is_account_id(member.user_id):
            raise gone
        await changes.add(
            self._rest,
            _TABLE,
            {
                "building_id": member.building_id,
                "user_id": member.user_id,
                "role": member.role,
                "create_time": member.create_time,
            },
            unique=AlreadyExistsError(
                f"{member.email} is a member of the building; change the role instead",
                reason="MEMBER_EXISTS",
            ),
            parent=gone,
        )

    async def get(self, building_id: str, user_id: str) -> Member | None:
        """Returns a member, or None if the person is none."""
        if not is_account_id(user_id):
            return None
        key = _is(building_id, user_id)
        found = await changes.find(self._rest, _WITH_NAMES, key, *columns(Member))
        return None if found is None else record(Member, found)

    async def list(
        self, building_id: str, *, after: str | None = None, limit: int
    ) -> Sequence[Member]:
        """Returns members by email."""
        query = self._rest.table(_WITH_NAMES).select(*columns(Member))
        query = query.eq("building_id", building_id)
        if after is not None:
            query = query.gt("email", after)
        rows = await self._rest.rows(query.order("email").limit(limit))
        return [record(Member, found) for found in rows]

    async def set_role(self, building_id: str, user_id: str, role: Role) -> Member:
        """Changes what a member is, and returns the member."""
        if not is_account_id(user_id):
            raise _no_member(user_id)
        query = self._rest.table(_TABLE).update({"role": role})
        changed = await self._rest.rows(
            query.match(dict(_is(building_id, user_id))).select(*_OF_MEMBER, _OF_PROFILE)
        )
        if changed:
            return record(Member, changed[0])
        if await self.get(building_id, user_id) is None:
            raise _no_member(user_id)
        raise refused()

    async def remove(self, building_id: str, user_id: str) -> None:
        """Removes a member."""
        missing = _no_member(user_id)
        if not is_account_id(user_id):
            raise missing
        await changes.remove(self._rest, _TABLE, _is(building_id, user_id), missing=missing)


def _is(building_id: str, user_id: str) -> changes.Key:
    return {"building_id": building_id, "user_id": user_id}


def _no_member(user_id: str) -> NotFoundError:
    return NotFoundError(f"member {user_id} not found")
