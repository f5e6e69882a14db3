"""Numbers and tables in Markdown."""

import math
from collections.abc import Iterable, Sequence

NOT_MEASURED = "not measured"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a table, or `NOT_MEASURED` as a sentence where there is no row."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if not lines:
        return f"{NOT_MEASURED.capitalize()}."
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *lines])


def number(value: float | None, digits: int = 3) -> str:
    """Returns a number with so many significant digits, with commas between thousands."""
    if value is None or not math.isfinite(value):
        return NOT_MEASURED
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fixed(value: float | None, places: int) -> str:
    """Returns a number with so many decimals."""
    return NOT_MEASURED if value is None else f"{value:.{places}f}"


def ratio(value: float | None) -> str:
    """Returns how many times as much, such as `1.8 times`."""
    return NOT_MEASURED if value is None else f"{number(value, 2)} times"
