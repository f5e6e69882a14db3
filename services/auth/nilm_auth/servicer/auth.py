"""The RPCs of signing in and out, and of one's own account."""

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import auth_service_pb2_grpc as auth_grpc
from nilm_auth.convert import accounts as convert
from nilm_auth.domain.rules import email_address
from nilm_auth.ports.identity import Identity
from nilm_auth.service.service_tokens import ServiceTokens
from nilm_auth.servicer import session_cookie
from nilm_auth.servicer.caller import caller
from nilm_rpc.interceptors.base import Context


class AuthServicer(auth_grpc.AuthServiceServicer):
    """Serves `nilm.auth.v1.AuthService`."""

    def __init__(self, identity: Identity, service_tokens: ServiceTokens) -> None:
        self._accounts = identity.accounts
        self._sessions = identity.sessions
        self._resets = identity.resets
        self._service_tokens = service_tokens

    async def GetSignInOptions(
        self, request: auth_pb.GetSignInOptionsRequest, context: Context
    ) -> auth_pb.GetSignInOptionsResponse:
        """See `GetSignInOptions` in the contract."""
        return convert.options_message(await self._accounts.options())

    async def SignUp(
        self, request: auth_pb.SignUpRequest, context: Context
    ) -> auth_pb.SignUpResponse:
        """See `SignUp` in the contract."""
        wanted = convert.sign_up(request)
        made = await self._accounts.sign_up(wanted.email, wanted.password, wanted.display_name)
        if made is None:
            return auth_pb.SignUpResponse()
        user, tokens = made
        handed_out = await session_cookie.hand_out(convert.token_message(tokens), context)
        return auth_pb.SignUpResponse(user=convert.user_message(user), tokens=handed_out)

    async def SignIn(
        self, request: auth_pb.SignInRequest, context: Context
    ) -> auth_pb.SignInResponse:
        """See `SignIn` in the contract."""
        user, tokens = await self._accounts.sign_in(*convert.credentials(request))
        handed_out = await session_cookie.hand_out(convert.token_message(tokens), context)
        return auth_pb.SignInResponse(user=convert.user_message(user), tokens=handed_out)

    async def RefreshToken(
        self, request: auth_pb.RefreshTokenRequest, context: Context
    ) -> auth_pb.RefreshTokenResponse:
        """See `RefreshToken` in the contract."""
        given = session_cookie.given_token(request.refresh_token, context)
        tokens = await self._sessions.refresh(convert.secret_token(given, "refresh_token"))
        handed_out = await session_cookie.hand_out(convert.token_message(tokens), context)
        return auth_pb.RefreshTokenResponse(tokens=handed_out)

    async def SignOut(
        self, request: auth_pb.SignOutRequest, context: Context
    ) -> auth_pb.SignOutResponse:
        """See `SignOut` in the contract."""
        given = session_cookie.given_token(request.refresh_token, context)
        await self._sessions.end(convert.secret_token(given, "refresh_token"))
        await session_cookie.clear(context)
        return auth_pb.SignOutResponse()

    async def GetMe(self, request: auth_pb.GetMeRequest, context: Context) -> auth_pb.GetMeResponse:
        """See `GetMe` in the contract."""
        user = await self._accounts.get(caller())
        return auth_pb.GetMeResponse(user=convert.user_message(user))

    async def UpdateMe(
        self, request: auth_pb.UpdateMeRequest, context: Context
    ) -> auth_pb.UpdateMeResponse:
        """See `UpdateMe` in the contract."""
        changes = convert.own_changes(request)
        changed = await self._accounts.update(
            caller(),
            display_name=changes.display_name,
            email=changes.email,
            current_password=changes.current_password,
        )
        return auth_pb.UpdateMeResponse(
            user=convert.user_message(changed.user), pending_email=changed.pending_email
        )

    async def ChangePassword(
        self, request: auth_pb.ChangePasswordRequest, context: Context
    ) -> auth_pb.ChangePasswordResponse:
        """See `ChangePassword` in the contract."""
        tokens = await self._accounts.change_password(caller(), *convert.password_change(request))
        handed_out = await session_cookie.hand_out(convert.token_message(tokens), context)
        return auth_pb.ChangePasswordResponse(tokens=handed_out)

    async def RequestPasswordReset(
        self, request: auth_pb.RequestPasswordResetRequest, context: Context
    ) -> auth_pb.RequestPasswordResetResponse:
        """See `RequestPasswordReset` in the contract."""
        await self._resets.request(email_address(request.email))
        return auth_pb.RequestPasswordResetResponse()

    async def ResetPassword(
        self, request: auth_pb.ResetPasswordRequest, context: Context
    ) -> auth_pb.ResetPasswordResponse:
        """See `ResetPassword` in the contract."""
        await self._resets.reset(*convert.password_reset(request))
        return auth_pb.ResetPasswordResponse()

    async def IssueServiceToken(
        self, request: auth_pb.IssueServiceTokenRequest, context: Context
    ) -> auth_pb.IssueServiceTokenResponse:
        """See `IssueServiceToken` in the contract."""
        token = self._service_tokens.issue(*convert.service_credentials(request))
        return auth_pb.IssueServiceTokenResponse(
            access_token=token.text, access_expire_time=token.expire_time
        )
