"""What the tests of the servicers say to them."""

import json
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from nilm.auth.v1 import access_service_pb2_grpc as access_grpc
from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import auth_service_pb2_grpc as auth_grpc
from nilm.auth.v1 import user_pb2 as user_pb
from nilm.auth.v1 import user_service_pb2_grpc as users_grpc
from nilm.buildings.v1 import appliance_service_pb2_grpc as appliances_grpc
from nilm.buildings.v1 import building_pb2 as building_pb
from nilm.buildings.v1 import building_service_pb2 as buildings_pb
from nilm.buildings.v1 import building_service_pb2_grpc as buildings_grpc
from nilm.buildings.v1 import member_pb2 as member_pb
from nilm.buildings.v1 import member_service_pb2 as members_pb
from nilm.buildings.v1 import member_service_pb2_grpc as members_grpc
from nilm.buildings.v1 import meter_service_pb2_grpc as meters_grpc
from nilm.buildings.v1 import tariff_service_pb2_grpc as tariffs_grpc
from tests.support.tokens import bearer

PASSWORD = "correct horse battery"


class Person:
    """Somebody who has signed in."""

    def __init__(self, user: user_pb.User, tokens: user_pb.TokenPair) -> None:
        self.user_id = user.user_id
        self.email = user.email
        self.tokens = tokens

    @property
    def auth(self) -> dict[str, Any]:
        """Keyword arguments of a call that this person makes."""
        return {"metadata": bearer(self.tokens.access_token)}


class Client:
    """The stubs of the service, and the steps that many tests begin with."""

    def __init__(self, channel: grpc.aio.Channel, outbox: Path) -> None:
        self.channel = channel
        self.outbox = outbox
        self.auth = auth_grpc.AuthServiceStub(channel)
        self.users = users_grpc.UserServiceStub(channel)
        self.access = access_grpc.AccessServiceStub(channel)
        self.buildings = buildings_grpc.BuildingServiceStub(channel)
        self.members = members_grpc.MemberServiceStub(channel)
        self.meters = meters_grpc.MeterServiceStub(channel)
        self.appliances = appliances_grpc.ApplianceServiceStub(channel)
        self.tariffs = tariffs_grpc.TariffServiceStub(channel)

    async def sign_up(self, name: str) -> Person:
        answer = await self.auth.SignUp(
            auth_pb.SignUpRequest(email=f"{name}@home.local", password=PASSWORD)
        )
        return Person(answer.user, answer.tokens)

    async def admin(self) -> Person:
        answer = await self.auth.SignIn(
            auth_pb.SignInRequest(email="admin@home.local", password="the first administrator")
        )
        return Person(answer.user, answer.tokens)

    async def service(self, name: str = "inference") -> dict[str, Any]:
        answer = await self.auth.IssueServiceToken(
            auth_pb.IssueServiceTokenRequest(service_name=name, service_secret="s" * 40)
        )
        return {"metadata": bearer(answer.access_token)}

    async def building(self, manager: Person, name: str = "Home") -> building_pb.Building:
        answer = await self.buildings.CreateBuilding(
            buildings_pb.CreateBuildingRequest(display_name=name, time_zone="Europe/London"),
            **manager.auth,
        )
        return answer.building

    async def add_member(
        self, manager: Person, building_id: str, person: Person, role: member_pb.Role
    ) -> member_pb.Member:
        answer = await self.members.CreateMember(
            members_pb.CreateMemberRequest(building_id=building_id, email=person.email, role=role),
            **manager.auth,
        )
        return answer.member

    def mails(self) -> list[dict[str, str]]:
        if not self.outbox.exists():
            return []
        return [json.loads(line) for line in self.outbox.read_text().splitlines()]


class Failure:
    """What a failed call told."""

    code: grpc.StatusCode
    message: str
    reason: str
    fields: list[str]


class failing:  # noqa: N801 # reads as the context manager that it is
    """Expects the calls inside to fail with a code, and tells how they did."""

    def __init__(self, code: grpc.StatusCode) -> None:
        self._code = code
        self._raises = pytest.raises(grpc.aio.AioRpcError)
        self._failure = Failure()

    def __enter__(self) -> Failure:
        self._info = self._raises.__enter__()
        return self._failure

    def __exit__(self, *error: object) -> bool:
        caught = self._raises.__exit__(*error)
        rpc_error = self._info.value
        self._failure.code = rpc_error.code()
        self._failure.message = rpc_error.details() or ""
        assert rpc_error.code() is self._code, self._failure.message
        info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        status = rpc_status.from_call(rpc_error)
        for detail in status.details if status else ():
            detail.Unpack(info)
            detail.Unpack(bad)
        self._failure.reason = info.reason
        self._failure.fields = [violation.field for violation in bad.field_violations]
        return caught
