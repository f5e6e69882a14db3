"""Results for people and for programs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

Figures = Mapping[str, float | int | None]

_SCORE_COLUMNS = {
    "f1": "F1",
    "mae_w": "MAE W",
    "always_off_mae_w": "always-off MAE W",
    "sae": "SAE",
    "minutes": "minutes",
}


def print_json(value: Any) -> None:
    """Prints JSON on one line."""
    click.echo(json.dumps(value, allow_nan=False))


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints a table: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (headers, *rows)) for i in range(len(headers))]
    for row in (headers, *rows):
        first, *rest = row
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        click.echo("  ".join(cells).rstrip())


def print_scores(scores: Mapping[str, Figures], *, as_json: bool) -> None:
    """Prints the scores of each appliance."""
    if as_json:
        print_json(scores)
        return
    rows = [
        [name, *(number(figures[column]) for column in _SCORE_COLUMNS)]
        for name, figures in scores.items()
    ]
    print_table(["appliance", *_SCORE_COLUMNS.values()], rows)


def number(value: float | None) -> str:
    """Returns a figure for people; a dash where there is none."""
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3f}"
