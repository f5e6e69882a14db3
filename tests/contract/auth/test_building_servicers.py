import grpc

from nilm.buildings.v1 import building_pb2 as building_pb
from nilm.buildings.v1 import building_service_pb2 as buildings_pb
from nilm.buildings.v1 import member_pb2 as member_pb
from nilm.buildings.v1 import member_service_pb2 as members_pb
from tests.contract.auth.client import Client, failing

Code = grpc.StatusCode


async def test_a_building_is_made_read_changed_and_deleted(client: Client) -> None:
    ada = await client.sign_up("ada")
    home = await client.building(ada)
    update = buildings_pb.UpdateBuildingRequest(building_id=home.building_id, address="Lane 1")
    changed = (await client.buildings.UpdateBuilding(update, **ada.auth)).building
    assert (changed.display_name, changed.time_zone) == ("Home", "Europe/London")
    assert changed.address == "Lane 1"
    named = buildings_pb.GetBuildingRequest(building_id=home.building_id)
    assert (await client.buildings.GetBuilding(named, **ada.auth)).building == changed
    await client.buildings.DeleteBuilding(
        buildings_pb.DeleteBuildingRequest(building_id=home.building_id), **ada.auth
    )
    with failing(Code.NOT_FOUND):
        await client.buildings.GetBuilding(named, **ada.auth)


async def test_a_carbon_intensity_is_kept_changed_and_cleared(client: Client) -> None:
    ada = await client.sign_up("ada")
    plain = await client.building(ada)
    assert not plain.HasField("carbon_intensity_g_per_kwh")
    request = buildings_pb.CreateBuildingRequest(
        display_name="Mill", time_zone="UTC", carbon_intensity_g_per_kwh=0
    )
    mill = (await client.buildings.CreateBuilding(request, **ada.auth)).building
    assert mill.HasField("carbon_intensity_g_per_kwh")

    async def update(**changes: object) -> building_pb.Building:
        request = buildings_pb.UpdateBuildingRequest(building_id=mill.building_id, **changes)
        return (await client.buildings.UpdateBuilding(request, **ada.auth)).building

    assert (await update(carbon_intensity_g_per_kwh=162.5)).carbon_intensity_g_per_kwh == 162.5
    assert (await update(address="Lane 1")).carbon_intensity_g_per_kwh == 162.5
    cleared = await update(clear_carbon_intensity=True)
    assert not cleared.HasField("carbon_intensity_g_per_kwh")
    named = buildings_pb.GetBuildingRequest(building_id=mill.building_id)
    assert (await client.buildings.GetBuilding(named, **ada.auth)).building == cleared
    with failing(Code.INVALID_ARGUMENT) as failure:
        await update(carbon_intensity_g_per_kwh=5_001)
    assert failure.fields == ["carbon_intensity_g_per_kwh"]
    with failing(Code.INVALID_ARGUMENT) as failure:
        await update(carbon_intensity_g_per_kwh=1, clear_carbon_intensity=True)
    assert failure.fields == ["clear_carbon_intensity"]


async def test_a_repeat_of_a_request_makes_no_second_building(client: Client) -> None:
    ada = await client.sign_up("ada")
    request = buildings_pb.CreateBuildingRequest(
        display_name="Home", time_zone="UTC", request_id="once"
    )
    first = await client.buildings.CreateBuilding(request, **ada.auth)
    assert await client.buildings.CreateBuilding(request, **ada.auth) == first


async def test_everyone_lists_what_he_may_see_in_pages(client: Client) -> None:
    ada, bob = await client.sign_up("ada"), await client.sign_up("bob")
    for name in ("C", "A", "B"):
        await client.building(ada, name)
    await client.building(bob, "D")
    names, token = [], ""
    while True:
        page = await client.buildings.ListBuildings(
            buildings_pb.ListBuildingsRequest(page_size=2, page_token=token), **ada.auth
        )
        names.append([building.display_name for building in page.buildings])
        token = page.next_page_token
        if not token:
            break
    assert names == [["A", "B"], ["C"]]
    everything = buildings_pb.ListBuildingsRequest()
    for auth in ((await client.admin()).auth, await client.service()):
        page = await client.buildings.ListBuildings(everything, **auth)
        assert [building.display_name for building in page.buildings] == ["A", "B", "C", "D"]


