"""Each service imports with the packages of its own extra alone, so that its image can be small."""

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = "nilm-energy-monitor"
ROOT = Path(__file__).resolve().parents[3]
PACKAGES = {
    "auth": "services/auth/nilm_auth",
    "telemetry": "services/telemetry/nilm_telemetry",
    "inference": "services/inference/nilm_inference",
    "trainer": "services/trainer/nilm_trainer",
    "simulator": "services/simulator/nilm_simulator",
    "cli": "libs/cli/nilm_cli",
}
IMPORT_ALL = """
import importlib, json, sys
refused, modules = json.loads(sys.argv[1])
class Refuse:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in refused:
            raise ModuleNotFoundError(f"{name} is not of this extra", name=name)
sys.meta_path.insert(0, Refuse())
for module in modules:
    importlib.import_module(module)
"""


def packages_of(extra: str) -> set[str]:
    """Names of all distributions that installing the extra brings."""
    found: set[str] = set()
    queue = [(PROJECT, frozenset({extra}))]
    seen: set[tuple[str, frozenset[str]]] = set()
    while queue:
        name, extras = queue.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        found.add(name)
        for line in metadata.requires(name) or ():
            requirement = Requirement(line)
            environments = [{"extra": wanted} for wanted in (*extras, "")]
            if requirement.marker is None or any(map(requirement.marker.evaluate, environments)):
                queue.append((canonicalize_name(requirement.name), frozenset(requirement.extras)))
    return found


def modules_of(folder: Path) -> list[str]:
    """Dotted names of all modules of a package, but those that run when imported."""
    names = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        if "__main__" in parts or "migrations" in parts:
            continue
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


@pytest.mark.parametrize("extra", PACKAGES)
def test_a_service_imports_with_its_own_extra(extra: str) -> None:
    allowed = packages_of(extra)
    refused = [
        top
        for top, distributions in metadata.packages_distributions().items()
        if not {canonicalize_name(name) for name in distributions} & allowed
    ]
    modules = modules_of(ROOT / PACKAGES[extra])
    assert modules
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, json.dumps([refused, modules])],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]


@pytest.mark.parametrize("extra", ["auth", "telemetry", "simulator"])
def test_torch_stays_out_of_the_small_services(extra: str) -> None:
    assert "torch" not in packages_of(extra)
    assert "torch" in packages_of("inference")
