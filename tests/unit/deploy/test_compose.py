"""compose.yaml says nothing that the services, their images or the gateway do not know.

No container is started here: the files are read, the settings made from them, and the gateway's
files checked by the real Envoy.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from pydantic import BaseModel
from pydantic_settings import BaseSettings

from nilm_auth.settings import AuthSettings
from nilm_cli.up.locate import find_envoy
from nilm_inference.settings import InferenceSettings
from nilm_simulator.settings import SimulatorSettings
from nilm_telemetry.settings import TelemetrySettings

ROOT = Path(__file__).resolve().parents[3]
SETTINGS: dict[str, type[BaseSettings]] = {
    "auth": AuthSettings,
    "telemetry": TelemetrySettings,
    "inference": InferenceSettings,
    "simulator": SimulatorSettings,
}
IMAGES = (*SETTINGS, "trainer")
FILES = ("compose.yaml", "compose.supabase.yaml")
PROJECT = {"NILM_SUPABASE_URL": "https://project.example"}


class Loader(yaml.SafeLoader):
    """Reads Compose's own tags as what they stand before."""


def _under_tag(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    plain = {
        yaml.MappingNode: loader.construct_mapping,
        yaml.SequenceNode: loader.construct_sequence,
    }
    return plain[type(node)](node, deep=True)


Loader.add_multi_constructor("!", _under_tag)


def load(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.load((ROOT / name).read_text(), Loader)  # noqa: S506 a safe loader
    return read


def expanded(value: Any) -> str:
    """Returns a value as Compose hands it on where nothing but the project is set."""
    defaults = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))
    return re.sub(r"\$\{(\w+)(?::\?[^}]*)?\}", lambda name: PROJECT[name[1]], defaults)


def dockerfile(name: str) -> str:
    return (ROOT / "services" / name / "Dockerfile").read_text()


def environments() -> Iterator[tuple[str, dict[str, str]]]:
    """Yields each service of ours with what it is told, by each file or by its image."""
    for name in SETTINGS:
        words = re.findall(r"\b(NILM_\w+)=(\S+)", dockerfile(name))
        yield name, dict(words)
        for file in FILES:
            service = load(file)["services"].get(name, {})
            told = service.get("environment", {}).items()
            yield name, {key: expanded(value) for key, value in told}


def is_setting(model: type[BaseModel], path: list[str]) -> bool:
    field = model.model_fields.get(path[0])
    if field is None or len(path) == 1:
        return field is not None
    inner = (field.annotation, *getattr(field.annotation, "__args__", ()))
    return any(
        isinstance(each, type) and issubclass(each, BaseModel) and is_setting(each, path[1:])
        for each in inner
    )


def test_every_variable_names_a_setting() -> None:
    for name, environment in environments():
        prefix = f"NILM_{name.upper()}_"
        for variable in environment:
            assert variable.startswith(prefix), variable
            path = variable.removeprefix(prefix).lower().split("__")
            assert is_setting(SETTINGS[name], path), variable


