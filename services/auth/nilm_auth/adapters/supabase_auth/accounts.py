"""A person's own account, kept by Supabase Auth."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from nilm_auth.adapters.supabase_auth.answers import AccountAnswer, SessionAnswer
from nilm_auth.adapters.supabase_auth.client import SupabaseAuthClient
from nilm_auth.adapters.supabase_auth.refusal import CREDENTIALS, Refusal
from nilm_auth.domain.session import TokenPair
from nilm_auth.domain.sign_in import IdentityProvider, ResetDelivery, SignInOptions
from nilm_auth.domain.user import ChangedUser, User
from nilm_auth.service.accounts import account_gone, account_id, require_enabled, require_open
from nilm_auth.service.mirror import Mirror
from nilm_core.access import Principal
from nilm_core.clock import Clock
from nilm_core.errors import InvalidArgumentError, UnavailableError
from nilm_rpc.call import current_call

_SETTINGS_HOLD = timedelta(minutes=1)


class SupabaseAccounts:
    """The AccountIdentity of Supabase Auth.

    Args:
        sign_up_open: Whether anybody may make an account, as far as this installation says; the
            project may say no as well.
    """

    def __init__(
        self, client: SupabaseAuthClient, mirror: Mirror, clock: Clock, *, sign_up_open: bool
    ) -> None:
        self._client = client
        self._mirror = mirror
        self._clock = clock
        self._sign_up_open = sign_up_open
        self._project_open = True
        self._asked_at: datetime | None = None

    async def options(self) -> SignInOptions:
        """Tells how one signs in; while Supabase cannot be asked, what it said last holds."""
        now = self._clock.now()
        if self._asked_at is None or now - self._asked_at >= _SETTINGS_HOLD:
            self._asked_at = now
            with suppress(UnavailableError, Refusal):
                self._project_open = not (await self._client.settings()).disable_signup
        return SignInOptions(
            IdentityProvider.SUPABASE,
            self._sign_up_open and self._project_open,
            ResetDelivery.BY_EMAIL,
        )

    async def sign_up(
        self, email: str, password: str, display_name: str
    ) -> tuple[User, TokenPair] | None:
        """Makes an account and signs it in; None where its address is to be confirmed first."""
        require_open(sign_up_open=self._sign_up_open)
        try:
            session = await self._client.sign_up(email, password, display_name)
        except Refusal as refusal:
            raise refusal.error() from refusal
        return None if session is None else await self._enter(session)

    async def sign_in(self, email: str, password: str) -> tuple[User, TokenPair]:
        """Starts a session."""
        try:
            session = await self._client.sign_in(email, password)
        except Refusal as refusal:
            raise refusal.error() from refusal
        return await self._enter(session)

    async def get(self, caller: Principal) -> User:
        """Returns the caller's account, as it was when its session was last carried on."""
        user = await self._mirror.find(account_id(caller))
        if user is None:
            user = await self._mirror.keep((await self._account()).user())
        if user.is_disabled:
            raise account_gone()
        return user

    async def update(
        self, caller: Principal, *, display_name: str, email: str, current_password: str
    ) -> ChangedUser:
        """Changes the caller's account; a new address holds once its message is answered."""
        await self.get(caller)
        present = (await self._account()).user()
        changes: dict[str, Any] = {}
        if display_name:
            changes["data"] = {"display_name": display_name}
        if email and email != present.email:
            session = await self._prove(present.email, current_password)
            await self._client.sign_out(session.access_token, "local")
            changes["email"] = email
        try:
            changed = (await self._client.change(_token(), changes)).user()
        except Refusal as refusal:
            raise refusal.error() from refusal
        is_pending = "email" in changes and changed.email != email
        return ChangedUser(await self._mirror.keep(changed), email if is_pending else "")

    async def change_password(
        self, caller: Principal, current_password: str, password: str
    ) -> TokenPair:
        """Changes the caller's password.

        The present one is proved by a new session. Supabase ends all others when that one changes
        the password.
        """
        await self.get(caller)
        email = (await self._account()).email
        session = await self._prove(email, current_password)
        try:
            await self._client.change(session.access_token, {"password": password})
        except Refusal as refusal:
            await self._client.sign_out(session.access_token, "local")
            raise refusal.error(password_field="new_password") from refusal  # noqa: S106 # a field's name
        return session.tokens(self._clock.now())

    async def _enter(self, session: SessionAnswer) -> tuple[User, TokenPair]:
        """Takes in the person who has just signed in."""
        user = await self._mirror.keep(session.user.user())
        if user.is_disabled:
            await self._client.sign_out(session.access_token, "local")
        require_enabled(user)
        return user, session.tokens(self._clock.now())

    async def _account(self) -> AccountAnswer:
        try:
            return await self._client.account(_token())
        except Refusal as refusal:
            raise refusal.error() from refusal

    async def _prove(self, email: str, password: str) -> SessionAnswer:
        try:
            return await self._client.sign_in(email, password)
        except Refusal as refusal:
            if refusal.code in CREDENTIALS:
                raise InvalidArgumentError.of_field(
                    "current_password",
                    "is not the account's password; send the one that holds now",
                ) from refusal
            raise refusal.error() from refusal


def _token() -> str:
    return current_call().token or ""
