"""The RPCs of members."""

from nilm.buildings.v1 import member_service_pb2 as members_pb
from nilm.buildings.v1 import member_service_pb2_grpc as members_grpc
from nilm_auth.convert.members import changed_role, member_message, new_member
from nilm_auth.convert.paging import page_request
from nilm_auth.service.members import Members
from nilm_rpc.interceptors.base import Context


class MemberServicer(members_grpc.MemberServiceServicer):
    """Serves `nilm.buildings.v1.MemberService`."""

    def __init__(self, members: Members) -> None:
        self._members = members

    async def CreateMember(
        self, request: members_pb.CreateMemberRequest, context: Context
    ) -> members_pb.CreateMemberResponse:
        """See `CreateMember` in the contract."""
        member = await self._members.create(request.building_id, *new_member(request))
        return members_pb.CreateMemberResponse(member=member_message(member))

    async def GetMember(
        self, request: members_pb.GetMemberRequest, context: Context
    ) -> members_pb.GetMemberResponse:
        """See `GetMember` in the contract."""
        member = await self._members.get(request.building_id, request.user_id)
        return members_pb.GetMemberResponse(member=member_message(member))

    async def ListMembers(
        self, request: members_pb.ListMembersRequest, context: Context
    ) -> members_pb.ListMembersResponse:
        """See `ListMembers` in the contract."""
        page = await self._members.list(request.building_id, page_request(request))
        return members_pb.ListMembersResponse(
            members=[member_message(member) for member in page.rows],
            next_page_token=page.next_token,
        )

    async def UpdateMember(
        self, request: members_pb.UpdateMemberRequest, context: Context
    ) -> members_pb.UpdateMemberResponse:
        """See `UpdateMember` in the contract."""
        member = await self._members.update(
            request.building_id, request.user_id, changed_role(request)
        )
        return members_pb.UpdateMemberResponse(member=member_message(member))

    async def DeleteMember(
        self, request: members_pb.DeleteMemberRequest, context: Context
    ) -> members_pb.DeleteMemberResponse:
        """See `DeleteMember` in the contract."""
        await self._members.delete(request.building_id, request.user_id)
        return members_pb.DeleteMemberResponse()
