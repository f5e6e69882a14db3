import asyncio

import grpc

from nilm.auth.v1 import user_service_pb2 as users_pb
from tests.contract.auth.client import Client, failing

Code = grpc.StatusCode


async def test_administrators_alone_administer(client: Client) -> None:
    ada = await client.sign_up("ada")
    with failing(Code.PERMISSION_DENIED):
        await client.users.ListUsers(users_pb.ListUsersRequest(), **ada.auth)
    with failing(Code.PERMISSION_DENIED):
        await client.users.ListUsers(users_pb.ListUsersRequest(), **await client.service())


async def test_accounts_are_listed_in_pages(client: Client) -> None:
    admin = await client.admin()
    await asyncio.gather(*(client.sign_up(f"person{number}") for number in range(4)))
    seen, token = [], ""
    while True:
        answer = await client.users.ListUsers(
            users_pb.ListUsersRequest(page_size=2, page_token=token), **admin.auth
        )
        seen.append([user.email.partition("@")[0] for user in answer.users])
        token = answer.next_page_token
        if not token:
            break
    assert seen == [["admin", "person0"], ["person1", "person2"], ["person3"]]


async def test_accounts_are_found_by_a_part_of_their_address(client: Client) -> None:
    admin = await client.admin()
    await client.sign_up("ada")
    answer = await client.users.ListUsers(
        users_pb.ListUsersRequest(email_contains="ADA@"), **admin.auth
    )
    assert [user.email for user in answer.users] == ["ada@home.local"]


async def test_a_page_token_of_another_list_is_refused(client: Client) -> None:
    admin = await client.admin()
    await client.sign_up("ada")
    page = await client.users.ListUsers(users_pb.ListUsersRequest(page_size=1), **admin.auth)
    with failing(Code.INVALID_ARGUMENT) as failure:
        await client.users.ListUsers(
            users_pb.ListUsersRequest(email_contains="a", page_token=page.next_page_token),
            **admin.auth,
        )
    assert failure.fields == ["page_token"]


async def test_an_account_is_read_changed_and_deleted(client: Client) -> None:
    admin, ada = await client.admin(), await client.sign_up("ada")
    changed = await client.users.UpdateUser(
        users_pb.UpdateUserRequest(user_id=ada.user_id, display_name="Ada", is_admin=True),
        **admin.auth,
    )
    read = await client.users.GetUser(users_pb.GetUserRequest(user_id=ada.user_id), **admin.auth)
    assert read.user == changed.user
    assert (read.user.display_name, read.user.is_admin, read.user.is_disabled) == (
        "Ada",
        True,
        False,
    )
    await client.users.DeleteUser(users_pb.DeleteUserRequest(user_id=ada.user_id), **admin.auth)
    with failing(Code.NOT_FOUND):
        await client.users.GetUser(users_pb.GetUserRequest(user_id=ada.user_id), **admin.auth)


async def test_the_last_administrator_stays(client: Client) -> None:
    admin = await client.admin()
    for request in (
        users_pb.UpdateUserRequest(user_id=admin.user_id, is_admin=False),
        users_pb.UpdateUserRequest(user_id=admin.user_id, is_disabled=True),
    ):
        with failing(Code.FAILED_PRECONDITION) as failure:
            await client.users.UpdateUser(request, **admin.auth)
        assert failure.reason == "LAST_ADMIN"
    with failing(Code.FAILED_PRECONDITION):
        await client.users.DeleteUser(
            users_pb.DeleteUserRequest(user_id=admin.user_id), **admin.auth
        )


async def test_who_was_demoted_cannot_make_himself_administrator_again(client: Client) -> None:
    admin, ada = await client.admin(), await client.sign_up("ada")
    await client.users.UpdateUser(
        users_pb.UpdateUserRequest(user_id=ada.user_id, is_admin=True), **admin.auth
    )
    await client.users.UpdateUser(
        users_pb.UpdateUserRequest(user_id=admin.user_id, is_admin=False), **admin.auth
    )
    with failing(Code.PERMISSION_DENIED):
        await client.users.UpdateUser(
            users_pb.UpdateUserRequest(user_id=admin.user_id, is_admin=True), **admin.auth
        )
