"""The RPCs of account administration."""

from nilm.auth.v1 import user_service_pb2 as users_pb
from nilm.auth.v1 import user_service_pb2_grpc as users_grpc
from nilm_auth.convert.accounts import user_changes, user_message
from nilm_auth.convert.paging import page_request
from nilm_auth.service.administration import Administration
from nilm_auth.servicer.caller import caller
from nilm_rpc.interceptors.base import Context


class UserServicer(users_grpc.UserServiceServicer):
    """Serves `nilm.auth.v1.UserService`."""

    def __init__(self, administration: Administration) -> None:
        self._administration = administration

    async def GetUser(
        self, request: users_pb.GetUserRequest, context: Context
    ) -> users_pb.GetUserResponse:
        """See `GetUser` in the contract."""
        user = await self._administration.get(caller(), request.user_id)
        return users_pb.GetUserResponse(user=user_message(user))

    async def ListUsers(
        self, request: users_pb.ListUsersRequest, context: Context
    ) -> users_pb.ListUsersResponse:
        """See `ListUsers` in the contract."""
        page = await self._administration.list(
            caller(), request.email_contains, page_request(request)
        )
        return users_pb.ListUsersResponse(
            users=[user_message(user) for user in page.rows], next_page_token=page.next_token
        )

    async def UpdateUser(
        self, request: users_pb.UpdateUserRequest, context: Context
    ) -> users_pb.UpdateUserResponse:
        """See `UpdateUser` in the contract."""
        changes = user_changes(request)
        user = await self._administration.update(caller(), request.user_id, changes)
        return users_pb.UpdateUserResponse(user=user_message(user))

    async def DeleteUser(
        self, request: users_pb.DeleteUserRequest, context: Context
    ) -> users_pb.DeleteUserResponse:
        """See `DeleteUser` in the contract."""
        await self._administration.delete(caller(), request.user_id)
        return users_pb.DeleteUserResponse()
