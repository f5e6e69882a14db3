import pytest
from hypothesis import given
from hypothesis import strategies as st

from nilm_auth.domain import rules
from nilm_core.errors import InvalidArgumentError


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        (" ada.l+tag@home.local ", "ada.l+tag@home.local"),
        ("root@localhost", "root@localhost"),
        ("jo@exämple.de", "jo@exämple.de"),
        ("jo@exa\u0308mple.de", "jo@exämple.de"),
    ],
)
def test_addresses_have_one_stored_form(text: str, stored: str) -> None:
    assert rules.email_address(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "@home.local",
        "ada@",
        "ada@home..local",
        "ada@-home.local",
        "a da@home.local",
        ".ada@home.local",
        "ada..l@home.local",
        "ada@home_x.local",
        "ada@home.local\nbcc: eve@home.local",
        "<ada@home.local>",
        f"{'a' * 65}@home.local",
        f"a@{'b' * 64}.local",
        f"a@{'.'.join(['b' * 60] * 5)}",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        rules.email_address(text, "email")
    assert caught.value.violations[0].field == "email"


@given(st.text(max_size=300))
def test_an_address_is_refused_or_stable(text: str) -> None:
    try:
        stored = rules.email_address(text)
    except InvalidArgumentError:
        return
    assert rules.email_address(stored) == stored
    assert stored.count("@") == 1


@given(st.integers())
def test_quarter_hours_are_the_days_own(minute: int) -> None:
    starts = range(0, 1_426, 15)
    ends = range(15, 1_441, 15)
    for allowed, first in ((starts, 0), (ends, 15)):
        if minute in allowed:
            assert rules.quarter_hour(minute, "minute", first=first) == minute
        else:
            with pytest.raises(InvalidArgumentError):
                rules.quarter_hour(minute, "minute", first=first)


def test_names_lose_the_space_around_them() -> None:
    assert rules.display_name("  Home  ") == "Home"
    assert rules.free_text(" two\nlines ", "address", 20) == "two\nlines"
