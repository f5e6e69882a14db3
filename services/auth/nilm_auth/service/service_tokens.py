"""Tokens of the services themselves."""

import hmac

from nilm_auth.domain.session import ACCESS_LIFETIME, AccessToken
from nilm_auth.ports.security import TokenSigner
from nilm_core.errors import FailedPreconditionError, UnauthenticatedError

MIN_SECRET_LENGTH = 32


class ServiceTokens:
    """Hands services their tokens for the secret that they share.

    Args:
        secret: The shared secret; None refuses every service.

    Raises:
        FailedPreconditionError: The secret is too short.
    """

    def __init__(self, signer: TokenSigner, secret: str | None) -> None:
        if secret is not None and len(secret) < MIN_SECRET_LENGTH:
            raise FailedPreconditionError(
                f"the service secret must have at least {MIN_SECRET_LENGTH} characters"
            )
        self._signer = signer
        self._secret = None if secret is None else secret.encode()

    def issue(self, service_name: str, secret: str) -> AccessToken:
        """Returns a service's token.

        Raises:
            FailedPreconditionError: This installation has no shared secret.
            UnauthenticatedError: The secret is wrong.
        """
        if self._secret is None:
            raise FailedPreconditionError(
                "no service secret is configured; set NILM_AUTH_SERVICE_SECRET_FILE",
                reason="SERVICE_SECRET_MISSING",
            )
        if not hmac.compare_digest(self._secret, secret.encode()):
            raise UnauthenticatedError("the service secret is wrong", reason="CREDENTIALS_INVALID")
        return self._signer.sign(
            service_name, kind="service", is_admin=False, lifetime=ACCESS_LIFETIME
        )
