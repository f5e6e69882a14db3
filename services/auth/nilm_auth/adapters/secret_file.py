"""Secrets that live in files."""

import os
import secrets
from pathlib import Path

from nilm_core.errors import FailedPreconditionError


def read_secret(path: Path) -> str:
    """Returns the secret in a file, without surrounding space.

    Raises:
        FailedPreconditionError: The file is missing, unreadable or empty.
    """
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FailedPreconditionError(f"the secret file {path} cannot be read: {error}") from error
    if not secret:
        raise FailedPreconditionError(f"the secret file {path} is empty")
    return secret


def read_or_make_secret(path: Path) -> str:
    """Returns the secret in a file; a random one is made where the file is missing."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_secret(path)
    secret = secrets.token_urlsafe(18)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secret + "\n")
    return secret