@pytest.mark.parametrize("file", FILES)
def test_the_services_can_be_started_with_what_they_are_told(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("auth", "telemetry", "inference"):
        for variable, value in {
            **dict(re.findall(r"\b(NILM_\w+)=(\S+)", dockerfile(name))),
            **load("compose.yaml")["services"][name]["environment"],
            **load(file)["services"].get(name, {}).get("environment", {}),
        }.items():
            monkeypatch.setenv(variable, expanded(value))
        settings = SETTINGS[name]()
        assert settings.host == "0.0.0.0"  # noqa: S104 within the network of the containers


@pytest.mark.parametrize("file", FILES)
def test_the_link_of_a_forgotten_password_leads_to_a_page_of_the_web_app(file: str) -> None:
    link = load(file)["services"]["auth"]["environment"]["NILM_AUTH_RESET_LINK"]
    page = urlsplit(expanded(link)).path.removeprefix("/app")
    assert f'path="{page}"' in (ROOT / "web" / "src" / "app" / "routes.tsx").read_text()


def test_only_the_gateway_is_published() -> None:
    services = load("compose.yaml")["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["gateway"]
    assert services["gateway"]["ports"] == ["${NILM_LISTEN:-127.0.0.1}:${NILM_PORT:-8080}:8080"]
    for name in set(services) - {"gateway"}:
        assert "edge" not in services[name]["networks"]


def test_every_secret_is_a_file_that_is_declared_and_made(tmp_path: Path) -> None:
    base, supabase = (load(name) for name in FILES)
    folder = tmp_path / "secrets"
    subprocess.run([ROOT / "tools" / "make_secrets", folder], check=True, capture_output=True)
    made = {path.name for path in folder.iterdir()}
    assert set(base["secrets"]) == made
    for file, declared in ((base, made), (supabase, made | set(supabase["secrets"]))):
        for service in file["services"].values():
            assert set(service.get("secrets", ())) <= declared
            for variable, value in service.get("environment", {}).items():
                if str(value).startswith("/run/secrets/"):
                    assert Path(value).name in service["secrets"]
                elif re.search("PASSWORD|TOKEN_FILE|SECRET|KEY", variable):
                    pytest.fail(f"{variable} is told without a file")
    before = {path.name: path.read_text() for path in folder.iterdir()}
    subprocess.run([ROOT / "tools" / "make_secrets", folder], check=True, capture_output=True)
    assert before == {path.name: path.read_text() for path in folder.iterdir()}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_everything_has_a_health_check() -> None:
    for name, service in load("compose.yaml")["services"].items():
        if "build" in service:
            assert "HEALTHCHECK" in (ROOT / service["build"]["dockerfile"]).read_text(), name
        else:
            assert service["healthcheck"]["test"], name


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_has_the_packages_of_its_own_extra_alone(name: str) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    installed = re.findall(r"pip install '\.\[(\w+)\]'", dockerfile(name))
    assert installed == [name]
    assert name in extras
    assert "PIP_CONSTRAINT=/source/constraints.txt" in dockerfile(name)


def test_the_images_are_built_alike() -> None:
    def shape(name: str) -> list[str]:
        text = dockerfile(name).replace(name.upper(), "NAME").replace(name, "name")
        varies = ("ENV NILM_", "EXPOSE", "HEALTHCHECK", '    "from urllib')
        return [line for line in text.splitlines() if not line.startswith(varies)]

    assert all(shape(name) == shape("auth") for name in IMAGES)
    assert "USER 10001" in shape("auth")


@pytest.mark.parametrize("file", ["gateway/Dockerfile", "services/auth/Dockerfile"])
def test_what_an_image_is_built_from_is_there_and_not_ignored(file: str) -> None:
    kept = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    for line in re.findall(r"^COPY (?!--from)(.+)$", (ROOT / file).read_text(), re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert source in kept or source.partition("/")[0] in kept, source


@pytest.mark.parametrize("options", [[], ["--supabase-url", "https://project.example"]])
def test_envoy_accepts_the_gateway_of_compose(tmp_path: Path, options: list[str]) -> None:
    command = [sys.executable, ROOT / "tools" / "render_gateway", *options, "compose", tmp_path]
    subprocess.run(command, check=True)
    bootstrap = yaml.safe_load((tmp_path / "bootstrap.yaml").read_text())
    del bootstrap["dynamic_resources"]  # which Envoy reads only once it runs
    bootstrap["static_resources"] = {}
    for kind, file in (("listeners", "listener.yaml"), ("clusters", "clusters.yaml")):
        resources = yaml.safe_load((tmp_path / file).read_text())
        bootstrap["static_resources"][kind] = [
            {key: value for key, value in each.items() if key != "@type"}
            for each in resources["resources"]
        ]
    (tmp_path / "static.yaml").write_text(yaml.safe_dump(bootstrap))
    done = subprocess.run(
        [find_envoy(), "--mode", "validate", "--config-path", "static.yaml"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_the_address_book_names_the_services_at_their_ports() -> None:
    services = load("compose.yaml")["services"]
    book = yaml.safe_load((ROOT / "gateway" / "clusters" / "compose.yaml").read_text())
    local = yaml.safe_load((ROOT / "gateway" / "clusters" / "local.yaml").read_text())
    names = [cluster["name"] for cluster in book["resources"]]
    assert names == [cluster["name"] for cluster in local["resources"]]
    for cluster in book["resources"]:
        endpoint = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]
        address = endpoint["address"]["socket_address"]
        name, _, is_ops = cluster["name"].partition("_")
        assert address["address"] == name
        assert name in services
        field = SETTINGS[name].model_fields["ops_port" if is_ops else "port"]
        assert address["port_value"] == field.default
