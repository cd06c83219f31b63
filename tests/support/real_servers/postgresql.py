"""A real PostgreSQL, in a cluster of its own that keeps nothing for later."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from real_servers._base import RealServer
from real_servers._errors import RealServerError

__all__ = ["PostgresServer"]


class PostgresServer(RealServer):
    """PostgreSQL from Debian; it refuses to run as root, and then runs as ``postgres``."""

    name = "postgresql"
    executable = "pg_ctlcluster"
    packages = ("postgresql",)
    stop_signal = signal.SIGINT  # ends sessions that are open; at SIGTERM it would wait for them

    def configure(self) -> None:
        """Make a cluster."""
        self._data = self.state / "data"
        if self._user:
            for folder in (self.state, *self.state.parents[:3]):
                folder.chmod(folder.stat().st_mode | 0o711)
            shutil.chown(self.state, self._user)
        password = self.state / "password"
        password.write_text(self.password)
        password.chmod(0o644)
        self._run(
            "initdb", "--pgdata", str(self._data), "--username", "test", "--pwfile", str(password),
            "--auth", "scram-sha-256", "--no-sync", "--encoding", "UTF8", "--locale", "C",
        )  # fmt: skip

    def command(self) -> Sequence[str]:
        """Return the command that runs it."""
        settings = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return self._as_user(
            self._binary("postgres"), "-D", str(self._data), "-p", str(self.port), "-h", "127.0.0.1",
            "-k", str(self._data), *options,
        )  # fmt: skip

    def environment(self) -> Mapping[str, str]:
        """Return the variables it sees."""
        return {**super().environment(), "LC_ALL": "C"}

    @property
    def password(self) -> str:
        """The password of the user ``test``, with what has to be encoded in a URL."""
        return "s3cret/p@ss"

    def url_of(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://test:s3cret%2Fp%40ss@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"test_{secrets.token_hex(6)}"
        self.say(f'CREATE DATABASE "{name}"')
        return self.url_of(name)

    def say(self, statement: str, *, database: str = "postgres") -> str:
        """Return what it answers to a statement."""
        command = [self._binary("psql"), self.url_of(database), "-X", "-A", "-t", "-c", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()

    def answers(self) -> bool:
        """Return whether it takes connections."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2):
                return bool(self.say("SELECT 1"))
        except (OSError, subprocess.SubprocessError):
            return False

    @property
    def _user(self) -> str | None:
        return "postgres" if os.geteuid() == 0 else None

    def _as_user(self, *command: str) -> Sequence[str]:
        # Not runuser, which stays in between and lets two seconds or a minute pass at the end.
        rights = ["--reuid", self._user, "--regid", self._user, "--init-groups"] if self._user else []
        return ["setpriv", *rights, *command] if rights else command

    def _run(self, program: str, *arguments: str) -> None:
        command = self._as_user(self._binary(program), *arguments)
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, cwd=self.state)
        if done.returncode:
            raise RealServerError(f"{program} failed:\n{done.stdout}{done.stderr}")

    @staticmethod
    def _binary(name: str) -> str:
        found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
        if not found:
            raise RealServerError(f"postgresql: there is no {name} below /usr/lib/postgresql")
        return str(found[-1])
