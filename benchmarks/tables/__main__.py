"""Writes the pages of docs that show results, or checks that they say what the results say.

Usage: python -m benchmarks.tables [--check]
"""

import argparse
import sys
from pathlib import Path

from benchmarks.tables.pages import PAGES, page_text

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Writes, or checks with --check."""
    parser = argparse.ArgumentParser(prog="benchmarks.tables", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where a page differs")
    parser.add_argument("--root", type=Path, default=ROOT, help="root of the project")
    chosen = parser.parse_args()
    stale = []
    for name in PAGES:
        path = chosen.root / "docs" / name
        text = page_text(name, chosen.root)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if chosen.check:
            stale.append(f"docs/{name}")
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        sys.exit("pages differ from the results, run `make docs`: " + ", ".join(stale))


if __name__ == "__main__":
    main()
