"""Asks `auth` for access decisions and service tokens."""

import asyncio
from datetime import UTC, datetime

import grpc

from nilm.auth.v1 import access_service_pb2 as access_pb
from nilm.auth.v1 import access_service_pb2_grpc as access_grpc
from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import auth_service_pb2_grpc as auth_grpc
from nilm.buildings.v1 import member_pb2, meter_pb2
from nilm_core.access import BuildingAccess, MeterKind, MeterRef, Permission
from nilm_core.errors import UnauthenticatedError
from nilm_rpc.access_cache import AccessCache, AccessKey, EmbeddedAccessCache
from nilm_rpc.call import Call, outgoing
from nilm_rpc.status import from_rpc_error

_PERMISSION_PREFIX = "PERMISSION_"
_METER_KIND_PREFIX = "METER_KIND_"
_ROLE_PREFIX = "ROLE_"
_TOKEN_MARGIN_S = 60.0


class RemoteAuthorizer:
    """Asks `auth` with the caller's own token, and keeps its answers in a cache.

    Refusals are not kept: a right that was just given holds at once.
    """

    def __init__(self, channel: grpc.aio.Channel, cache: AccessCache | None = None) -> None:
        self._stub = access_grpc.AccessServiceStub(channel)
        self._cache = cache or EmbeddedAccessCache()

    async def access(
        self, call: Call, *, building_id: str = "", meter_id: str = "", fresh: bool = False
    ) -> BuildingAccess:
        """Returns what the caller may do, see `nilm_rpc.authorization.Authorizer`.

        With `fresh` it is asked for whatever is known.
        """
        if call.principal is None:
            raise UnauthenticatedError("no access token", reason="TOKEN_MISSING")
        key = AccessKey(call.principal.subject, building_id, meter_id)
        return await self._cache.get(key, lambda: self._ask(building_id, meter_id), fresh=fresh)

    async def _ask(self, building_id: str, meter_id: str) -> BuildingAccess:
        request = (
            access_pb.GetBuildingAccessRequest(meter_id=meter_id)
            if meter_id
            else access_pb.GetBuildingAccessRequest(building_id=building_id)
        )
        try:
            return _access(await self._stub.GetBuildingAccess(request, **outgoing()))
        except grpc.aio.AioRpcError as error:
            raise from_rpc_error(error) from error


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
