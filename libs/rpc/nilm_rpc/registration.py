"""Adds servicers to a server by the contracts that they implement."""

import sys
from collections.abc import Iterator, Sequence

import grpc

_STUB_MODULE = "_pb2_grpc"
_SERVICER = "Servicer"


def register(server: grpc.aio.Server, servicers: Sequence[object]) -> tuple[str, ...]:
    """Adds each servicer to the server, once for each contract among its bases.

    Returns:
        Full names of the contracts, such as `nilm.auth.v1.AuthService`.

    Raises:
        TypeError: A servicer implements no contract.
    """
    names: list[str] = []
    for servicer in servicers:
        contracts = list(_contracts(type(servicer)))
        if not contracts:
            raise TypeError(f"{type(servicer).__name__} implements no contract")
        for base in contracts:
            stubs = sys.modules[base.__module__]
            getattr(stubs, f"add_{base.__name__}_to_server")(servicer, server)
            messages = sys.modules[base.__module__.removesuffix("_grpc")]
            service = base.__name__.removesuffix(_SERVICER)
            names.append(messages.DESCRIPTOR.services_by_name[service].full_name)
    return tuple(names)


def _contracts(servicer: type) -> Iterator[type]:
    """Gives the generated base classes of a servicer."""
    for base in servicer.__mro__:
        if base.__module__.endswith(_STUB_MODULE) and base.__name__.endswith(_SERVICER):
            yield base
