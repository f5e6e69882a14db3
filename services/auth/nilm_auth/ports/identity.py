"""Who proves that people are who they say they are.

Either this service keeps passwords and sessions itself (the classes of these names in
`nilm_auth.service`), or a server made for it does (`nilm_auth.adapters.supabase_auth`). Every
method may raise UnavailableError while the server or the store cannot be reached, and
ResourceExhaustedError when it is asked too often; both say when to try again.
"""

from dataclasses import dataclass
from typing import Protocol

from nilm_auth.domain.session import TokenPair
from nilm_auth.domain.sign_in import SignInOptions
from nilm_auth.domain.user import ChangedUser, User
from nilm_core.access import Principal


class AccountIdentity(Protocol):
    """What a person does with his own account."""

    async def options(self) -> SignInOptions:
        """Tells how one signs in."""
        ...

    async def sign_up(
        self, email: str, password: str, display_name: str
    ) -> tuple[User, TokenPair] | None:
        """Makes an account and signs it in; None where its address is to be confirmed first.

        Raises:
            PermissionDeniedError: Sign-up is closed.
            AlreadyExistsError: The address is taken.
            InvalidArgumentError: The provider wants another address or a better password.
        """
        ...

    async def sign_in(self, email: str, password: str) -> tuple[User, TokenPair]:
        """Starts a session; whether an address has an account cannot be told from the answer.

        Raises:
            UnauthenticatedError: The address or the password is wrong.
            PermissionDeniedError: The account is disabled.
            FailedPreconditionError: The address is to be confirmed first.
        """
        ...

    async def get(self, caller: Principal) -> User:
        """Returns the caller's account.

        Raises:
            UnauthenticatedError: The account is gone or disabled.
        """
        ...

    async def update(
        self, caller: Principal, *, display_name: str, email: str, current_password: str
    ) -> ChangedUser:
        """Changes the caller's account; empty values leave what is there.

        Raises:
            InvalidArgumentError: The address would change and the password is wrong.
            AlreadyExistsError: The new address is taken.
        """
        ...

    async def change_password(
        self, caller: Principal, current_password: str, password: str
    ) -> TokenPair:
        """Changes the caller's password, ends all other sessions and returns a new one.

        Raises:
            InvalidArgumentError: The present password is wrong, or the new one will not do.
        """
        ...


class SessionIdentity(Protocol):
    """Carries sessions on and ends them."""

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Exchanges a session's latest refresh token for a new pair.

        Raises:
            UnauthenticatedError: The token is unknown, expired or spent (which ends the session),
                or its account is disabled.
        """
        ...

    async def end(self, refresh_token: str) -> None:
        """Ends the session of a refresh token; an unknown one is no error."""
        ...

    async def end_all(self, user_id: str) -> None:
        """Sees to it that no session of an account is carried on after it was disabled."""
        ...


class ResetIdentity(Protocol):
    """Sets forgotten passwords anew."""

    async def request(self, email: str) -> None:
        """Sends a reset token, if the address has an account that may sign in."""
        ...

    async def reset(self, token: str, password: str) -> None:
        """Sets a password by a token, which is then spent, and ends all of the account's sessions.

        Raises:
            InvalidArgumentError: The token is unknown, spent or too old, or the password will not
                do.
        """
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """One provider of identities."""

    accounts: AccountIdentity
    sessions: SessionIdentity
    resets: ResetIdentity
    keeps_profiles: bool
    """Whether names and who administers are the provider's to say, and cannot be changed in the
    account store."""
