import socket

import pytest

from nilm_cli.up.ports import free_ports, require_free
from nilm_core.errors import UnavailableError


def test_free_ports_are_different_and_free() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    for port in ports:
        require_free("127.0.0.1", port)


def test_a_free_port_is_never_the_one_to_avoid() -> None:
    for _ in range(20):
        (soon,) = free_ports(1)
        assert soon not in free_ports(50, avoid=[soon])


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(UnavailableError, match=f"port {port} on 127.0.0.1.*take another"):
            require_free("127.0.0.1", port)


def test_a_port_that_lets_others_share_it_is_in_use_all_the_same() -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        with pytest.raises(UnavailableError):
            require_free("127.0.0.1", server.getsockname()[1])
