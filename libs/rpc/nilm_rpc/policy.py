"""Which RPC needs what. Each service has one table; a method that it lacks is denied."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any

from nilm_core.access import Permission


class Audience(StrEnum):
    """Who may call a method at all."""

    PUBLIC = "public"
    AUTHENTICATED = "authenticated"
    SERVICE = "service"
    ADMIN = "admin"


class LimitClass(StrEnum):
    """Which rate limit a method counts towards."""

    DEFAULT = "default"
    SIGN_IN = "sign_in"
    INFERENCE = "inference"
    EXEMPT = "exempt"


def _no_building(_request: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one method needs."""

    audience: Audience
    permission: Permission | None = None
    """Permission in the building that the request names, if it is about a building."""
    building_id: Callable[[Any], str] = _no_building
    """Takes the building's id from the request, or from the first of a stream."""
    limit: LimitClass = LimitClass.DEFAULT
    changes_access: bool = False
    """Whether decisions about the building, or about the request's `user_id`, may hold no more."""


Policy = Mapping[str, Rule]
"""Full method name, such as `/nilm.auth.v1.AuthService/SignIn`, to its rule."""

PUBLIC = Rule(Audience.PUBLIC)
AUTHENTICATED = Rule(Audience.AUTHENTICATED)
SERVICE = Rule(Audience.SERVICE)
ADMIN = Rule(Audience.ADMIN)
EXEMPT = Rule(Audience.PUBLIC, limit=LimitClass.EXEMPT)


def on_building(
    permission: Permission, building_id: Callable[[Any], str] = attrgetter("building_id")
) -> Rule:
    """Returns the rule of a method that needs a permission in the building it names."""
    return Rule(Audience.AUTHENTICATED, permission, building_id)
