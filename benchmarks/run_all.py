"""Runs every benchmark, one after the other, and writes their results and the pages of them."""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results"
_TIMEOUT_S = 300


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
    cores = len(os.sched_getaffinity(0))
    machine = f"{platform.machine()}, {cores} cores, Python {platform.python_version()}"
    for name in names:
        print(f"{name} ...", flush=True)
        result = run(FOLDER / f"{name}.py")
        result |= {"measured": datetime.now(UTC).date().isoformat(), "machine": machine}
        (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n")
        print(f"  {result['value']:.4g} {result['unit']} (goal: {result['goal']})")
    subprocess.run([sys.executable, "-m", "benchmarks.tables"], check=True, cwd=FOLDER.parent)


if __name__ == "__main__":
    main()
