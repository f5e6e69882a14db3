"""The server builder behind real gRPC, with a small service of the auth contract."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import auth_service_pb2_grpc as auth_grpc
from nilm.buildings.v1 import building_service_pb2 as building_pb
from nilm.buildings.v1 import building_service_pb2_grpc as building_grpc
from nilm_core.access import BuildingAccess, Permission
from nilm_core.errors import InvalidArgumentError, NotFoundError, UnavailableError
from nilm_rpc.call import Call, current_call
from nilm_rpc.policy import ADMIN, AUTHENTICATED, PUBLIC, LimitClass, on_building
from nilm_rpc.server import RunningServer, ServiceDefinition
from nilm_rpc.settings import ServerSettings
from tests.support.servers import in_process
from tests.support.tokens import TokenAuthority, bearer

AUTH = "/nilm.auth.v1.AuthService/"
BUILDINGS = "/nilm.buildings.v1.BuildingService/"


class SmallAuth(auth_grpc.AuthServiceServicer):
    async def SignIn(self, request: Any, context: Any) -> Any:
        raise InvalidArgumentError.of_field("email", "is not an address")

    async def SignUp(self, request: Any, context: Any) -> Any:
        raise RuntimeError("secret detail of the implementation")

    async def GetMe(self, request: Any, context: Any) -> Any:
        response = auth_pb.GetMeResponse()
        response.user.user_id = current_call().principal.subject
        return response

    async def SignOut(self, request: Any, context: Any) -> Any:
        raise UnavailableError("store away", retry_after=timedelta(seconds=7))

    async def RequestPasswordReset(self, request: Any, context: Any) -> Any:
        await asyncio.sleep(60)

    async def RefreshToken(self, request: Any, context: Any) -> Any:
        return auth_pb.RefreshTokenResponse()

    async def ResetPassword(self, request: Any, context: Any) -> Any:
        return auth_pb.ResetPasswordResponse()


class SmallBuildings(building_grpc.BuildingServiceServicer):
    def __init__(self) -> None:
        self.created = 0

    async def CreateBuilding(self, request: Any, context: Any) -> Any:
        self.created += 1
        await asyncio.sleep(0.02)
        response = building_pb.CreateBuildingResponse()
        response.building.building_id = f"bld_{self.created}"
        return response

    async def GetBuilding(self, request: Any, context: Any) -> Any:
        response = building_pb.GetBuildingResponse()
        response.building.time_zone = current_call().access.time_zone
        return response


class OneBuilding:
    async def access(
        self, call: Call, *, building_id: str = "", meter_id: str = ""
    ) -> BuildingAccess:
        if building_id != "bld_seen" or call.principal is None:
            raise NotFoundError(f"building {building_id} not found")
        permissions = {Permission.BUILDING_READ} if call.principal.subject == "reader" else set()
        return BuildingAccess(building_id, "viewer", frozenset(permissions), "Europe/London", ())


@pytest.fixture
def authority() -> TokenAuthority:
    return TokenAuthority()


@pytest.fixture
def definition(authority: TokenAuthority) -> ServiceDefinition:
    return ServiceDefinition(
        name="small",
        servicers=(SmallAuth(), SmallBuildings()),
        policy={
            AUTH + "SignIn": replace(PUBLIC, limit=LimitClass.SIGN_IN),
            AUTH + "SignUp": PUBLIC,
            AUTH + "SignOut": PUBLIC,
            AUTH + "RequestPasswordReset": PUBLIC,
            AUTH + "GetMe": AUTHENTICATED,
            AUTH + "ResetPassword": ADMIN,
            BUILDINGS + "CreateBuilding": AUTHENTICATED,
            BUILDINGS + "GetBuilding": on_building(Permission.BUILDING_READ),
        },
        verifier=authority.verifier(),
        authorizer=OneBuilding(),
    )


@pytest.fixture
async def channel(definition: ServiceDefinition) -> AsyncIterator[grpc.aio.Channel]:
    async with in_process(definition, limit_sign_in_per_minute=3) as channel:
        yield channel


def details(error: grpc.aio.AioRpcError, kind: Any) -> Any:
    for packed in rpc_status.from_call(error).details:
        found = kind()
        if packed.Unpack(found):
            return found
    pytest.fail(f"no {kind.__name__} in {error!r}")


async def fails(call: Any) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value


async def test_bad_input_names_its_field(channel: grpc.aio.Channel) -> None:
    error = await fails(auth_grpc.AuthServiceStub(channel).SignIn(auth_pb.SignInRequest()))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert details(error, error_details_pb2.ErrorInfo).domain == "nilm"
    [violation] = details(error, error_details_pb2.BadRequest).field_violations
    assert violation.field == "email"


async def test_unexpected_errors_are_internal_and_tell_nothing(channel: grpc.aio.Channel) -> None:
    error = await fails(auth_grpc.AuthServiceStub(channel).SignUp(auth_pb.SignUpRequest()))
    assert error.code() is grpc.StatusCode.INTERNAL
    assert "secret detail" not in (error.details() or "")
    assert b"secret detail" not in str(rpc_status.from_call(error)).encode()


async def test_unavailable_says_when_to_retry(channel: grpc.aio.Channel) -> None:
    error = await fails(auth_grpc.AuthServiceStub(channel).SignOut(auth_pb.SignOutRequest()))
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert details(error, error_details_pb2.RetryInfo).retry_delay.seconds == 7


async def test_a_method_without_a_policy_row_is_denied(channel: grpc.aio.Channel) -> None:
    stub = auth_grpc.AuthServiceStub(channel)
    error = await fails(stub.RefreshToken(auth_pb.RefreshTokenRequest()))
    assert error.code() is grpc.StatusCode.PERMISSION_DENIED


async def test_audiences_are_kept(channel: grpc.aio.Channel, authority: TokenAuthority) -> None:
    stub = auth_grpc.AuthServiceStub(channel)
    assert (await fails(stub.GetMe(auth_pb.GetMeRequest()))).code() is (
        grpc.StatusCode.UNAUTHENTICATED
    )
    user = bearer(authority.token("usr_1"))
    assert (await stub.GetMe(auth_pb.GetMeRequest(), metadata=user)).user.user_id == "usr_1"
    request = auth_pb.ResetPasswordRequest()
    denied = await fails(stub.ResetPassword(request, metadata=user))
    assert denied.code() is grpc.StatusCode.PERMISSION_DENIED
    await stub.ResetPassword(request, metadata=bearer(authority.token("usr_1", admin=True)))


async def test_limits_answer_with_a_retry_delay(channel: grpc.aio.Channel) -> None:
    stub = auth_grpc.AuthServiceStub(channel)
    codes = [(await fails(stub.SignIn(auth_pb.SignInRequest()))).code() for _ in range(3)]
    assert set(codes) == {grpc.StatusCode.INVALID_ARGUMENT}
    error = await fails(stub.SignIn(auth_pb.SignInRequest()))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    delay = details(error, error_details_pb2.RetryInfo).retry_delay
    assert 0 < delay.ToTimedelta().total_seconds() <= 20


async def test_buildings_are_authorised_before_the_servicer(
    channel: grpc.aio.Channel, authority: TokenAuthority
) -> None:
    stub = building_grpc.BuildingServiceStub(channel)
    reader = bearer(authority.token("reader"))
    seen = building_pb.GetBuildingRequest(building_id="bld_seen")
    assert (await stub.GetBuilding(seen, metadata=reader)).building.time_zone == "Europe/London"
    unseen = building_pb.GetBuildingRequest(building_id="bld_other")
    assert (await fails(stub.GetBuilding(unseen, metadata=reader))).code() is (
        grpc.StatusCode.NOT_FOUND
    )
    other = bearer(authority.token("other"))
    assert (await fails(stub.GetBuilding(seen, metadata=other))).code() is (
        grpc.StatusCode.PERMISSION_DENIED
    )


async def test_a_repeat_gets_the_first_answer(
    channel: grpc.aio.Channel, authority: TokenAuthority
) -> None:
    stub = building_grpc.BuildingServiceStub(channel)
    user = bearer(authority.token("usr_1"))
    request = building_pb.CreateBuildingRequest(display_name="Home", request_id="once")
    answers = await asyncio.gather(*(stub.CreateBuilding(request, metadata=user) for _ in range(5)))
    assert {answer.building.building_id for answer in answers} == {"bld_1"}
    by_header = building_pb.CreateBuildingRequest(display_name="Home")
    again = await stub.CreateBuilding(by_header, metadata=(*user, ("idempotency-key", "once")))
    assert again.building.building_id == "bld_1"
    other_user = bearer(authority.token("usr_2"))
    assert (await stub.CreateBuilding(request, metadata=other_user)).building.building_id == "bld_2"
    changed = building_pb.CreateBuildingRequest(display_name="Office", request_id="once")
    error = await fails(stub.CreateBuilding(changed, metadata=user))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_the_request_id_comes_back(
    channel: grpc.aio.Channel, authority: TokenAuthority
) -> None:
    stub = auth_grpc.AuthServiceStub(channel)
    metadata = (*bearer(authority.token("usr_1")), ("x-request-id", "from-the-browser"))
    call = stub.GetMe(auth_pb.GetMeRequest(), metadata=metadata)
    await call
    assert ("x-request-id", "from-the-browser") in tuple(await call.trailing_metadata())
    error = await fails(
        stub.SignIn(auth_pb.SignInRequest(), metadata=(("x-request-id", "of-an-error"),))
    )
    assert details(error, error_details_pb2.RequestInfo).request_id == "of-an-error"


async def test_a_call_without_a_deadline_gets_one(definition: ServiceDefinition) -> None:
    async with in_process(definition, default_deadline_s=0.1) as channel:
        stub = auth_grpc.AuthServiceStub(channel)
        error = await fails(stub.RequestPasswordReset(auth_pb.RequestPasswordResetRequest()))
        assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_health_follows_the_checks(definition: ServiceDefinition) -> None:
    well = asyncio.Event()

    async def check() -> None:
        if not well.is_set():
            raise UnavailableError("not yet")

    checked = replace(definition, checks={"dependency": check})
    async with in_process(checked) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        request = health_pb2.HealthCheckRequest(service="nilm.auth.v1.AuthService")
        assert (await stub.Check(request)).status == health_pb2.HealthCheckResponse.NOT_SERVING
        well.set()
        watch = stub.Watch(request)
        async for answer in watch:
            if answer.status == health_pb2.HealthCheckResponse.SERVING:
                break
        watch.cancel()


async def test_a_port_in_use_is_one_clear_error(definition: ServiceDefinition) -> None:
    async with RunningServer(ServerSettings(), definition) as first:
        with pytest.raises(UnavailableError, match=f"{first.port} is in use"):
            await RunningServer(ServerSettings(port=first.port), definition).__aenter__()
