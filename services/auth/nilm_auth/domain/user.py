"""A person's account."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class User:
    """An account that a person signs in with."""

    user_id: str
    """Identifier such as `usr_4k2mzq0v7w1c9d3x`."""
    email: str
    """Address in lower case, unique."""
    display_name: str
    """Name to show."""
    password_hash: str = field(repr=False)
    """argon2id hash in PHC form; never leaves the service. Empty where another server keeps it."""
    is_admin: bool
    """Whether the account administers the whole system."""
    is_disabled: bool
    """Whether the account may not sign in."""
    create_time: datetime
    """When the account was made."""
    update_time: datetime
    """When the account last changed."""


@dataclass(frozen=True, slots=True)
class ChangedUser:
    """An account after its person changed it."""

    user: User
    """The account as it is now."""
    pending_email: str = ""
    """The new address, where it is to be confirmed first; else empty."""


@dataclass(frozen=True, slots=True)
class UserChanges:
    """What an administrator changes in an account; None leaves a field as it is."""

    is_admin: bool | None = None
    """Whether it administers the whole system."""
    is_disabled: bool | None = None
    """Whether it may not sign in."""
    display_name: str | None = None
    """Name to show."""
