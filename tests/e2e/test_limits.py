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
    answers = [await grpc_web.call(http, INFER, request, token=account.token) for _ in range(75)]
    assert answers[0].code == 5
    refused = [answer for answer in answers if answer.code == 8]
    assert refused
    retry = refused[0].detail(error_details_pb2.RetryInfo)
    assert retry is not None
    assert 0 < retry.retry_delay.ToTimedelta().total_seconds() <= 1.5
    info = refused[0].detail(error_details_pb2.ErrorInfo)
    assert info is not None
    assert (info.reason, info.metadata["per_minute"]) == ("RATE_LIMITED", "60")


async def test_the_address_that_is_limited_is_the_gateways_word(
    system: System, http: httpx.AsyncClient
) -> None:
    request = auth_service_pb2.SignInRequest(email="nobody", password="x")
    transport = httpx.AsyncHTTPTransport(local_address="127.0.0.7")
    async with httpx.AsyncClient(base_url=system.url, transport=transport) as other:
        codes = [
            (
                await grpc_web.call(
                    other,
                    SIGN_IN,
                    request,
                    headers={
                        "x-nilm-client-address": f"10.0.0.{number}",
                        "x-forwarded-for": f"10.0.0.{number}",
                    },
                )
            ).code
            for number in range(150)
        ]
    assert codes[:100] == [3] * 100
    assert 8 in codes[120:]
    assert (await grpc_web.call(http, SIGN_IN, request)).code == 3
