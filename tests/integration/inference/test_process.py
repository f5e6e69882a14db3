"""`python -m nilm_inference`: how it starts, refuses to start and stops."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.support.server_process import free_port
from tests.support.small_models import add_model


def start(folder: Path, **settings: str) -> subprocess.Popen[str]:
    values = {
        "NILM_INFERENCE_PORT": "0",
        "NILM_INFERENCE_OPS_PORT": "0",
        "NILM_INFERENCE_MODELS_DIR": str(folder / "models"),
        "NILM_INFERENCE_LIVE": "false",
        "NILM_INFERENCE_JOB_QUEUE": "none",
        "NILM_INFERENCE_AUTH_TARGET": "127.0.0.1:1",
        "NILM_INFERENCE_TELEMETRY_TARGET": "127.0.0.1:1",
        **settings,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "nilm_inference"],
        env={**os.environ, **values},
        stderr=subprocess.PIPE,
        text=True,
    )


def last_line(process: subprocess.Popen[str]) -> str:
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "Traceback" not in errors
    return errors.strip().splitlines()[-1]


def test_without_a_registry_one_line_says_so(tmp_path: Path) -> None:
    line = last_line(start(tmp_path))
    assert line.startswith("inference: ")
    assert "registry.json" in line


def test_without_any_model_that_loads_one_line_says_so(tmp_path: Path) -> None:
    entry = add_model(tmp_path / "models")
    (tmp_path / "models" / entry.artifact_path).write_bytes(b"damaged")
    line = last_line(start(tmp_path))
    assert "no active model can be loaded" in line
    assert "checksum" in line


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    add_model(tmp_path / "models")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"{port} is in use" in last_line(start(tmp_path, NILM_INFERENCE_PORT=port))


def test_the_live_loop_needs_its_secret(tmp_path: Path) -> None:
    add_model(tmp_path / "models")
    line = last_line(start(tmp_path, NILM_INFERENCE_LIVE="true"))
    assert "NILM_INFERENCE_SERVICE_SECRET_FILE" in line


def test_it_is_not_ready_without_its_services_and_stops_on_sigterm(tmp_path: Path) -> None:
    add_model(tmp_path / "models")
    ops_port = free_port()
    process = start(tmp_path, NILM_INFERENCE_OPS_PORT=str(ops_port))
    try:
        metrics = _metrics(ops_port)
        assert "nilm_ready 0.0" in metrics
        assert "nilm_inference_models_ready 1.0" in metrics
        assert "nilm_inference_model_load_seconds_count 1.0" in metrics
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in errors


def _metrics(ops_port: int) -> str:
    for _ in range(900):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{ops_port}/metrics") as answer:
                text: str = answer.read().decode()
                return text
        except OSError:
            time.sleep(0.1)
    pytest.fail("the ops port never answered")
