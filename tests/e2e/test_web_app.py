"""The web app's files through the real Envoy, with a made app in place of the built one."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.nilm_up import nilm_up

SCRIPT = "console.log('a script that is long enough to be worth compressing');\n" * 40


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = tmp_path_factory.mktemp("app")
    (app / "index.html").write_text("<!doctype html><title>The app</title>")
    (app / "theme.js").write_text("// theme")
    (app / "assets").mkdir()
    (app / "assets" / "index-1a2b.js").write_text(SCRIPT)
    (app.parent / "secret.txt").write_text("not to be served")
    data_dir = tmp_path_factory.mktemp("data")
    with nilm_up(data_dir, "--port", "0", "--web-dir", str(app)) as up:
        yield up.wait_ready()


def test_the_origin_leads_to_the_app(url: str) -> None:
    answer = httpx.get(url, timeout=60)
    assert answer.status_code == 302
    assert httpx.URL(answer.headers["location"]).path == "/app/"


@pytest.mark.parametrize("path", ["/app/", "/app/sign-in", "/app/buildings/bld_1/energy"])
def test_every_address_of_the_app_is_its_page(url: str, path: str) -> None:
    answer = httpx.get(url + path, timeout=60)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "The app" in answer.text


def test_assets_are_compressed_and_kept_by_browsers(url: str) -> None:
    answer = httpx.get(url + "/app/assets/index-1a2b.js", timeout=60)
    assert answer.text == SCRIPT
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]


def test_files_beside_the_page_are_served(url: str) -> None:
    answer = httpx.get(url + "/app/theme.js", timeout=60)
    assert answer.text == "// theme"
    assert "immutable" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize(
    "path",
    [
        "/app/assets/absent.js",
        "/app/assets/../../secret.txt",
        "/app/assets/%2e%2e/%2e%2e/secret.txt",
        "/app/assets/..%2f..%2fsecret.txt",
    ],
)
def test_nothing_else_is_served(url: str, path: str) -> None:
    answer = httpx.get(url + path, timeout=60)
    assert "not to be served" not in answer.text
    assert answer.status_code in {400, 401, 404}


def test_the_api_keeps_its_paths(url: str) -> None:
    answer = httpx.get(url + "/models", headers={"accept": "text/html"}, timeout=60)
    assert answer.status_code == 401
