"""Where Redis is, is a secret, and what is wrong with it is said without it."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from nilm_core.errors import FailedPreconditionError
from nilm_rpc.limiter import EmbeddedLimiter
from nilm_rpc.settings import ServerSettings
from nilm_rpc.shared.link import RedisLink
from nilm_rpc.shared.stores import open_stores

ADDRESS = "redis://nilm:hunter2@localhost:6379/0"


async def test_without_an_address_everything_is_embedded() -> None:
    async with open_stores(ServerSettings(), "telemetry") as stores:
        assert isinstance(stores.limiter, EmbeddedLimiter)
        assert stores.link is None
        assert stores.access_changes is None


def test_the_address_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "redis-url"
    file.write_text(f"{ADDRESS}\n")
    assert ServerSettings(redis_url_file=file).redis_address() == ADDRESS
    direct = ServerSettings(redis_url=SecretStr(ADDRESS))
    assert direct.redis_address() == ADDRESS
    assert "hunter2" not in repr(direct)


def test_two_addresses_are_one_too_many(tmp_path: Path) -> None:
    settings = ServerSettings(redis_url=SecretStr(ADDRESS), redis_url_file=tmp_path / "redis-url")
    with pytest.raises(FailedPreconditionError, match="keep one"):
        settings.redis_address()


@pytest.mark.parametrize(
    "address",
    [
        "nilm:hunter2@localhost",
        "http://nilm:hunter2@localhost",
        "redis://nilm:hunter2@localhost:port",
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(FailedPreconditionError, match="redis_url") as caught:
        RedisLink(address)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("prefix", ["", "a:b", "ä", "*", "x" * 33])
def test_a_prefix_is_one_plain_word(prefix: str) -> None:
    with pytest.raises(ValidationError, match="redis_prefix"):
        ServerSettings(redis_prefix=prefix)
