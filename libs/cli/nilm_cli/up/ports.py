"""TCP ports: finds free ones and tells which is taken."""

import socket
from collections.abc import Collection
from contextlib import ExitStack

from nilm_core.errors import UnavailableError


def free_ports(count: int, *, avoid: Collection[int] = ()) -> list[int]:
    """Returns different ports on loopback that nothing listens on, none of them in `avoid`."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count + len(avoid))]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        found = [each.getsockname()[1] for each in sockets]
    return [port for port in found if port not in avoid][:count]


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
