"""Page tokens fit one list alone, and sizes stay in bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nilm_core.errors import InvalidArgumentError
from nilm_core.paging import decode_page_token, encode_page_token, page_size_or_default

filters = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3)


@given(st.text(), filters)
def test_a_token_gives_its_position_back(position: str, asked_with: dict[str, str]) -> None:
    token = encode_page_token(position, asked_with)
    assert decode_page_token(token, asked_with) == position


@given(st.text(), filters, filters)
def test_a_token_of_another_list_is_refused(
    position: str, asked_with: dict[str, str], other: dict[str, str]
) -> None:
    if asked_with == other:
        return
    with pytest.raises(InvalidArgumentError, match="page_token"):
        decode_page_token(encode_page_token(position, asked_with), other)


@given(st.text(min_size=1))
def test_damaged_tokens_are_refused(token: str) -> None:
    with pytest.raises(InvalidArgumentError, match="page_token"):
        decode_page_token(token, {})


def test_no_token_means_the_first_page() -> None:
    assert decode_page_token("", {"a": "b"}) is None


@given(st.integers(0, 10_000))
def test_sizes_stay_in_bounds(size: int) -> None:
    assert 1 <= page_size_or_default(size) <= 1_000


def test_a_negative_size_names_its_field() -> None:
    with pytest.raises(InvalidArgumentError, match="page_size"):
        page_size_or_default(-1)


@given(st.lists(st.integers(), unique=True, max_size=40), st.integers(1, 7))
def test_walking_the_pages_sees_each_row_once(rows: list[int], size: int) -> None:
    ordered = sorted(rows)
    token, seen = "", []
    while True:
        after = decode_page_token(token, {})
        page = [row for row in ordered if after is None or row > int(after)][:size]
        seen += page
        if len(page) < size:
            break
        token = encode_page_token(str(page[-1]), {})
    assert seen == ordered
