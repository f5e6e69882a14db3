from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nilm_auth.service.paging import Order, PageRequest, name_and_id, read_page
from nilm_core.errors import InvalidArgumentError
from nilm_core.paging import encode_page_token

FILTERS = {"list": "names"}
Named = tuple[str, str]
BY_NAME: Order[Named, Named] = Order(lambda row: row, name_and_id)


class Names:
    """A list by name and id, as a store would page it."""

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        self._rows = sorted(rows)

    async def fetch(self, after: Named | None, limit: int) -> Sequence[tuple[str, str]]:
        rest = [row for row in self._rows if after is None or row > after]
        return rest[:limit]


@given(
    st.lists(st.tuples(st.text(max_size=3), st.uuids().map(str)), max_size=12, unique=True),
    st.integers(1, 5),
)
async def test_pages_hold_every_row_once_in_order(rows: list[tuple[str, str]], size: int) -> None:
    names, seen, token = Names(rows), [], ""
    while True:
        page = await read_page(PageRequest(size, token), FILTERS, BY_NAME, names.fetch)
        seen.extend(page.rows)
        assert len(page.rows) <= size
        token = page.next_token
        if not token:
            break
        assert page.rows
    assert seen == sorted(rows)


@pytest.mark.parametrize("position", ["not json", "[]", '["one"]', "7", "{}"])
async def test_a_made_up_position_is_refused(position: str) -> None:
    token = encode_page_token(position, FILTERS)
    with pytest.raises(InvalidArgumentError) as caught:
        await read_page(PageRequest(2, token), FILTERS, BY_NAME, Names([]).fetch)
    assert caught.value.violations[0].field == "page_token"


async def test_a_negative_size_is_refused() -> None:
    with pytest.raises(InvalidArgumentError):
        await read_page(PageRequest(-1), FILTERS, BY_NAME, Names([]).fetch)