async def test_who_may_not_learns_so_before_his_input_is_checked(client: Client) -> None:
    ada, bob = await client.sign_up("ada"), await client.sign_up("bob")
    home = await client.building(ada)
    await client.add_member(ada, home.building_id, bob, member_pb.ROLE_VIEWER)
    bad = buildings_pb.UpdateBuildingRequest(building_id=home.building_id, time_zone="nowhere")
    with failing(Code.PERMISSION_DENIED):
        await client.buildings.UpdateBuilding(bad, **bob.auth)


async def test_services_make_and_manage_no_buildings(client: Client) -> None:
    home = await client.building(await client.sign_up("ada"))
    service = await client.service()
    with failing(Code.PERMISSION_DENIED):
        await client.buildings.CreateBuilding(
            buildings_pb.CreateBuildingRequest(display_name="x", time_zone="UTC"), **service
        )
    with failing(Code.PERMISSION_DENIED):
        await client.buildings.DeleteBuilding(
            buildings_pb.DeleteBuildingRequest(building_id=home.building_id), **service
        )


async def test_a_member_is_added_read_changed_and_removed(client: Client) -> None:
    ada, bob = await client.sign_up("ada"), await client.sign_up("bob")
    home = await client.building(ada)
    added = await client.add_member(ada, home.building_id, bob, member_pb.ROLE_VIEWER)
    assert (added.user_id, added.email) == (bob.user_id, bob.email)
    ids = {"building_id": home.building_id, "user_id": bob.user_id}
    read = await client.members.GetMember(members_pb.GetMemberRequest(**ids), **ada.auth)
    assert read.member == added
    update = members_pb.UpdateMemberRequest(**ids, role=member_pb.ROLE_WARDEN)
    changed = await client.members.UpdateMember(update, **ada.auth)
    assert changed.member.role == member_pb.ROLE_WARDEN
    kept = await client.members.UpdateMember(members_pb.UpdateMemberRequest(**ids), **ada.auth)
    assert kept.member == changed.member
    listed = await client.members.ListMembers(
        members_pb.ListMembersRequest(building_id=home.building_id), **ada.auth
    )
    assert [member.user_id for member in listed.members] == [ada.user_id, bob.user_id]
    await client.members.DeleteMember(members_pb.DeleteMemberRequest(**ids), **ada.auth)
    with failing(Code.NOT_FOUND):
        await client.members.GetMember(members_pb.GetMemberRequest(**ids), **ada.auth)


async def test_who_has_no_account_or_is_a_member_is_not_added(client: Client) -> None:
    ada = await client.sign_up("ada")
    home = await client.building(ada)
    for email, code in (
        ("nobody@home.local", Code.INVALID_ARGUMENT),
        (ada.email, Code.ALREADY_EXISTS),
    ):
        request = members_pb.CreateMemberRequest(
            building_id=home.building_id, email=email, role=member_pb.ROLE_VIEWER
        )
        with failing(code):
            await client.members.CreateMember(request, **ada.auth)


async def test_a_buildings_last_manager_stays(client: Client) -> None:
    ada = await client.sign_up("ada")
    home = await client.building(ada)
    ids = {"building_id": home.building_id, "user_id": ada.user_id}
    with failing(Code.FAILED_PRECONDITION) as failure:
        await client.members.DeleteMember(members_pb.DeleteMemberRequest(**ids), **ada.auth)
    assert failure.reason == "LAST_MANAGER"
    with failing(Code.FAILED_PRECONDITION):
        await client.members.UpdateMember(
            members_pb.UpdateMemberRequest(**ids, role=member_pb.ROLE_VIEWER), **ada.auth
        )


async def test_members_are_for_managers_to_see(client: Client) -> None:
    ada, bob = await client.sign_up("ada"), await client.sign_up("bob")
    home = await client.building(ada)
    await client.add_member(ada, home.building_id, bob, member_pb.ROLE_WARDEN)
    with failing(Code.PERMISSION_DENIED):
        await client.members.ListMembers(
            members_pb.ListMembersRequest(building_id=home.building_id), **bob.auth
        )
