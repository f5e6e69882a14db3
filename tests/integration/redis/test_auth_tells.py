"""What auth changes ends the decisions that other services keep, before its caller is answered."""

from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest
from pydantic import SecretStr

from nilm.auth.v1 import user_service_pb2 as users_pb
from nilm.buildings.v1 import building_service_pb2 as buildings_pb
from nilm.buildings.v1 import member_pb2, meter_pb2
from nilm.buildings.v1 import member_service_pb2 as members_pb
from nilm.buildings.v1 import meter_service_pb2 as meters_pb
from nilm_auth.main import assembled
from nilm_auth.policy import POLICY
from nilm_auth.settings import AuthSettings
from nilm_core.access import Principal
from nilm_core.clock import SystemClock
from nilm_core.errors import NotFoundError
from nilm_rpc.access_cache import AccessCache
from nilm_rpc.call import Call, enter_call
from nilm_rpc.clients.auth import RemoteAuthorizer
from nilm_rpc.settings import ServerSettings
from nilm_rpc.shared.stores import open_access_cache, open_stores
from tests.contract.auth.client import Client, Person
from tests.support.eventually import eventually
from tests.support.redis_server import RedisServer
from tests.support.servers import in_process


class Services:
    """auth, and the authorisers of two other services that ask it."""

    def __init__(self, client: Client, caches: list[AccessCache]) -> None:
        self.client = client
        self.caches = caches
        self._authorizers = [RemoteAuthorizer(client.channel, cache) for cache in caches]

    async def roles(self, person: Person, building_id: str) -> list[str]:
        """Returns what each service takes the person for."""
        call = Call("/test", "req_1", "", principal=Principal(person.user_id))
        call.token = person.tokens.access_token
        enter_call(call)
        return [
            (await authorizer.access(call, building_id=building_id)).role
            for authorizer in self._authorizers
        ]

    async def until_forgotten(self) -> None:
        await eventually(
            lambda: all(cache.stats().entry_count == 0 for cache in self.caches),
            within_s=20,  # a decision would be kept for 30 s
        )


@pytest.fixture
async def services(own_redis: RedisServer, tmp_path: Path) -> AsyncIterator[Services]:
    password_file = tmp_path / "admin-password"
    password_file.write_text("the first administrator\n")
    redis_url = SecretStr(own_redis.url)
    settings = AuthSettings(
        port=0,
        ops_port=0,
        data_dir=tmp_path / "data",
        initial_admin_email="admin@home.local",
        initial_admin_password_file=password_file,
        password_memory_kib=64,
        password_passes=1,
        redis_url=redis_url,
        redis_timeout_ms=5_000,
    )
    others = ServerSettings(redis_url=redis_url, redis_timeout_ms=5_000)
    async with (
        assembled(settings, SystemClock()) as definition,
        in_process(definition) as channel,
        open_stores(others, "telemetry") as telemetry,
        open_access_cache(telemetry) as first,
        open_stores(others, "inference") as inference,
        open_access_cache(inference) as second,
    ):
        yield Services(Client(channel, outbox=settings.outbox()), [first, second])


async def test_a_member_who_is_demoted_or_removed(services: Services) -> None:
    client = services.client
    ada, bob = await client.sign_up("ada"), await client.sign_up("bob")
    home = (await client.building(ada)).building_id
    await client.add_member(ada, home, bob, member_pb2.ROLE_WARDEN)
    assert await services.roles(bob, home) == ["warden", "warden"]
    await client.members.UpdateMember(
        members_pb.UpdateMemberRequest(
            building_id=home, user_id=bob.user_id, role=member_pb2.ROLE_VIEWER
        ),
        **ada.auth,
    )
    await services.until_forgotten()
    assert await services.roles(bob, home) == ["viewer", "viewer"]
    await client.members.DeleteMember(
        members_pb.DeleteMemberRequest(building_id=home, user_id=bob.user_id), **ada.auth
    )
    await services.until_forgotten()
    with pytest.raises(NotFoundError):
        await services.roles(bob, home)


async def test_who_is_disabled(services: Services) -> None:
    client = services.client
    ada, admin = await client.sign_up("ada"), await client.admin()
    home = (await client.building(ada)).building_id
    await services.roles(ada, home)
    await client.users.UpdateUser(
        users_pb.UpdateUserRequest(user_id=ada.user_id, is_disabled=True), **admin.auth
    )
    await services.until_forgotten()
    with pytest.raises(NotFoundError):
        await services.roles(ada, home)


async def test_a_building_and_its_meters(services: Services) -> None:
    client = services.client
    ada = await client.sign_up("ada")
    home = (await client.building(ada)).building_id
    await services.roles(ada, home)
    await client.meters.CreateMeter(
        meters_pb.CreateMeterRequest(
            building_id=home, display_name="Mains", kind=meter_pb2.METER_KIND_MAINS
        ),
        **ada.auth,
    )
    await services.until_forgotten()
    await services.roles(ada, home)
    await client.buildings.DeleteBuilding(
        buildings_pb.DeleteBuildingRequest(building_id=home), **ada.auth
    )
    await services.until_forgotten()
    with pytest.raises(NotFoundError):
        await services.roles(ada, home)


async def test_others_decisions_stay(services: Services) -> None:
    client = services.client
    ada, bob = await client.sign_up("ada"), await client.sign_up("bob")
    home = (await client.building(ada)).building_id
    await services.roles(ada, home)
    office = (await client.building(bob, "Office")).building_id
    await services.roles(bob, office)
    await client.buildings.UpdateBuilding(
        buildings_pb.UpdateBuildingRequest(building_id=office, display_name="Works"), **bob.auth
    )
    await eventually(lambda: [cache.stats().entry_count for cache in services.caches] == [1, 1])


async def test_a_change_is_kept_though_redis_is_away(
    services: Services, own_redis: RedisServer
) -> None:
    client = services.client
    ada, bob = await client.sign_up("ada"), await client.sign_up("bob")
    home = (await client.building(ada)).building_id
    own_redis.process.kill()
    await client.add_member(ada, home, bob, member_pb2.ROLE_VIEWER)
    assert await services.roles(bob, home) == ["viewer", "viewer"]
    with pytest.raises(grpc.aio.AioRpcError):
        await client.add_member(ada, home, bob, member_pb2.ROLE_VIEWER)


def test_every_write_of_what_decisions_are_made_of_tells_of_it() -> None:
    nouns, writes = ("User", "Building", "Member", "Meter"), ("Create", "Update", "Delete")
    telling = {method.rpartition("/")[2] for method, rule in POLICY.items() if rule.changes_access}
    expected = {f"{write}{noun}" for noun in nouns for write in writes}
    # nobody decided on a building that is new, and accounts are made by signing up
    assert telling == expected - {"CreateBuilding", "CreateUser"}
