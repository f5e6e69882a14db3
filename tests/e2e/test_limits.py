"""The limits of users and addresses that the services keep, as a browser sees them."""

import httpx
from google.rpc import error_details_pb2

from nilm.auth.v1 import auth_service_pb2
from nilm.inference.v1 import inference_service_pb2
from tests.e2e.conftest import Account, System
from tests.support import grpc_web

INFER = "/nilm.inference.v1.InferenceService/Infer"
SIGN_IN = "/nilm.auth.v1.AuthService/SignIn"


async def test_the_limit_of_a_user_reaches_the_browser_with_the_time_to_wait(
    http: httpx.AsyncClient, account: Account
) -> None:
    request = inference_service_pb2.InferRequest(building_id="bld_none")
    answers = [await grpc_web.call(http, INFER, request, token=account.token)]
    while answers[-1].code == 5 and len(answers) < 600:
        answers.append(await grpc_web.call(http, INFER, request, token=account.token))
    refused = answers[-1]
    assert refused.code == 8
    assert len(answers) > 60
    retry = refused.detail(error_details_pb2.RetryInfo)
    assert retry is not None
    assert 0 < retry.retry_delay.ToTimedelta().total_seconds() <= 1.5
    info = refused.detail(error_details_pb2.ErrorInfo)
    assert info is not None
    assert (info.reason, info.metadata["per_minute"]) == ("RATE_LIMITED", "60")


async def test_the_address_that_is_limited_is_the_gateways_word(
    system: System, http: httpx.AsyncClient
) -> None:
    request = auth_service_pb2.SignInRequest(email="nobody", password="x")
    transport = httpx.AsyncHTTPTransport(local_address="127.0.0.7")
    codes: list[int] = []
    async with httpx.AsyncClient(base_url=system.url, transport=transport, timeout=60) as other:
        while 8 not in codes and len(codes) < 1_200:
            address = f"10.0.{len(codes) // 250}.{len(codes) % 250}"
            headers = {"x-nilm-client-address": address, "x-forwarded-for": address}
            codes.append((await grpc_web.call(other, SIGN_IN, request, headers=headers)).code)
    assert codes == [3] * (len(codes) - 1) + [8]
    assert len(codes) > 120
    assert (await grpc_web.call(http, SIGN_IN, request)).code == 3
