"""TCP ports: finds free ones and tells which is taken."""

import random
import socket
from collections.abc import Collection

from nilm_core.errors import UnavailableError

_OWN_PORTS = range(20_000, 32_000)


def free_ports(count: int, *, avoid: Collection[int] = ()) -> list[int]:
    """Returns different ports on loopback that nothing listens on, none of them in `avoid`.

    They are below those that the system gives away by itself, as to each connection, so that none
    is taken before its service listens on it.

    Raises:
        UnavailableError: There are not so many.
    """
    found: list[int] = []
    for port in random.sample(_OWN_PORTS, len(_OWN_PORTS)):
        if len(found) == count:
            break
        if port not in avoid and _is_free(port):
            found.append(port)
    if len(found) < count:
        raise UnavailableError(f"{count} ports from {_OWN_PORTS[0]:,} on are needed and not free")
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            return False
        return True


def require_free(host: str, port: int, option: str = "--port") -> None:
    """Checks that a port, which `option` chooses, can be listened on.

    Raises:
        UnavailableError: It is in use or not allowed.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            raise UnavailableError(
                f"port {port} on {host} cannot be opened: {error.strerror}; take another {option}"
            ) from error
