"""A real PostgreSQL for the tests: the fixture `postgres` of tests/conftest.py.

Its cluster lies in a temporary folder without fsync. It sorts by the rules of English rather than
by bytes, as many installations do, so that nothing leans on the order that SQLite happens to give.
"""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from tests.support.server_process import ServerProcess, free_port, new_folder, program

SUPERUSER = "postgres"
_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_SETTINGS = {"max_connections": "100", "listen_addresses": "127.0.0.1"}
_HASTY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class PostgresServer:
    """A running cluster; anybody on this machine may sign in without a password."""

    def __init__(self, *, is_durable: bool = False) -> None:
        """Starts it; unless it `is_durable`, what it commits may be lost with the power."""
        user = _unprivileged_user()
        self._folder = new_folder("pg", user)
        self._numbers = itertools.count()
        self.port = free_port()
        data = self._folder / "data"
        subprocess.run(
            [
                program("initdb", folders=_PROGRAMS),
                *(f"--pgdata={data}", f"--username={SUPERUSER}", "--auth=trust", "--no-sync"),
                *("--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en"),
            ],
            check=True,
            capture_output=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            cwd=self._folder,
        )
        settings = {
            **_SETTINGS,
            **({} if is_durable else _HASTY),
            "unix_socket_directories": str(self._folder),
        }
        self.process = ServerProcess(
            [
                program("postgres", folders=_PROGRAMS),
                *("-D", str(data), "-p", str(self.port)),
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            is_ready=self._answers,
            log=self._folder / "log",
            user=user,
            stop_signal=signal.SIGINT,
        )
        self.process.start()

    def url(self, database: str = "postgres", *, user: str = SUPERUSER, driver: str = "") -> str:
        """Returns the address of a database, such as `driver="asyncpg"` for SQLAlchemy."""
        scheme = f"postgresql+{driver}" if driver else "postgresql"
        return f"{scheme}://{user}@127.0.0.1:{self.port}/{database}"

    def url_of_owner(self, database: str, role: str = "nilm_auth") -> str:
        """Gives a database to an ordinary role of that name, and returns its address for it."""
        roles = self.sql("SELECT rolname FROM pg_roles").splitlines()
        if role not in roles:
            self.sql(f'CREATE ROLE "{role}" LOGIN')
        self.sql(f'ALTER DATABASE "{database}" OWNER TO "{role}"')
        return self.url(database, user=role)

    def fresh_database(self, template: str = "template1") -> str:
        """Makes a database, a copy of one that nobody is connected to, and returns its name."""
        name = f"test_{next(self._numbers)}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop_database(self, name: str) -> None:
        """Removes a database, whoever is connected to it."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def sql(self, text: str, database: str = "postgres") -> str:
        """Runs statements as the superuser; returns the rows, a line each, columns between `|`."""
        command = [program("psql", folders=_PROGRAMS), "--no-psqlrc", "--quiet", "--tuples-only"]
        command += ["--no-align", "--set=ON_ERROR_STOP=1", self.url(database)]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"psql: {done.stderr}")
        return done.stdout.strip()

    def close(self) -> None:
        """Stops it and removes its data."""
        self.process.stop()
        shutil.rmtree(self._folder)

    def _answers(self) -> bool:
        command = [program("pg_isready", folders=_PROGRAMS), "--quiet", "--host=127.0.0.1"]
        return subprocess.run([*command, f"--port={self.port}"], check=False).returncode == 0


def _unprivileged_user() -> str | None:
    """Returns the account to run as: PostgreSQL refuses to run as root. None for one's own."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return SUPERUSER if SUPERUSER in names else "nobody"
