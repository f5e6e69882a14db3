"""Sessions: what a sign-in hands out and how it goes on."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

ACCESS_LIFETIME = timedelta(minutes=15)
"""How long an access token holds."""
REFRESH_LIFETIME = timedelta(days=30)
"""How long a refresh token may wait for its use."""
RESET_LIFETIME = timedelta(hours=1)
"""How long a password reset token holds."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A signed JWT."""

    text: str = field(repr=False)
    """The token itself."""
    expire_time: datetime
    """When it ends."""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a sign-in or a refresh hands out."""

    access: AccessToken
    """The token of each call."""
    refresh_token: str = field(repr=False)
    """The single-use token of the next refresh."""
    refresh_expire_time: datetime
    """When the refresh token ends."""


@dataclass(frozen=True, slots=True)
class SecretRecord:
    """What the store keeps of a refresh or reset token: never the token itself."""

    token_hash: str
    """SHA-256 of the token, in hex; enough, as the token has 256 random bits."""
    issue_time: datetime
    """When it was handed out."""
    expire_time: datetime
    """When it ends."""


class RotationOutcome(StrEnum):
    """What became of a refresh token that was presented."""

    ROTATED = "ROTATED"
    """It was the latest of its session and is now spent."""
    UNKNOWN = "UNKNOWN"
    """No session has it."""
    EXPIRED = "EXPIRED"
    """It waited too long."""
    REUSED = "REUSED"
    """It was spent before: its session has been ended."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """The answer to a presented refresh token."""

    outcome: RotationOutcome
    """What became of it."""
    user_id: str = ""
    """Whose it is; empty where it is unknown."""
