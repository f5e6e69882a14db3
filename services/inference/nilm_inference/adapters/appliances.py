"""Asks `auth` which appliances a building has."""

import grpc

from nilm.buildings.v1 import appliance_service_pb2 as appliance_pb
from nilm.buildings.v1 import appliance_service_pb2_grpc as appliance_grpc
from nilm_inference.adapters.telemetry import TokenSource
from nilm_rpc.call import outgoing
from nilm_rpc.status import from_rpc_error

_ROWS_A_PAGE = 1_000


class ApplianceClient:
    """Implements the port, with the caller's own token, or with that of `token` if given."""

    def __init__(self, channel: grpc.aio.Channel, token: TokenSource | None = None) -> None:
        self._stub = appliance_grpc.ApplianceServiceStub(channel)
        self._token = token

    async def appliances(self, building_id: str) -> frozenset[str]:
        """Returns their ids, see `nilm_inference.ports.ApplianceDirectory`."""
        request = appliance_pb.ListAppliancesRequest(
            building_id=building_id, page_size=_ROWS_A_PAGE
        )
        found: set[str] = set()
        token = await self._token() if self._token is not None else None
        try:
            while True:
                answer = await self._stub.ListAppliances(request, **outgoing(token=token))
                found.update(each.appliance_id for each in answer.appliances)
                if not answer.next_page_token:
                    return frozenset(found)
                request.page_token = answer.next_page_token
        except grpc.aio.AioRpcError as error:
            raise from_rpc_error(error) from error
