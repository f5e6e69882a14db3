"""What keeps `nilm up` from starting is one line, an exit code, and nothing left behind."""

import shutil
import socket
import sqlite3
from pathlib import Path

import psutil
import pytest

from tests.support.nilm_up import REPOSITORY, nilm_up

SQLITE_HEADER = b"SQLite format 3\x00"


def _refusal(data_dir: Path, *arguments: str) -> str:
    """Starts, and returns the one line that was said; nothing may be left."""
    with nilm_up(data_dir, *arguments) as up:
        assert up.process.wait(120) == 1, up.stderr()
        (line,) = up.stderr().splitlines()
        assert up.stdout == []
    here = [
        process
        for process in psutil.process_iter(["cwd"])
        if process.info["cwd"] == str(data_dir / "run")
    ]
    assert not [process for process in here if process.status() != psutil.STATUS_ZOMBIE]
    return line


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        line = _refusal(tmp_path / "data", "--port", str(port))
    assert line.startswith(f"nilm: port {port} on 127.0.0.1 cannot be opened: Address already")
    assert not (tmp_path / "data").exists()


def test_a_damaged_time_series_file(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "telemetry.duckdb").write_bytes(b"no store at all" * 1_000)
    line = _refusal(data_dir, "--port", "0")
    assert line.startswith("nilm: telemetry: ")
    assert "telemetry.duckdb" in line


@pytest.mark.parametrize("content", [b"no database at all" * 500, SQLITE_HEADER + b"\xff" * 8_000])
def test_a_damaged_account_file(tmp_path: Path, content: bytes) -> None:
    data_dir = tmp_path / "data"
    (data_dir / "auth").mkdir(parents=True)
    (data_dir / "auth" / "auth.db").write_bytes(content)
    line = _refusal(data_dir, "--port", "0")
    assert line.startswith("nilm: auth: ")
    assert "auth.db" in line


def test_a_certificate_without_its_key(tmp_path: Path) -> None:
    certificate = tmp_path / "cert.pem"
    certificate.write_text("no certificate")
    data_dir = tmp_path / "data"
    with nilm_up(data_dir, "--tls-cert", str(certificate)) as up:
        assert up.process.wait(120) == 2
        assert "--tls-cert and --tls-key go together" in up.stderr()
    assert not data_dir.exists()


def test_a_certificate_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "cert.pem"
    file.write_text("no certificate")
    line = _refusal(tmp_path / "data", "--tls-cert", str(file), "--tls-key", str(file))
    assert line.startswith(f"nilm: --tls-cert {file} and --tls-key {file} are no certificate")
    missing = tmp_path / "nowhere.pem"
    line = _refusal(tmp_path / "data", "--tls-cert", str(missing), "--tls-key", str(file))
    assert line.endswith("cannot be read: No such file or directory")
    assert not (tmp_path / "data").exists()


def test_no_models_folder(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    line = _refusal(tmp_path / "data", "--port", "0", "--models-dir", str(missing))
    assert line == f"nilm: there is no folder {missing}; name it with --models-dir"


def test_no_registry(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    line = _refusal(tmp_path / "data", "--port", "0", "--models-dir", str(models))
    assert line == f"nilm: {models / 'registry.json'}: there is no model registry"


def test_a_registered_model_whose_file_is_missing(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    shutil.copy(REPOSITORY / "models" / "registry.json", models)
    line = _refusal(tmp_path / "data", "--port", "0", "--models-dir", str(models))
    assert line.startswith("nilm: model ")
    assert line.endswith(".safetensors is missing")
    assert not (tmp_path / "data").exists()


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    line = _refusal(tmp_path / "data", "--port", "0")
    assert line.startswith(f"nilm: data folder {tmp_path / 'data'} cannot be written: ")


def test_the_account_file_is_a_database_all_the_same(tmp_path: Path) -> None:
    """Guards the refusal above: what it damages is the file that a good start makes."""
    data_dir = tmp_path / "data"
    with nilm_up(data_dir, "--port", "0") as up:
        up.wait_ready()
    with sqlite3.connect(data_dir / "auth" / "auth.db") as database:
        assert database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 5
    database.close()
    assert (data_dir / "telemetry.duckdb").stat().st_size > 0
