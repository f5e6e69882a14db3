"""Each page: a template whose places are filled with tables."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.tables.accuracy import accuracy_parts
from benchmarks.tables.performance import performance_parts

_TEMPLATES = Path(__file__).parent / "templates"
_PLACE = re.compile(r"^\{\{(\w+)\}\}$", re.MULTILINE)

PAGES: Mapping[str, Callable[[Path], Mapping[str, str]]] = {
    "accuracy.md": accuracy_parts,
    "performance.md": performance_parts,
}
"""What fills the places of each page's template, from the root of the project."""


def page_text(name: str, root: Path) -> str:
    """Returns a page as the results under `root` have it.

    Raises:
        ValueError: The template has other places than there are parts; the message names them.
    """
    template = (_TEMPLATES / name).read_text(encoding="utf-8")
    return fill(template, PAGES[name](root))


def fill(template: str, parts: Mapping[str, str]) -> str:
    """Puts each part where a line of the template is its name in double braces.

    Raises:
        ValueError: A place has no part, or a part no place.
    """
    if odd := set(_PLACE.findall(template)) ^ set(parts):
        raise ValueError(f"places and parts differ: {', '.join(sorted(odd))}")
    return _PLACE.sub(lambda match: parts[match[1]], template)
