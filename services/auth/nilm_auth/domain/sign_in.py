"""How one signs in here."""

from dataclasses import dataclass
from enum import StrEnum


class IdentityProvider(StrEnum):
    """Who keeps accounts and passwords."""

    EMBEDDED = "EMBEDDED"
    """This installation itself."""
    SUPABASE = "SUPABASE"
    """Supabase Auth."""


class ResetDelivery(StrEnum):
    """How the message about a forgotten password reaches its person."""

    BY_OPERATOR = "BY_OPERATOR"
    """It waits on the server, for the operator to hand it over."""
    BY_EMAIL = "BY_EMAIL"
    """It is sent by email."""


@dataclass(frozen=True, slots=True)
class SignInOptions:
    """What a screen must know before anybody has signed in."""

    provider: IdentityProvider
    """Who keeps accounts and passwords."""
    sign_up_open: bool
    """Whether anybody may make an account."""
    reset_delivery: ResetDelivery
    """How the message about a forgotten password reaches its person."""
