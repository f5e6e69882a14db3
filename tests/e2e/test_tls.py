"""The gateway with a certificate of its own: TLS alone, and what browsers are told by it."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import grpc
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from grpc_health.v1 import health_pb2, health_pb2_grpc

from nilm.auth.v1 import auth_service_pb2
from tests.support import grpc_web
from tests.support.eventually import eventually_answers
from tests.support.nilm_up import nilm_up

SIGN_UP = "/nilm.auth.v1.AuthService/SignUp"
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Secured:
    """A running system that speaks TLS."""

    url: str
    certificate: Path

    def client(self) -> httpx.AsyncClient:
        """Returns a client that trusts its certificate and nobody else's."""
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        return httpx.AsyncClient(base_url=self.url, verify=trusted, timeout=60)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = make_certificate(folder)
    arguments = ("--port", "0", "--tls-cert", str(certificate), "--tls-key", str(key))
    with nilm_up(folder / "data", *arguments) as up:
        yield Secured(up.wait_ready(), certificate)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Writes a certificate that 127.0.0.1 signed for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nilm")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "cert.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file


async def test_the_ready_line_names_https_and_browsers_are_told_to_stay_there(
    secured: Secured,
) -> None:
    assert secured.url.startswith("https://127.0.0.1:")
    async with secured.client() as http:
        for path in ("/live", "/app/", "/nowhere"):
            answer = await http.get(path)
            assert answer.headers["strict-transport-security"] == "max-age=31536000"
            assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_the_cookie_of_a_session_goes_over_tls_alone(secured: Secured) -> None:
    request = auth_service_pb2.SignUpRequest(email="tls@example.org", password=PASSWORD)
    headers = {**grpc_web.web_headers(), "x-nilm-session": "cookie"}
    async with secured.client() as http:
        answer = await http.post(SIGN_UP, content=grpc_web.frame(request), headers=headers)
    attributes = answer.headers["set-cookie"].split("; ")
    assert {"Secure", "HttpOnly", "SameSite=Strict"} <= set(attributes)


async def test_grpc_callers_who_trust_the_certificate_are_answered(secured: Secured) -> None:
    credentials = grpc.ssl_channel_credentials(secured.certificate.read_bytes())
    target = secured.url.removeprefix("https://")
    async with grpc.aio.secure_channel(target, credentials) as channel:
        stub = health_pb2_grpc.HealthStub(channel)

        async def is_serving() -> bool:
            answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=60)
            return answer.status == health_pb2.HealthCheckResponse.SERVING

        await eventually_answers(is_serving)


async def test_plain_http_is_not_answered(secured: Secured) -> None:
    async with httpx.AsyncClient(timeout=60) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get(secured.url.replace("https", "http") + "/live")
