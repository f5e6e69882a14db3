import base64
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nilm_auth.adapters.signing_key import ALGORITHM, JwtSigner, SigningKey, load_or_make_key
from nilm_core.access import Principal
from nilm_core.clock import ManualClock
from nilm_core.errors import DataCorruptionError, UnauthenticatedError
from nilm_rpc.jwks import JwksKeys
from nilm_rpc.settings import VerifierSettings
from nilm_rpc.tokens import TokenVerifier

QUARTER = timedelta(minutes=15)


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "signing-key.pem"
    key = load_or_make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_make_key(path).key_id == key.key_id
    assert [file.name for file in path.parent.iterdir()] == ["signing-key.pem"]


def test_processes_that_make_it_at_once_use_one_key(tmp_path: Path) -> None:
    path = tmp_path / "signing-key.pem"
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(load_or_make_key, [path] * 8))
    assert len({key.key_id for key in keys}) == 1


def test_a_key_that_others_can_read_is_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "signing-key.pem"
    load_or_make_key(path)
    assert not caplog.records
    path.chmod(0o644)
    load_or_make_key(path)
    assert "can be read by others" in caplog.text


def test_a_damaged_key_and_one_of_another_kind_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "signing-key.pem"
    path.write_bytes(b"-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----\n")
    with pytest.raises(DataCorruptionError, match="signing-key"):
        load_or_make_key(path)
    path.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    with pytest.raises(DataCorruptionError):
        load_or_make_key(path)


def test_the_key_id_is_the_thumbprint_of_rfc_8037() -> None:
    seed = base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(seed))
    assert key.key_id == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_the_document_holds_the_public_key_alone() -> None:
    key = SigningKey(Ed25519PrivateKey.generate())
    (jwk,) = json.loads(key.jwks())["keys"]
    assert "d" not in jwk
    assert (jwk["alg"], jwk["use"], jwk["kid"]) == ("EdDSA", "sig", key.key_id)
    canonical = f'{{"crv":"Ed25519","kty":"OKP","x":"{jwk["x"]}"}}'
    digest = hashlib.sha256(canonical.encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == key.key_id


async def test_a_signed_token_is_good_for_every_service() -> None:
    key = SigningKey(Ed25519PrivateKey.generate())
    clock = ManualClock(datetime.now(UTC))
    signer = JwtSigner(key, clock, issuer="nilm-auth", audience="nilm")
    token = signer.sign("usr_a", kind="user", is_admin=True, lifetime=QUARTER)

    async def fetch() -> dict[str, object]:
        document: dict[str, object] = json.loads(key.jwks())
        return document

    keys = JwksKeys(fetch, ttl_s=300, min_refresh_s=60)
    settings = VerifierSettings(algorithm=ALGORITHM)
    for verifier in (TokenVerifier(settings, keys), TokenVerifier(settings, key)):
        assert await verifier.verify(token.text) == Principal("usr_a", is_admin=True)
    service = signer.sign("inference", kind="service", is_admin=False, lifetime=QUARTER)
    assert await TokenVerifier(settings, key).verify(service.text) == Principal(
        "inference", is_service=True
    )


async def test_a_token_of_another_key_is_refused() -> None:
    clock = ManualClock(datetime.now(UTC))
    ours, theirs = (SigningKey(Ed25519PrivateKey.generate()) for _ in range(2))
    signer = JwtSigner(theirs, clock, issuer="nilm-auth", audience="nilm")
    token = signer.sign("usr_a", kind="user", is_admin=True, lifetime=QUARTER)
    with pytest.raises(UnauthenticatedError):
        await TokenVerifier(VerifierSettings(), ours).verify(token.text)
