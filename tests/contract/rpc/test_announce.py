"""Calls that change access are told of, and those alone."""

from dataclasses import replace
from typing import Any

import grpc
import pytest

from nilm.buildings.v1 import member_service_pb2 as pb
from nilm.buildings.v1 import member_service_pb2_grpc as pb_grpc
from nilm_core.errors import UnavailableError
from nilm_rpc.access_cache import AccessChange
from nilm_rpc.policy import PUBLIC
from nilm_rpc.server import ServiceDefinition
from tests.support.servers import in_process
from tests.support.tokens import TokenAuthority

MEMBERS = "/nilm.buildings.v1.MemberService/"


class SmallMembers(pb_grpc.MemberServiceServicer):
    def __init__(self, events: list[object]) -> None:
        self.events = events

    async def GetMember(self, request: Any, context: Any) -> pb.GetMemberResponse:
        return pb.GetMemberResponse()

    async def UpdateMember(self, request: Any, context: Any) -> pb.UpdateMemberResponse:
        self.events.append("changed")
        return pb.UpdateMemberResponse()

    async def DeleteMember(self, request: Any, context: Any) -> pb.DeleteMemberResponse:
        raise UnavailableError("the store went away; whether it was kept is not known")

    async def CreateMember(self, request: Any, context: Any) -> pb.CreateMemberResponse:
        self.events.append("made")
        return pb.CreateMemberResponse()


class Listener:
    def __init__(self, events: list[object]) -> None:
        self.events = events

    async def announce(self, change: AccessChange) -> None:
        self.events.append(change)


async def test_a_change_is_told_after_it_was_made_and_before_the_answer() -> None:
    events: list[object] = []
    tells = replace(
        PUBLIC, changes_access=True, building_id=lambda request: str(request.building_id)
    )
    definition = ServiceDefinition(
        name="small",
        servicers=(SmallMembers(events),),
        policy={
            MEMBERS + "GetMember": PUBLIC,
            MEMBERS + "CreateMember": tells,
            MEMBERS + "UpdateMember": tells,
            MEMBERS + "DeleteMember": tells,
        },
        verifier=TokenAuthority().verifier(),
        access_changes=Listener(events),
    )
    async with in_process(definition) as channel:
        stub = pb_grpc.MemberServiceStub(channel)
        await stub.UpdateMember(pb.UpdateMemberRequest(building_id="bld_1", user_id="usr_1"))
        events.append("answered")
        assert events == ["changed", AccessChange("bld_1", "usr_1"), "answered"]
        events.clear()
        await stub.GetMember(pb.GetMemberRequest(building_id="bld_1", user_id="usr_1"))
        assert events == []
        with pytest.raises(grpc.aio.AioRpcError):
            await stub.DeleteMember(pb.DeleteMemberRequest(building_id="bld_1", user_id="usr_1"))
        assert events == [AccessChange("bld_1", "usr_1")]
        events.clear()
        made = pb.CreateMemberRequest(building_id="bld_1", request_id="once")
        for _ in range(2):
            await stub.CreateMember(made)
        assert events == ["made", AccessChange("bld_1")]  # a repeat changes nothing
