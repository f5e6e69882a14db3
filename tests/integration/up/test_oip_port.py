"""`nilm up --oip-port`: the Open Inference Protocol on loopback, without a token."""

import socket
from pathlib import Path

from tests.support.nilm_up import NilmUp, nilm_up
from tests.support.server_process import free_port
from tests.support.triton import Triton, triton_process


async def test_a_local_tool_needs_no_token(tmp_path: Path) -> None:
    port = free_port()
    arguments = ("--port", "0", "--oip-port", str(port))
    with nilm_up(tmp_path / "data", *arguments) as up, triton_process() as process:
        up.wait_ready()
        client = Triton(process, f"127.0.0.1:{port}")
        assert await client.ask("is_model_ready", "kettle") is True


def test_a_port_in_use_is_named_with_its_option(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        up = NilmUp(tmp_path / "data", "--port", "0", "--oip-port", str(port))
        try:
            assert up.process.wait(120) == 1
        finally:
            up.close()
    assert f"port {port} on 127.0.0.1" in up.stderr()
    assert "--oip-port" in up.stderr()
