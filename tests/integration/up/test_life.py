"""The life of `nilm up`: started, joined by nobody, ended in three ways, started again."""

import asyncio
import os
import signal
from pathlib import Path

import httpx
import psutil

from tests.support.eventually import eventually
from tests.support.nilm_up import NilmUp, nilm_up

DEMO_EMAIL = "demo@nilm.local"
QUICK_HASHES = {"NILM_AUTH_PASSWORD_MEMORY_KIB": "64", "OMP_NUM_THREADS": "1"}
CHILDREN = ("nilm_auth", "nilm_telemetry", "nilm_inference", "bootstrap.yaml")


def _sign_in(url: str, password: str) -> dict[str, str]:
    body = {"email": DEMO_EMAIL, "password": password}
    response = httpx.post(f"{url}/api/v1/auth/login", json=body, timeout=60)
    assert response.status_code == 200, response.text
    return {"authorization": f"Bearer {response.json()['tokens']['access_token']}"}


def _sign_up(url: str) -> dict[str, str]:
    body = {"email": "caller@example.org", "password": "correct horse battery"}
    response = httpx.post(f"{url}/api/v1/auth/register", json=body, timeout=60)
    assert response.status_code == 200, response.text
    return {"authorization": f"Bearer {response.json()['tokens']['access_token']}"}


def _buildings(url: str, headers: dict[str, str]) -> list[dict[str, object]]:
    response = httpx.get(f"{url}/api/v1/buildings", headers=headers, timeout=60)
    buildings: list[dict[str, object]] = response.json()["buildings"]
    return buildings


def _assert_one_ready_line(up: NilmUp, url: str) -> None:
    assert up.stdout == [f"ready {url}\n"]


async def _none_is_left(processes: list[psutil.Process]) -> None:
    def is_over(process: psutil.Process) -> bool:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE

    await eventually(lambda: all(map(is_over, processes)))


async def test_a_life(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    arguments = ("--port", "0", "--demo")
    with nilm_up(data_dir, *arguments, environment=QUICK_HASHES) as up:
        url = up.wait_ready()
        password = (data_dir / "secrets" / "demo_password").read_text().strip()
        assert f"sign in as {DEMO_EMAIL} with the password {password}" in up.stderr()
        headers = _sign_in(url, password)
        await eventually(lambda: len(_buildings(url, headers)) == 1, within_s=120)
        processes = up.descendants()
        assert len(processes) == len(CHILDREN) + 1

        with nilm_up(data_dir, *arguments) as second:
            assert second.process.wait(60) == 1
            (line,) = second.stderr().splitlines()
            assert f"in use by another `nilm up`, process {up.process.pid}" in line
            assert second.stdout == []

        assert up.stop(signal.SIGINT) == 0
        await _none_is_left(processes)
        _assert_one_ready_line(up, url)

    with nilm_up(data_dir, "--port", "0", "--no-demo", environment=QUICK_HASHES) as again:
        url = again.wait_ready()
        headers = _sign_in(url, password)
        (building,) = _buildings(url, headers)
        assert building["is_simulated"] is True
        processes = again.descendants()
        assert len(processes) == len(CHILDREN)
        for name in CHILDREN:
            again.child(name)
        again.process.kill()
        again.process.wait()
        await _none_is_left(processes)


async def test_callers_of_a_system_that_stops_are_answered_or_not_let_in(tmp_path: Path) -> None:
    with nilm_up(tmp_path / "data", "--port", "0", environment=QUICK_HASHES) as up:
        url = up.wait_ready()
        headers = _sign_up(url)
        calls = 0
        is_refused = False

        async def keep_calling() -> None:
            """Calls until no connection is to be had; each connection that is, is answered."""
            nonlocal calls, is_refused
            async with httpx.AsyncClient(base_url=url, timeout=60) as http:
                while not is_refused:
                    try:
                        answer = await http.get("/api/v1/auth/me", headers=headers)
                    except httpx.TransportError:
                        is_refused = True
                        return
                    assert answer.status_code == 200, answer.text
                    calls += 1

        callers = [asyncio.create_task(keep_calling()) for _ in range(4)]
        await eventually(lambda: calls > 20)
        auth, inference = up.child("nilm_auth"), up.child("nilm_inference")
        inference.suspend()  # services end in their order, and auth, the last one, waits for it
        up.process.send_signal(signal.SIGTERM)
        await asyncio.gather(*callers)
        assert auth.is_running()  # no caller is let in any more, before any service ends
        inference.resume()
        assert await asyncio.to_thread(up.process.wait, 60) == 0


async def test_sigterm_before_it_is_ready_leaves_nothing(tmp_path: Path) -> None:
    endless = tmp_path / "database-url"
    os.mkfifo(endless)  # nobody writes to it: auth waits for its address, and never is ready
    environment = {"NILM_AUTH_DATABASE_URL_FILE": str(endless)}
    with nilm_up(tmp_path / "data", "--port", "0", environment=environment) as up:
        await eventually(lambda: len(up.descendants()) == len(CHILDREN))
        processes = up.descendants()
        assert up.stop(signal.SIGTERM) == 0
        await _none_is_left(processes)
        assert up.stdout == []
