"""Asks `auth` for access decisions and service tokens."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from weakref import WeakValueDictionary

import grpc

from nilm.auth.v1 import access_service_pb2 as access_pb
from nilm.auth.v1 import access_service_pb2_grpc as access_grpc
from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import auth_service_pb2_grpc as auth_grpc
from nilm.buildings.v1 import member_pb2, meter_pb2
from nilm_core.access import BuildingAccess, MeterKind, MeterRef, Permission
from nilm_core.errors import UnauthenticatedError
from nilm_rpc.call import Call, outgoing
from nilm_rpc.status import from_rpc_error

_PERMISSION_PREFIX = "PERMISSION_"
_METER_KIND_PREFIX = "METER_KIND_"
_ROLE_PREFIX = "ROLE_"
_TOKEN_MARGIN_S = 60.0


@dataclass(frozen=True, slots=True)
class CacheStats:
    """How well the cache of decisions does."""

    entry_count: int
    hit_count: int
    miss_count: int
    evicted_count: int


_Key = tuple[str, str, str]


class RemoteAuthorizer:
    """Asks `auth` with the caller's own token, and keeps each answer for `ttl_s`.

    Refusals are not kept: a right that was just given holds at once. Of several who ask the same
    at once, one asks and the others take its answer.
    """

    def __init__(
        self,
        channel: grpc.aio.Channel,
        ttl_s: float = 30.0,
        capacity: int = 10_000,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stub = access_grpc.AccessServiceStub(channel)
        self._ttl_s = ttl_s
        self._capacity = capacity
        self._monotonic = monotonic
        self._known: OrderedDict[_Key, tuple[BuildingAccess, float]] = OrderedDict()
        self._asking: WeakValueDictionary[_Key, asyncio.Lock] = WeakValueDictionary()
        self._hits = self._misses = self._evicted = 0

    async def access(
        self, call: Call, *, building_id: str = "", meter_id: str = ""
    ) -> BuildingAccess:
        """Returns what the caller may do, see `nilm_rpc.authorization.Authorizer`."""
        if call.principal is None:
            raise UnauthenticatedError("no access token", reason="TOKEN_MISSING")
        key = (call.principal.subject, building_id, meter_id)
        if (known := self._lookup(key)) is not None:
            return known
        asking = self._asking.setdefault(key, asyncio.Lock())
        async with asking:
            if (known := self._lookup(key)) is not None:
                return known
            access = await self._ask(building_id, meter_id)
            self._keep(key, access)
        return access

    def _lookup(self, key: _Key) -> BuildingAccess | None:
        known = self._known.get(key)
        if known is None or self._monotonic() >= known[1]:
            return None
        self._hits += 1
        return known[0]

    async def _ask(self, building_id: str, meter_id: str) -> BuildingAccess:
        self._misses += 1
        request = (
            access_pb.GetBuildingAccessRequest(meter_id=meter_id)
            if meter_id
            else access_pb.GetBuildingAccessRequest(building_id=building_id)
        )
        try:
            return _access(await self._stub.GetBuildingAccess(request, **outgoing()))
        except grpc.aio.AioRpcError as error:
            raise from_rpc_error(error) from error

    def _keep(self, key: _Key, access: BuildingAccess) -> None:
        self._known[key] = (access, self._monotonic() + self._ttl_s)
        self._known.move_to_end(key)
        while len(self._known) > self._capacity:
            self._known.popitem(last=False)
            self._evicted += 1

    def stats(self) -> CacheStats:
        """Returns how well the cache does."""
        return CacheStats(len(self._known), self._hits, self._misses, self._evicted)

    def invalidate(self, building_id: str = "") -> int:
        """Forgets the decisions of a building, or all; returns their number."""
        stale = [
            key
            for key, (access, _) in self._known.items()
            if not building_id or access.building_id == building_id
        ]
        for key in stale:
            del self._known[key]
        return len(stale)


class ServiceTokenSource:
    """Holds a service's own token for background calls, and renews it before it ends."""

    def __init__(self, channel: grpc.aio.Channel, service_name: str, service_secret: str) -> None:
        self._stub = auth_grpc.AuthServiceStub(channel)
        self._service_name = service_name
        self._service_secret = service_secret
        self._token = ""
        self._expires = datetime.min.replace(tzinfo=UTC)
        self._lock = asyncio.Lock()

    async def token(self) -> str:
        """Returns a token that holds for at least a minute.

        Raises:
            NilmError: `auth` is away or does not know the secret.
        """
        async with self._lock:
            if (self._expires - datetime.now(UTC)).total_seconds() < _TOKEN_MARGIN_S:
                request = auth_pb.IssueServiceTokenRequest(
                    service_name=self._service_name, service_secret=self._service_secret
                )
                try:
                    answer = await self._stub.IssueServiceToken(request, timeout=5.0)
                except grpc.aio.AioRpcError as error:
                    raise from_rpc_error(error) from error
                self._token = answer.access_token
                self._expires = answer.access_expire_time.ToDatetime(tzinfo=UTC)
            return self._token


def _access(answer: access_pb.GetBuildingAccessResponse) -> BuildingAccess:
    return BuildingAccess(
        building_id=answer.building_id,
        role=(
            member_pb2.Role.Name(answer.role).removeprefix(_ROLE_PREFIX).lower()
            if answer.role
            else ""
        ),
        permissions=frozenset(
            Permission(access_pb.Permission.Name(value).removeprefix(_PERMISSION_PREFIX))
            for value in answer.permissions
        ),
        time_zone=answer.time_zone,
        meters=tuple(
            MeterRef(
                meter.meter_id,
                MeterKind(meter_pb2.MeterKind.Name(meter.kind).removeprefix(_METER_KIND_PREFIX)),
                meter.appliance_id,
                meter.display_name,
            )
            for meter in answer.meters
        ),
    )
