"""Stores of accounts, sessions and reset tokens.

Every method is one atomic step: when it returns, what it did is durable; when it raises, nothing
was done. All may raise UnavailableError while the store cannot be reached.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from nilm_auth.domain.session import Rotation, SecretRecord
from nilm_auth.domain.user import User


class UserStore(Protocol):
    """Keeps accounts; the last enabled administrator stays one."""

    async def add(self, user: User) -> None:
        """Adds an account.

        Raises:
            AlreadyExistsError: Its address is taken; of two at once, one wins.
        """
        ...

    async def get(self, user_id: str) -> User | None:
        """Returns an account, or None if there is none."""
        ...

    async def find(self, email: str) -> User | None:
        """Returns the account of an address, or None if there is none."""
        ...

    async def list(
        self, *, email_contains: str = "", after: str | None = None, limit: int
    ) -> Sequence[User]:
        """Returns at most `limit` accounts by email, beginning after the email `after`."""
        ...

    async def has_admin(self) -> bool:
        """Tells whether there is an enabled administrator."""
        ...

    async def change(self, user_id: str, change: Callable[[User], User]) -> User:
        """Replaces an account by what `change` makes of it, and returns that.

        Raises:
            NotFoundError: There is no such account.
            AlreadyExistsError: Its new address is taken.
            FailedPreconditionError: No enabled administrator would be left.
        """
        ...

    async def remove(self, user_id: str) -> None:
        """Removes an account, its sessions, reset tokens and memberships.

        Raises:
            NotFoundError: There is no such account.
            FailedPreconditionError: It is the last enabled administrator, or some building's last
                manager.
        """
        ...


class SessionStore(Protocol):
    """Keeps sessions: each a family of refresh tokens of which the latest is unspent."""

    async def start(self, user_id: str, token: SecretRecord) -> None:
        """Starts a session with its first refresh token."""
        ...

    async def rotate(self, token_hash: str, successor: SecretRecord) -> Rotation:
        """Spends a refresh token for its successor, issued at `successor.issue_time`.

        A token that was spent before ends its whole session. Of two calls with one token at once,
        one rotates and the other counts as that second use.
        """
        ...

    async def end(self, token_hash: str) -> None:
        """Ends the session that a refresh token belongs to; an unknown token is no error."""
        ...

    async def end_all(self, user_id: str) -> None:
        """Ends all sessions of an account."""
        ...

    async def prune(self, now: datetime) -> int:
        """Forgets what had expired by `now`; returns how many tokens that were."""
        ...


class ResetStore(Protocol):
    """Keeps the tokens by which forgotten passwords are set anew."""

    async def add(self, user_id: str, token: SecretRecord) -> None:
        """Adds a token."""
        ...

    async def take(self, token_hash: str, now: datetime) -> str | None:
        """Spends a token and all others of its account; returns the account's id.

        None means that the token is unknown, spent or had expired by `now`.
        """
        ...

    async def prune(self, now: datetime) -> int:
        """Forgets what had expired by `now`; returns how many tokens that were."""
        ...
