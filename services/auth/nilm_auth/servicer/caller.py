"""Who calls."""

from nilm_core.access import Principal
from nilm_core.errors import UnauthenticatedError
from nilm_rpc.call import current_call


def caller() -> Principal:
    """Returns who makes the present call.

    Raises:
        UnauthenticatedError: The call is public and names nobody.
    """
    principal = current_call().principal
    if principal is None:
        raise UnauthenticatedError("no access token", reason="TOKEN_MISSING")
    return principal
