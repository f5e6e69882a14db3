"""Pages of lists, by the position that the page before ended at."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from nilm_core.errors import InvalidArgumentError
from nilm_core.paging import decode_page_token, encode_page_token, page_size_or_default

Row = TypeVar("Row")
Position = TypeVar("Position")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is asked for."""

    size: int = 0
    """Most rows; 0 for the default."""
    token: str = ""
    """The token of the page before; empty for the first page."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page."""

    rows: Sequence[Row]
    """The rows in order."""
    next_token: str
    """Token of the next page; empty on the last one."""


@dataclass(frozen=True, slots=True)
class Order(Generic[Row, Position]):
    """How the positions of a list are written into its tokens."""

    write: Callable[[Row], Sequence[str]]
    """Where a row stands, as texts."""
    read: Callable[..., Position]
    """The position of those texts, one argument each; ValueError where they make no sense."""


def key(text: str) -> str:
    """Reads the position of a list by one key."""
    return text


def name_and_id(name: str, row_id: str) -> tuple[str, str]:
    """Reads the position of a list by name."""
    return name, row_id


async def read_page(
    request: PageRequest,
    filters: Mapping[str, str],
    order: Order[Row, Position],
    fetch: Callable[[Position | None, int], Awaitable[Sequence[Row]]],
) -> Page[Row]:
    """Reads one page.

    Args:
        request: Which page.
        filters: What names the list; a token fits the same alone.
        order: How its positions are written.
        fetch: Reads at most so many rows after a position.

    Raises:
        InvalidArgumentError: The size is negative, or the token is of another list.
    """
    size = page_size_or_default(request.size)
    text = decode_page_token(request.token, filters)
    rows = await fetch(None if text is None else _position(order, text), size + 1)
    token = ""
    if len(rows) > size:
        token = encode_page_token(json.dumps(list(order.write(rows[size - 1]))), filters)
    return Page(rows[:size], token)


def _position(order: Order[Row, Position], text: str) -> Position:
    try:
        return order.read(*(str(part) for part in json.loads(text)))
    except (ValueError, TypeError) as error:
        raise InvalidArgumentError.of_field(
            "page_token", "is damaged; start again from the first page"
        ) from error
