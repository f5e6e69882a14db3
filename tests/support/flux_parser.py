"""The real Flux parser and type checker, from npm's `@influxdata/flux-lsp-node`."""

import json
import subprocess
from collections.abc import Sequence

from tests.support.postgrest import PACKAGES
from tests.support.server_process import program

_SCRIPT = """
const { Flux } = require("@influxdata/flux-lsp-node");
const scripts = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(scripts.map((script) => new Flux(script).is_valid())));
"""


def are_valid(scripts: Sequence[str]) -> list[bool]:
    """Tells of each script whether it is Flux: its syntax, and the types of every call."""
    done = subprocess.run(
        [program("node"), "-e", _SCRIPT],
        input=json.dumps(scripts),
        cwd=PACKAGES.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answers: list[bool] = json.loads(done.stdout)
    return answers
