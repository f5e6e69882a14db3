"""Makes the gateway serve the web app: a route with a fixed answer for each of its files.

Nothing is looked up by a path that a caller chose, so nothing beside the app can be reached.
"""

from pathlib import Path
from typing import Any

PAGE = "index.html"
BASE_PATH = "/app/"
_HASHED = "assets/"
_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>NILM Energy Monitor</title>
<h1>The web app is not built</h1>
<p>The services run, and answer gRPC, gRPC-Web and REST.</p>
<p><code>make web</code> builds the app; it needs Node.js.</p>
</html>
"""


def place_web(web_dir: Path | None, listener_host: dict[str, Any], target: Path) -> None:
    """Writes the app's page and puts a route for each other file before the page's.

    Args:
        web_dir: Folder of the built app; None where there is none.
        listener_host: The virtual host of the listener file; changed.
        target: Folder that the page is written to.

    Raises:
        OSError: A file cannot be read or written.
    """
    target.mkdir(exist_ok=True)
    page = _NOT_BUILT if web_dir is None else (web_dir / PAGE).read_text(encoding="utf-8")
    (target / PAGE).write_text(page, encoding="utf-8")
    if web_dir is None:
        return
    routes: list[dict[str, Any]] = listener_host["routes"]
    first = next(
        index
        for index, route in enumerate(routes)
        if route["match"].get("prefix", "").startswith(BASE_PATH)
    )
    files = sorted(path for path in web_dir.rglob("*") if path.suffix in _CONTENT_TYPES)
    routes[first:first] = [
        _route(path, path.relative_to(web_dir).as_posix()) for path in files if path.name != PAGE
    ]


def _route(file: Path, name: str) -> dict[str, Any]:
    """Returns the route of one file; a name under assets/ carries a hash of the content."""
    cache = "public, max-age=31536000, immutable" if name.startswith(_HASHED) else "no-cache"
    headers = {"content-type": _CONTENT_TYPES[file.suffix], "cache-control": cache}
    return {
        "match": {"path": BASE_PATH + name},
        "direct_response": {"status": 200, "body": {"filename": str(file)}},
        "response_headers_to_add": [
            {
                "header": {"key": key, "value": value},
                "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
            }
            for key, value in headers.items()
        ],
    }
