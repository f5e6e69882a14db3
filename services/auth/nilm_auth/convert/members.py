"""Messages of members."""

from collections.abc import Mapping
from types import MappingProxyType

from nilm.buildings.v1 import member_pb2 as member_pb
from nilm.buildings.v1 import member_service_pb2 as members_pb
from nilm_auth.domain import rules
from nilm_auth.domain.building import Member
from nilm_auth.domain.role import Role
from nilm_core.errors import InvalidArgumentError

ROLE_NUMBERS: Mapping[Role, member_pb.Role] = MappingProxyType(
    {
        Role.VIEWER: member_pb.ROLE_VIEWER,
        Role.WARDEN: member_pb.ROLE_WARDEN,
        Role.MANAGER: member_pb.ROLE_MANAGER,
    }
)
"""The wire's number of each role."""

_ROLES = {number: role for role, number in ROLE_NUMBERS.items()}


def new_member(request: members_pb.CreateMemberRequest) -> tuple[str, Role]:
    """Checks a member who is to be added; returns address and role."""
    return rules.email_address(request.email, "email"), _role(request.role)


def changed_role(request: members_pb.UpdateMemberRequest) -> Role | None:
    """Checks what a member is to be; None leaves it."""
    return _role(request.role) if request.role else None


def member_message(member: Member) -> member_pb.Member:
    """Returns a member as its message."""
    return member_pb.Member(
        building_id=member.building_id,
        user_id=member.user_id,
        email=member.email,
        display_name=member.display_name,
        role=ROLE_NUMBERS[member.role],
        create_time=member.create_time,
    )


def _role(number: member_pb.Role) -> Role:
    try:
        return _ROLES[number]
    except KeyError:
        raise InvalidArgumentError.of_field(
            "role", "must be ROLE_VIEWER, ROLE_WARDEN or ROLE_MANAGER"
        ) from None
