"""Who belongs to a building."""

from nilm_auth.domain.building import Member
from nilm_auth.domain.role import Role
from nilm_auth.ports.accounts import UserStore
from nilm_auth.ports.buildings import MemberStore
from nilm_auth.service.paging import Order, Page, PageRequest, key, read_page
from nilm_core.clock import Clock
from nilm_core.errors import InvalidArgumentError, NotFoundError

_BY_EMAIL: Order[Member, str] = Order(lambda member: (member.email,), key)


class Members:
    """Adds, lists, changes and removes members; who may is decided before."""

    def __init__(self, members: MemberStore, users: UserStore, clock: Clock) -> None:
        self._members = members
        self._users = users
        self._clock = clock

    async def create(self, building_id: str, email: str, role: Role) -> Member:
        """Adds the person of an address to a building.

        Raises:
            InvalidArgumentError: No account has the address.
            AlreadyExistsError: The person is a member.
        """
        user = await self._users.find(email)
        if user is None:
            raise InvalidArgumentError.of_field(
                "email", "belongs to no account; ask the person to sign up first"
            )
        member = Member(
            building_id=building_id,
            user_id=user.user_id,
            email=user.email,
            display_name=user.display_name,
            role=role,
            create_time=self._clock.now(),
        )
        await self._members.add(member)
        return member

    async def get(self, building_id: str, user_id: str) -> Member:
        """Returns a member.

        Raises:
            NotFoundError: The person is no member.
        """
        member = await self._members.get(building_id, user_id)
        if member is None:
            raise NotFoundError(f"member {user_id} not found")
        return member

    async def list(self, building_id: str, page: PageRequest) -> Page[Member]:
        """Lists a building's members by email."""
        return await read_page(
            page,
            {"list": "members", "building_id": building_id},
            _BY_EMAIL,
            lambda after, limit: self._members.list(building_id, after=after, limit=limit),
        )

    async def update(self, building_id: str, user_id: str, role: Role | None) -> Member:
        """Changes what a member is; None leaves it.

        Raises:
            NotFoundError: The person is no member.
            FailedPreconditionError: No manager would be left.
        """
        if role is None:
            return await self.get(building_id, user_id)
        return await self._members.set_role(building_id, user_id, role)

    async def delete(self, building_id: str, user_id: str) -> None:
        """Removes a member.

        Raises:
            NotFoundError: The person is no member.
            FailedPreconditionError: No manager would be left.
        """
        await self._members.remove(building_id, user_id)
