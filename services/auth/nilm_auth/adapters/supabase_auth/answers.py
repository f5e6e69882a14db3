"""What Supabase Auth answers, as its OpenAPI document (`openapi.yaml` of supabase/auth) tells."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel, Field

from nilm_auth.domain import rules
from nilm_auth.domain.session import REFRESH_LIFETIME, AccessToken, TokenPair
from nilm_auth.domain.user import User
from nilm_core.errors import InvalidArgumentError


class AccountAnswer(BaseModel):
    """`UserSchema`: an account."""

    id: str
    """UUID."""
    email: str
    app_metadata: dict[str, Any] = Field(default_factory=dict)
    """Written by the project's server alone."""
    user_metadata: dict[str, Any] = Field(default_factory=dict)
    """Written by the person, so none of it is trusted."""
    created_at: datetime
    updated_at: datetime

    def user(self) -> User:
        """Returns the account as ours; whether it is disabled here, Supabase does not know."""
        return User(
            user_id=self.id,
            email=self.email.lower(),
            display_name=self._display_name(),
            password_hash="",
            is_admin=self.app_metadata.get("admin") is True,
            is_disabled=False,
            create_time=self.created_at,
            update_time=self.updated_at,
        )

    def _display_name(self) -> str:
        try:
            return rules.display_name(str(self.user_metadata.get("display_name", "")))
        except InvalidArgumentError:
            return self.email.partition("@")[0][: rules.MAX_NAME_LENGTH]


class SessionAnswer(BaseModel):
    """`AccessTokenResponseSchema`: a session and whose it is."""

    access_token: str = Field(repr=False)
    expires_in: int
    """How long the access token holds, seconds."""
    refresh_token: str = Field(repr=False)
    user: AccountAnswer

    def tokens(self, now: datetime) -> TokenPair:
        """Returns the session's tokens, received at `now`.

        Supabase tells no end of a refresh token; ours is how long a browser keeps it.
        """
        return TokenPair(
            AccessToken(self.access_token, now + timedelta(seconds=self.expires_in)),
            self.refresh_token,
            now.astimezone(UTC) + REFRESH_LIFETIME,
        )


class SettingsAnswer(BaseModel):
    """The part of `GET /settings` that is asked for."""

    disable_signup: bool = False


def error_code(body: Mapping[str, Any]) -> str:
    """Returns the code of an error in any of the forms it is answered in.

    Since API version 2024-01-01 it is `code`; before, `error_code`, or `error` as OAuth has it.
    """
    for name in ("error_code", "code", "error"):
        if isinstance(code := body.get(name), str):
            return code
    return ""


def error_message(body: Mapping[str, Any]) -> str:
    """Returns what an error says to people."""
    for name in ("message", "msg", "error_description"):
        if isinstance(message := body.get(name), str):
            return message
    return ""
