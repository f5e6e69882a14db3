"""Messages of accounts and sessions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import user_pb2 as user_pb
from nilm.auth.v1 import user_service_pb2 as users_pb
from nilm_auth.domain import rules
from nilm_auth.domain.session import TokenPair
from nilm_auth.domain.sign_in import IdentityProvider, ResetDelivery, SignInOptions
from nilm_auth.domain.user import User, UserChanges
from nilm_core.errors import InvalidArgumentError

_MAX_TOKEN_LENGTH = 8_192

PROVIDER_NUMBERS: Mapping[IdentityProvider, auth_pb.IdentityProvider] = MappingProxyType(
    {
        IdentityProvider.EMBEDDED: auth_pb.IDENTITY_PROVIDER_EMBEDDED,
        IdentityProvider.SUPABASE: auth_pb.IDENTITY_PROVIDER_SUPABASE,
    }
)
"""The wire's number of each provider."""

DELIVERY_NUMBERS: Mapping[ResetDelivery, auth_pb.PasswordResetDelivery] = MappingProxyType(
    {
        ResetDelivery.BY_OPERATOR: auth_pb.PASSWORD_RESET_DELIVERY_BY_OPERATOR,
        ResetDelivery.BY_EMAIL: auth_pb.PASSWORD_RESET_DELIVERY_BY_EMAIL,
    }
)
"""The wire's number of each delivery."""


@dataclass(frozen=True, slots=True)
class SignUp:
    """A checked request for an account."""

    email: str
    password: str = field(repr=False)
    display_name: str
    """Empty where none was given."""


@dataclass(frozen=True, slots=True)
class OwnChanges:
    """A checked request to change one's own account; empty leaves a field."""

    display_name: str
    email: str
    current_password: str = field(repr=False)


def sign_up(request: auth_pb.SignUpRequest) -> SignUp:
    """Checks a request for an account."""
    return SignUp(
        rules.email_address(request.email, "email"),
        rules.new_password(request.password, "password"),
        rules.display_name(request.display_name) if request.display_name else "",
    )


def credentials(request: auth_pb.SignInRequest) -> tuple[str, str]:
    """Checks a sign-in; returns address and password."""
    return (
        rules.email_address(request.email, "email"),
        rules.given_password(request.password, "password"),
    )


def own_changes(request: auth_pb.UpdateMeRequest) -> OwnChanges:
    """Checks a request to change one's own account."""
    password = request.current_password
    return OwnChanges(
        rules.display_name(request.display_name) if request.display_name else "",
        rules.email_address(request.email, "email") if request.email else "",
        rules.given_password(password, "current_password") if request.email else "",
    )


def password_change(request: auth_pb.ChangePasswordRequest) -> tuple[str, str]:
    """Checks a change of password; returns the present and the new one."""
    return (
        rules.given_password(request.current_password, "current_password"),
        rules.new_password(request.new_password, "new_password"),
    )


def password_reset(request: auth_pb.ResetPasswordRequest) -> tuple[str, str]:
    """Checks a reset; returns the token and the new password."""
    return (
        secret_token(request.token, "token"),
        rules.new_password(request.new_password, "new_password"),
    )


def secret_token(text: str, field: str) -> str:
    """Checks a refresh or reset token."""
    if not 1 <= len(text) <= _MAX_TOKEN_LENGTH:
        raise InvalidArgumentError.of_field(field, "must be the token that was handed out")
    return text


def service_credentials(request: auth_pb.IssueServiceTokenRequest) -> tuple[str, str]:
    """Checks a service's request; returns its name and the shared secret."""
    return (
        rules.resource_id(request.service_name, "service_name"),
        secret_token(request.service_secret, "service_secret"),
    )


def user_changes(request: users_pb.UpdateUserRequest) -> UserChanges:
    """Checks what an administrator changes in an account."""
    return UserChanges(
        is_admin=request.is_admin if request.HasField("is_admin") else None,
        is_disabled=request.is_disabled if request.HasField("is_disabled") else None,
        display_name=(
            rules.display_name(request.display_name) if request.HasField("display_name") else None
        ),
    )


def options_message(options: SignInOptions) -> auth_pb.GetSignInOptionsResponse:
    """Returns how one signs in as its message."""
    return auth_pb.GetSignInOptionsResponse(
        identity_provider=PROVIDER_NUMBERS[options.provider],
        sign_up_open=options.sign_up_open,
        password_reset_delivery=DELIVERY_NUMBERS[options.reset_delivery],
    )


def user_message(user: User) -> user_pb.User:
    """Returns an account as its message, without the password's hash."""
    return user_pb.User(
        user_id=user.user_id,
        email=user.email,
        display_name=user.display_name,
        is_admin=user.is_admin,
        is_disabled=user.is_disabled,
        create_time=user.create_time,
        update_time=user.update_time,
    )


def token_message(tokens: TokenPair) -> user_pb.TokenPair:
    """Returns a session's tokens as their message."""
    return user_pb.TokenPair(
        access_token=tokens.access.text,
        access_expire_time=tokens.access.expire_time,
        refresh_token=tokens.refresh_token,
        refresh_expire_time=tokens.refresh_expire_time,
        token_type="Bearer",  # noqa: S106 # the scheme's name, no secret
    )
