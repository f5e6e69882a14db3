"""Reads what benchmarks and crossings have written."""

import ast
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Result = Mapping[str, Any]

RESULTS = Path("benchmarks/results")
ACCURACY = RESULTS / "accuracy"
_SINGLE_GOAL = re.compile(r"(at least|over|at most|under)? ?([\d,.]*\d)(?:/s| [^\s,;]+)?")


def benchmark_results(root: Path) -> dict[str, Result]:
    """Returns the result of each benchmark by name, in the order of their names."""
    return _read_all(root / RESULTS)


def crossing_results(root: Path) -> list[Result]:
    """Returns what was measured in each house that a model had not seen, by file name."""
    return list(_read_all(root / ACCURACY).values())


def purpose(root: Path, name: str) -> str:
    """Returns the first paragraph of a benchmark's docstring; empty without one."""
    folder = root / "benchmarks"
    script = next(
        (each for each in (folder / f"{name}.py", folder / name / "__init__.py") if each.exists()),
        None,
    )
    if script is None:
        return ""
    text = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def goal_met(result: Result) -> bool | None:
    """Tells whether a goal is met; None where the result does not say.

    A result says so by `met`; without it, a goal of one clause is compared with the value.
    """
    if "met" in result:
        return bool(result["met"])
    match = _SINGLE_GOAL.fullmatch(result["goal"])
    if match is None or result["value"] is None:
        return None
    bound, value = float(match[2].replace(",", "")), float(result["value"])
    if match[1] in ("at most", "under"):
        return value < bound if match[1] == "under" else value <= bound
    return value > bound if match[1] == "over" else value >= bound


def _read_all(folder: Path) -> dict[str, Result]:
    paths = sorted(folder.glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}
