"""Runs every benchmark, one after the other, and writes their results and a table."""

import json
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results"
_TIMEOUT_S = 120


def run(script: Path) -> dict[str, Any]:
    """Runs one benchmark and returns its line.

    Raises:
        RuntimeError: It failed; the message ends with what it said.
    """
    done = subprocess.run(
        [sys.executable, str(script), "--json"],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
        cwd=FOLDER.parent,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{script.name} failed:\n{done.stderr[-2_000:]}")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def main() -> None:
    """Runs all, or those that are named on the command line."""
    names = sys.argv[1:] or sorted(
        path.stem for path in FOLDER.glob("*.py") if path.name != Path(__file__).name
    )
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    for name in names:
        print(f"{name} ...", flush=True)
        result = run(FOLDER / f"{name}.py")
        result |= {"measured": datetime.now(UTC).date().isoformat(), "machine": machine}
        (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n")
        print(f"  {result['value']:.4g} {result['unit']} (goal: {result['goal']})")
    write_table()


def write_table() -> None:
    """Writes the table of all results."""
    rows = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    lines = [
        "# Benchmark results",
        "",
        "Written by `make bench`; the JSON files beside it have the details.",
        "",
        "| name | value | unit | goal | measured |",
        "|---|---|---|---|---|",
        *(
            f"| `{row['name']}` | {row['value']:.4g} | {row['unit']} | {row['goal']} "
            f"| {row['measured']} |"
            for row in rows
        ),
    ]
    (RESULTS / "README.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
