"""Identifiers: made here, checked at the edge."""

import re
import secrets

_ALPHABET = "0123456789abcdefghijkmnpqrstuvwx"
_RESOURCE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}")


def new_id(prefix: str) -> str:
    """Returns a fresh random id such as `bld_4k2mzq0v7w1c9d3x`, about 80 bits."""
    # 32 letters, 5 bits each, from one read of the system's randomness: choosing letter by letter
    # would take one read for each, which every call that is served would pay for
    return f"{prefix}_{''.join([_ALPHABET[byte & 31] for byte in secrets.token_bytes(16)])}"


def is_resource_id(text: str) -> bool:
    """Tells whether `text` may name a resource: 1 to 63 of a-z, 0-9, `_` and `-`."""
    return _RESOURCE_ID.fullmatch(text) is not None


def is_request_id(text: str) -> bool:
    """Tells whether `text` may be a request id: 1 to 128 printable ASCII characters."""
    return _REQUEST_ID.fullmatch(text) is not None
