"""How a benchmark of one figure is told."""

import argparse
import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import numpy as np


def milliseconds(durations_s: Sequence[float], percentile: float) -> float:
    """Returns a percentile of durations, ms."""
    return round(float(np.percentile(durations_s, percentile)) * 1_000, 2)


def run(
    description: str | None, measure: Callable[[], Coroutine[Any, Any, dict[str, Any]]]
) -> None:
    """Measures and prints the result: one line of JSON, or one for people."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    as_json = parser.parse_args().json
    result = asyncio.run(measure())
    if as_json:
        print(json.dumps(result))
        return
    detail = ", ".join(f"{name} {value}" for name, value in result["detail"].items())
    print(
        f"{result['name']}: {result['value']} {result['unit']} (goal: {result['goal']}; {detail})"
    )
