"""Etags: by them a change that is based on an outdated state is told apart."""

import hashlib

from nilm_core.errors import AbortedError

_LENGTH = 16


def etag_of(row: object) -> str:
    """Returns the name of a row's state: another state has another one."""
    return hashlib.sha256(repr(row).encode()).hexdigest()[:_LENGTH]


def require_etag(row: object, etag: str) -> None:
    """Checks that a row is still in the state that a change is based on; empty for any.

    Raises:
        AbortedError: It has changed since.
    """
    if etag and etag != etag_of(row):
        raise AbortedError(
            "etag: it was changed by somebody else since; read it again and repeat the change",
            reason="ETAG_MISMATCH",
        )
