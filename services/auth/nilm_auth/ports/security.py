"""Hashing passwords, signing tokens, sending mail."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from nilm_auth.domain.session import AccessToken


class PasswordHasher(Protocol):
    """Hashes passwords slowly, few at a time."""

    async def hash(self, password: str) -> str:
        """Returns the hash of a password, with its salt and parameters.

        Raises:
            ResourceExhaustedError: Too many are waiting.
        """
        ...

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tells whether a password has a hash.

        None is no account's hash: the answer is False and takes as long as any other.

        Raises:
            ResourceExhaustedError: Too many are waiting.
        """
        ...

    def is_outdated(self, password_hash: str) -> bool:
        """Tells whether a hash was made with other parameters than the present ones."""
        ...


class TokenSigner(Protocol):
    """Signs access tokens."""

    def sign(self, subject: str, *, kind: str, is_admin: bool, lifetime: timedelta) -> AccessToken:
        """Returns a token for a person (`kind` "user") or a service ("service")."""
        ...


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to one person."""

    to: str
    """The person's address."""
    subject: str
    """One line."""
    text: str = field(repr=False)
    """The message, plain; may hold a secret, so it is never logged."""


class Outbox(Protocol):
    """Takes mail for delivery."""

    async def send(self, mail: Mail) -> None:
        """Takes a message; returns once it will not be lost.

        Raises:
            UnavailableError: It cannot be taken now.
        """
        ...
