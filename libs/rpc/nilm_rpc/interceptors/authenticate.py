"""Finds out who calls, and whether he may call this method at all."""

from nilm_core.errors import PermissionDeniedError, UnauthenticatedError
from nilm_rpc.call import AUTHORIZATION_HEADER, Call, current_call
from nilm_rpc.interceptors.base import AdmittingInterceptor, Context
from nilm_rpc.policy import Audience, Policy
from nilm_rpc.tokens import TokenVerifier

_BEARER = "bearer "


class AuthenticateInterceptor(AdmittingInterceptor):
    """Verifies the bearer token and applies the audience of the method's rule."""

    def __init__(self, policy: Policy, verifier: TokenVerifier) -> None:
        super().__init__()
        self._policy = policy
        self._verifier = verifier

    async def admit(self, method: str, context: Context) -> None:
        """Sets the call's principal, or refuses it."""
        rule = self._policy.get(method)
        if rule is None:
            raise PermissionDeniedError(f"{method} is not open to anybody", reason="NO_POLICY")
        if rule.audience is not Audience.PUBLIC:
            call = current_call()
            call.token = _bearer_token(context)
            call.principal = await self._verifier.verify(call.token)
            _check_audience(rule.audience, call)


def _bearer_token(context: Context) -> str:
    for key, value in context.invocation_metadata() or ():
        if key == AUTHORIZATION_HEADER:
            text = str(value)
            if text[: len(_BEARER)].lower() == _BEARER:
                return text[len(_BEARER) :].strip()
    raise UnauthenticatedError(
        "no access token; sign in and send it as `authorization: Bearer ...`",
        reason="TOKEN_MISSING",
    )


def _check_audience(audience: Audience, call: Call) -> None:
    principal = call.principal
    if principal is None:
        raise UnauthenticatedError("no access token", reason="TOKEN_MISSING")
    if audience is Audience.SERVICE and not principal.is_service:
        raise PermissionDeniedError("only services may call this")
    if audience is Audience.ADMIN and not principal.is_admin:
        raise PermissionDeniedError("only administrators may call this")
