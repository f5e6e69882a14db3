import grpc
import pytest

from nilm.auth.v1 import access_service_pb2 as access_pb
from nilm.auth.v1 import user_service_pb2 as users_pb
from nilm.buildings.v1 import building_service_pb2 as buildings_pb
from nilm.buildings.v1 import member_pb2 as member_pb
from nilm.buildings.v1 import meter_pb2 as meter_pb
from nilm.buildings.v1 import meter_service_pb2 as meters_pb
from nilm_core.access import BuildingAccess, Permission, Principal
from nilm_core.errors import NotFoundError
from nilm_rpc.call import Call, enter_call
from nilm_rpc.clients.auth import RemoteAuthorizer
from tests.contract.auth.client import Client, Person, failing

Code = grpc.StatusCode
ALL = set(Permission)
VIEWER = {Permission.BUILDING_READ, Permission.READINGS_READ}
WARDEN = VIEWER | {Permission.READINGS_WRITE, Permission.PREDICTIONS_WRITE}


def _permissions(answer: access_pb.GetBuildingAccessResponse) -> set[str]:
    return {
        access_pb.Permission.Name(value).removeprefix("PERMISSION_") for value in answer.permissions
    }


async def _ask(
    client: Client, person: Person, **target: str
) -> access_pb.GetBuildingAccessResponse:
    return await client.access.GetBuildingAccess(
        access_pb.GetBuildingAccessRequest(**target), **person.auth
    )


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        (member_pb.ROLE_VIEWER, VIEWER),
        (member_pb.ROLE_WARDEN, WARDEN),
        (member_pb.ROLE_MANAGER, ALL),
    ],
)
async def test_a_role_allows_what_its_row_says(
    client: Client, role: member_pb.Role, permissions: set[Permission]
) -> None:
    ada, bob = await client.sign_up("ada"), await client.sign_up("bob")
    home = await client.building(ada)
    await client.add_member(ada, home.building_id, bob, role)
    answer = await _ask(client, bob, building_id=home.building_id)
    assert answer.role == role
    assert _permissions(answer) == permissions
    assert answer.time_zone == "Europe/London"


async def test_administrators_and_services_see_all(client: Client) -> None:
    home = await client.building(await client.sign_up("ada"))
    answer = await _ask(client, await client.admin(), building_id=home.building_id)
    assert (answer.role, _permissions(answer)) == (member_pb.ROLE_UNSPECIFIED, ALL)
    answer = await client.access.GetBuildingAccess(
        access_pb.GetBuildingAccessRequest(building_id=home.building_id), **await client.service()
    )
    assert _permissions(answer) == ALL - {Permission.BUILDING_MANAGE, Permission.MEMBERS_MANAGE}


async def test_a_hidden_building_and_a_missing_one_look_the_same(client: Client) -> None:
    ada, eve = await client.sign_up("ada"), await client.sign_up("eve")
    home = await client.building(ada)
    with failing(Code.NOT_FOUND) as hidden:
        await _ask(client, eve, building_id=home.building_id)
    with failing(Code.NOT_FOUND) as missing:
        await _ask(client, eve, building_id="bld_0000000000000000")
    assert hidden.reason == missing.reason
    assert hidden.message.replace(home.building_id, "") == missing.message.replace(
        "bld_0000000000000000", ""
    )
    for rpc, request in (
        (client.buildings.GetBuilding, buildings_pb.GetBuildingRequest),
        (client.buildings.DeleteBuilding, buildings_pb.DeleteBuildingRequest),
    ):
        with failing(Code.NOT_FOUND) as direct:
            await rpc(request(building_id=home.building_id), **eve.auth)
        assert direct.message == hidden.message


async def test_a_meter_names_its_building(client: Client) -> None:
    ada, eve = await client.sign_up("ada"), await client.sign_up("eve")
    home = await client.building(ada)
    made = await client.meters.CreateMeter(
        meters_pb.CreateMeterRequest(
            building_id=home.building_id, display_name="Mains", kind=meter_pb.METER_KIND_MAINS
        ),
        **ada.auth,
    )
    answer = await _ask(client, ada, meter_id=made.meter.meter_id)
    assert answer.building_id == home.building_id
    assert [meter.meter_id for meter in answer.meters] == [made.meter.meter_id]
    with failing(Code.NOT_FOUND) as hidden:
        await _ask(client, eve, meter_id=made.meter.meter_id)
    assert home.building_id not in hidden.message


async def test_a_target_is_needed(client: Client) -> None:
    with failing(Code.INVALID_ARGUMENT) as failure:
        await _ask(client, await client.sign_up("ada"))
    assert failure.fields == ["building_id"]


async def test_who_was_disabled_sees_nothing_at_once(client: Client) -> None:
    ada, admin = await client.sign_up("ada"), await client.admin()
    home = await client.building(ada)
    await client.users.UpdateUser(
        users_pb.UpdateUserRequest(user_id=ada.user_id, is_disabled=True), **admin.auth
    )
    with failing(Code.NOT_FOUND):
        await _ask(client, ada, building_id=home.building_id)


async def test_the_authorizer_of_the_other_services_understands_the_answer(
    client: Client,
) -> None:
    ada, eve = await client.sign_up("ada"), await client.sign_up("eve")
    home = await client.building(ada)
    authorizer = RemoteAuthorizer(client.channel)
    access = await _remote(authorizer, ada, home.building_id)
    assert (access.role, access.permissions) == ("manager", frozenset(Permission))
    assert access.mains is None
    with pytest.raises(NotFoundError):
        await _remote(authorizer, eve, home.building_id)


async def _remote(authorizer: RemoteAuthorizer, person: Person, building_id: str) -> BuildingAccess:
    call = Call(
        method="/test",
        request_id="test",
        address="",
        principal=Principal(person.user_id),
        token=person.tokens.access_token,
    )
    enter_call(call)
    return await authorizer.access(call, building_id=building_id)
