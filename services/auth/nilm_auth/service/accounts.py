"""Signing up and in, and one's own account."""

from collections.abc import Callable
from dataclasses import replace

from nilm_auth.domain.rules import MAX_NAME_LENGTH
from nilm_auth.domain.session import TokenPair
from nilm_auth.domain.sign_in import IdentityProvider, ResetDelivery, SignInOptions
from nilm_auth.domain.user import ChangedUser, User
from nilm_auth.ports.accounts import UserStore
from nilm_auth.ports.security import PasswordHasher
from nilm_auth.service.sessions import Sessions
from nilm_core.access import Principal
from nilm_core.clock import Clock
from nilm_core.errors import (
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from nilm_core.ids import new_id


def account_id(caller: Principal) -> str:
    """Returns the account that a caller speaks for.

    Raises:
        PermissionDeniedError: The caller is a service, which has no account.
    """
    if caller.is_service:
        raise PermissionDeniedError("services have no account; call this as a person")
    return caller.subject


def require_open(*, sign_up_open: bool) -> None:
    """Checks that anybody may make an account.

    Raises:
        PermissionDeniedError: Sign-up is closed.
    """
    if not sign_up_open:
        raise sign_up_closed()


def require_enabled(user: User) -> None:
    """Checks that an account whose password is right may sign in.

    Raises:
        PermissionDeniedError: It is disabled.
    """
    if user.is_disabled:
        raise account_disabled()


class Accounts:
    """What a person does with his own account, which is kept here.

    Args:
        sign_up_open: Whether anybody may make an account.
    """

    def __init__(
        self,
        users: UserStore,
        sessions: Sessions,
        hasher: PasswordHasher,
        clock: Clock,
        *,
        sign_up_open: bool = True,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._hasher = hasher
        self._clock = clock
        self._sign_up_open = sign_up_open

    async def options(self) -> SignInOptions:
        """Tells how one signs in."""
        return SignInOptions(
            IdentityProvider.EMBEDDED, self._sign_up_open, ResetDelivery.BY_OPERATOR
        )

    async def sign_up(self, email: str, password: str, display_name: str) -> tuple[User, TokenPair]:
        """Makes an account and signs it in.

        Raises:
            PermissionDeniedError: Sign-up is closed.
            AlreadyExistsError: The address is taken.
        """
        require_open(sign_up_open=self._sign_up_open)
        user = await self.create(email, password, display_name)
        return user, await self._sessions.start(user)

    async def create(
        self, email: str, password: str, display_name: str = "", *, is_admin: bool = False
    ) -> User:
        """Makes an account, whether sign-up is open or not; an empty name is made of the address.

        Raises:
            AlreadyExistsError: The address is taken.
        """
        now = self._clock.now()
        user = User(
            user_id=new_id("usr"),
            email=email,
            display_name=display_name or email.partition("@")[0][:MAX_NAME_LENGTH],
            password_hash=await self._hasher.hash(password),
            is_admin=is_admin,
            is_disabled=False,
            create_time=now,
            update_time=now,
        )
        await self._users.add(user)
        return user

    async def sign_in(self, email: str, password: str) -> tuple[User, TokenPair]:
        """Starts a session; whether an address has an account cannot be told from the answer.

        Raises:
            UnauthenticatedError: The address or the password is wrong.
            PermissionDeniedError: Both are right, and the account is disabled.
        """
        user = await self._users.find(email)
        matches = await self._hasher.verify(user.password_hash if user else None, password)
        if user is None or not matches:
            raise wrong_credentials()
        require_enabled(user)
        if self._hasher.is_outdated(user.password_hash):
            fresh = await self._hasher.hash(password)
            user = await self._users.change(
                user.user_id, lambda present: replace(present, password_hash=fresh)
            )
        return user, await self._sessions.start(user)

    async def get(self, caller: Principal) -> User:
        """Returns the caller's account.

        Raises:
            UnauthenticatedError: The account is gone or disabled.
        """
        user = await self._users.get(account_id(caller))
        if user is None or user.is_disabled:
            raise account_gone()
        return user

    async def update(
        self, caller: Principal, *, display_name: str, email: str, current_password: str
    ) -> ChangedUser:
        """Changes the caller's account; empty values leave what is there.

        Raises:
            InvalidArgumentError: The address would change and the password is wrong.
            AlreadyExistsError: The new address is taken.
        """
        user = await self.get(caller)
        if email and email != user.email:
            await self._require_password(user, current_password)
        changed = await self._change(
            user,
            lambda present: replace(
                present,
                display_name=display_name or present.display_name,
                email=email or present.email,
                update_time=self._clock.now(),
            ),
        )
        return ChangedUser(changed)

    async def change_password(
        self, caller: Principal, current_password: str, password: str
    ) -> TokenPair:
        """Changes the caller's password, ends all sessions and starts a new one.

        Raises:
            InvalidArgumentError: The present password is wrong.
        """
        user = await self.get(caller)
        await self._require_password(user, current_password)
        return await self._sessions.start(await self.set_password(user, password))

    async def set_password(self, user: User, password: str) -> User:
        """Sets an account's password and ends all of its sessions."""
        fresh = await self._hasher.hash(password)
        changed = await self._change(
            user,
            lambda present: replace(present, password_hash=fresh, update_time=self._clock.now()),
        )
        await self._sessions.end_all(user.user_id)
        return changed

    async def _change(self, user: User, change: Callable[[User], User]) -> User:
        try:
            return await self._users.change(user.user_id, change)
        except NotFoundError:
            raise account_gone() from None

    async def _require_password(self, user: User, password: str) -> None:
        if not await self._hasher.verify(user.password_hash, password):
            raise InvalidArgumentError.of_field(
                "current_password", "is not the account's password; send the one that holds now"
            )


def sign_up_closed() -> PermissionDeniedError:
    """Returns the error for somebody who may not make an account himself."""
    return PermissionDeniedError(
        "sign-up is closed here; ask an administrator for an account", reason="SIGN_UP_CLOSED"
    )


def account_disabled() -> PermissionDeniedError:
    """Returns the error for an account that may not sign in."""
    return PermissionDeniedError(
        "this account is disabled; ask an administrator", reason="ACCOUNT_DISABLED"
    )


def wrong_credentials() -> UnauthenticatedError:
    """Returns the error for a sign-in that failed; it tells not what was wrong."""
    return UnauthenticatedError("the email or the password is wrong", reason="CREDENTIALS_INVALID")


def account_gone() -> UnauthenticatedError:
    """Returns the error for a token whose account may not act any more."""
    return UnauthenticatedError(
        "the account of this token is gone or disabled; sign in again", reason="ACCOUNT_GONE"
    )
