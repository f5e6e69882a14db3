"""The clients of auth, against a small auth behind real gRPC."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from nilm.auth.v1 import access_service_pb2 as access_pb
from nilm.auth.v1 import access_service_pb2_grpc as access_grpc
from nilm.buildings.v1 import meter_pb2
from nilm_core.access import MeterKind, Permission, Principal
from nilm_core.errors import NotFoundError
from nilm_rpc.access_cache import AccessChange, EmbeddedAccessCache
from nilm_rpc.call import Call, current_call, enter_call
from nilm_rpc.clients.auth import RemoteAuthorizer
from nilm_rpc.policy import AUTHENTICATED
from nilm_rpc.server import ServiceDefinition
from tests.support.servers import in_process
from tests.support.tokens import TokenAuthority


class SmallAccess(access_grpc.AccessServiceServicer):
    def __init__(self) -> None:
        self.asked: list[str] = []

    async def GetBuildingAccess(self, request: Any, context: Any) -> Any:
        self.asked.append(current_call().principal.subject)
        await asyncio.sleep(0.02)
        if request.building_id != "bld_1":
            raise NotFoundError("building not found")
        return access_pb.GetBuildingAccessResponse(
            building_id="bld_1",
            permissions=[access_pb.PERMISSION_READINGS_READ],
            time_zone="Europe/London",
            meters=[meter_pb2.Meter(meter_id="mtr_1", kind=meter_pb2.METER_KIND_MAINS)],
        )


@pytest.fixture
def servicer() -> SmallAccess:
    return SmallAccess()


@pytest.fixture
def authority() -> TokenAuthority:
    return TokenAuthority()


@pytest.fixture
async def channel(
    servicer: SmallAccess, authority: TokenAuthority
) -> AsyncIterator[grpc.aio.Channel]:
    definition = ServiceDefinition(
        name="small",
        servicers=(servicer,),
        policy={"/nilm.auth.v1.AccessService/GetBuildingAccess": AUTHENTICATED},
        verifier=authority.verifier(),
    )
    async with in_process(definition) as channel:
        yield channel


def call_of(authority: TokenAuthority, subject: str) -> Call:
    return Call("/test", "req_1", "", principal=Principal(subject), token=authority.token(subject))


async def ask(authorizer: RemoteAuthorizer, call: Call, building_id: str = "bld_1") -> Any:
    enter_call(call)
    return await authorizer.access(call, building_id=building_id)


async def test_many_who_ask_at_once_ask_once(
    channel: grpc.aio.Channel, servicer: SmallAccess, authority: TokenAuthority
) -> None:
    cache = EmbeddedAccessCache()
    authorizer = RemoteAuthorizer(channel, cache)
    call = call_of(authority, "usr_1")
    answers = await asyncio.gather(*(asyncio.create_task(ask(authorizer, call)) for _ in range(20)))
    assert len(servicer.asked) == 1
    assert answers[0].permissions == {Permission.READINGS_READ}
    assert answers[0].mains.kind is MeterKind.MAINS
    assert cache.stats().hit_count == 19


async def test_callers_do_not_share_answers(
    channel: grpc.aio.Channel, servicer: SmallAccess, authority: TokenAuthority
) -> None:
    authorizer = RemoteAuthorizer(channel)
    for subject in ("usr_1", "usr_2", "usr_1"):
        await asyncio.create_task(ask(authorizer, call_of(authority, subject)))
    assert servicer.asked == ["usr_1", "usr_2"]


async def test_refusals_are_asked_again(
    channel: grpc.aio.Channel, servicer: SmallAccess, authority: TokenAuthority
) -> None:
    authorizer = RemoteAuthorizer(channel)
    for _ in range(2):
        with pytest.raises(NotFoundError):
            await asyncio.create_task(ask(authorizer, call_of(authority, "usr_1"), "bld_2"))
    assert len(servicer.asked) == 2


async def test_answers_end_with_their_time_or_when_told(
    channel: grpc.aio.Channel, servicer: SmallAccess, authority: TokenAuthority
) -> None:
    now = [0.0]
    cache = EmbeddedAccessCache(ttl_s=30, monotonic=lambda: now[0])
    authorizer = RemoteAuthorizer(channel, cache)
    call = call_of(authority, "usr_1")
    await asyncio.create_task(ask(authorizer, call))
    now[0] = 31.0
    await asyncio.create_task(ask(authorizer, call))
    assert len(servicer.asked) == 2
    assert await cache.invalidate(AccessChange("bld_other")) == 0
    assert await cache.invalidate(AccessChange("bld_1")) == 1
    await asyncio.create_task(ask(authorizer, call))
    assert len(servicer.asked) == 3


async def test_a_fresh_answer_is_asked_for_whatever_is_known(
    channel: grpc.aio.Channel, servicer: SmallAccess, authority: TokenAuthority
) -> None:
    authorizer = RemoteAuthorizer(channel)
    enter_call(call_of(authority, "usr_1"))
    for fresh in (False, True, False):
        await authorizer.access(current_call(), building_id="bld_1", fresh=fresh)
    assert len(servicer.asked) == 2
