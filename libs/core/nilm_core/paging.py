"""Pages of lists: sizes within bounds, and opaque tokens that fit one list alone."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping

from nilm_core.errors import InvalidArgumentError

_DIGEST_BYTES = 8


def page_size_or_default(page_size: int, default: int = 100, maximum: int = 1_000) -> int:
    """Returns the number of rows to answer for the `page_size` of a request.

    Raises:
        InvalidArgumentError: `page_size` is negative.
    """
    if page_size < 0:
        raise InvalidArgumentError.of_field(
            "page_size", "must not be negative; leave it out for the default"
        )
    return min(page_size or default, maximum)


def encode_page_token(position: str, filters: Mapping[str, str]) -> str:
    """Returns the token of the page that follows `position`.

    Args:
        position: Where the page before ended, in the list's own order.
        filters: What the list was asked with; the token fits the same alone.
    """
    payload = _digest(filters) + position.encode()
    return base64.urlsafe_b64encode(payload).decode().rstrip("=")


def decode_page_token(token: str, filters: Mapping[str, str]) -> str | None:
    """Returns the position that a token holds, or None for the first page.

    Raises:
        InvalidArgumentError: The token is damaged, or of another list.
    """
    if not token:
        return None
    try:
        padded = token + "=" * (-len(token) % 4)
        payload = base64.b64decode(padded, altchars=b"-_", validate=True)
        digest, position = payload[:_DIGEST_BYTES], payload[_DIGEST_BYTES:].decode()
    except (binascii.Error, ValueError):
        digest, position = b"", ""
    if digest != _digest(filters):
        raise InvalidArgumentError.of_field(
            "page_token",
            "is not of this list with these filters; send the next_page_token of the page before, "
            "or none for the first page",
        )
    return position


def _digest(filters: Mapping[str, str]) -> bytes:
    text = json.dumps(dict(filters), sort_keys=True)
    return hashlib.sha256(text.encode()).digest()[:_DIGEST_BYTES]
