"""`python -m nilm_simulator` as a process: ready, stopped at once, and clear when it cannot run."""

import asyncio
import os
import re
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.integration.simulator.world import EMAIL, World, client_of, running_auth, until
from tests.support.server_process import free_port


async def started(world: World, ops_port: int, password_file: Path) -> asyncio.subprocess.Process:
    settings = {
        "AUTH_TARGET": f"127.0.0.1:{world.auth_port}",
        "TELEMETRY_TARGET": f"127.0.0.1:{world.telemetry_port}",
        "EMAIL": EMAIL,
        "PASSWORD_FILE": str(password_file),
        "HISTORY_DAYS": "1",
        "SAMPLE_PERIOD_S": "60",
        "OPS_PORT": str(ops_port),
    }
    environment = {f"NILM_SIMULATOR_{name}": value for name, value in settings.items()}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "nilm_simulator",
        env={**os.environ, **environment},
        stderr=asyncio.subprocess.PIPE,
    )


async def test_it_becomes_ready_and_ends_at_once_on_sigterm(tmp_path: Path) -> None:
    ops_port = free_port()

    def is_ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{ops_port}/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except OSError:
            return False

    def read_metrics() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{ops_port}/metrics") as answer:
            return str(answer.read().decode())

    async with running_auth(tmp_path) as world, world.telemetry():
        process = await started(world, ops_port, world.password_file)
        await until(lambda: asyncio.to_thread(is_ready))
        metrics = await asyncio.to_thread(read_metrics)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, stderr = await process.communicate()
        assert process.returncode == 0
        assert time.monotonic() - begun < 30  # no waiting for the next sample
        password = world.password_file.read_text().strip()
        async with client_of(world) as client:
            site = await client.sites.prepare()
            latest = await client.readings.latest(site.building_id)
    [written] = re.findall(r"^nilm_simulator_readings_written_total (\S+)$", metrics, re.MULTILINE)
    assert float(written) >= len(latest) * 1_440
    assert set(latest) == {site.mains_meter_id, *site.truth_meter_ids.values()}
    assert password not in stderr.decode()


@pytest.mark.parametrize(
    ("content", "words"), [("not the password", "email"), (None, "cannot be read")]
)
async def test_a_wrong_sign_in_is_one_line_and_exit_code_1(
    tmp_path: Path, content: str | None, words: str
) -> None:
    password_file = tmp_path / "password"
    if content is not None:
        password_file.write_text(content)
    async with running_auth(tmp_path) as world:
        process = await started(world, free_port(), password_file)
        _, stderr = await process.communicate()
    assert process.returncode == 1
    (line,) = stderr.decode().splitlines()
    assert line.startswith("simulator: ")
    assert words in line
