"""The session of an account: kept while it holds, renewed before it ends."""

from urllib.parse import urlsplit

import pytest

from nilm_core.errors import UnauthenticatedError
from nilm_rpc.channel import connect
from nilm_rpc.clients.user import UserTokenSource
from tests.unit.cli.made_system import MadeSystem, serving

EMAIL = "ann@example.org"
PASSWORD = "made-up password"


async def asked(system: MadeSystem, times: int, *, forget: bool = False) -> list[str]:
    """Asks for a token some times and returns what auth was asked."""
    with serving(system) as url:
        async with connect(urlsplit(url).netloc) as channel:
            source = UserTokenSource(channel, EMAIL, PASSWORD)
            for _ in range(times):
                assert await source.token() == "made-token"
                if forget:
                    source.forget()
    return system.calls


async def test_a_token_is_used_while_it_holds() -> None:
    assert await asked(MadeSystem(accounts={EMAIL: PASSWORD}), 3) == ["SignIn"]


async def test_a_token_near_its_end_is_renewed_by_the_newest_refresh_token() -> None:
    system = MadeSystem(accounts={EMAIL: PASSWORD}, token_life_s=30)
    assert await asked(system, 3) == ["SignIn", "RefreshToken", "RefreshToken"]
    assert len(system.refresh_tokens) == 1


async def test_an_ended_session_is_begun_anew() -> None:
    class NoRefresh(set[str]):
        def add(self, element: str) -> None:
            pass

    system = MadeSystem(accounts={EMAIL: PASSWORD}, token_life_s=30, refresh_tokens=NoRefresh())
    assert await asked(system, 2) == ["SignIn", "RefreshToken", "SignIn"]


async def test_a_forgotten_session_is_begun_anew() -> None:
    system = MadeSystem(accounts={EMAIL: PASSWORD})
    assert await asked(system, 2, forget=True) == ["SignIn", "SignIn"]


async def test_a_wrong_password_is_told() -> None:
    with pytest.raises(UnauthenticatedError, match="wrong email or password"):
        await asked(MadeSystem(accounts={EMAIL: "another"}), 1)
