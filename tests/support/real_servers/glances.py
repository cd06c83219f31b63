"""Glances watching this machine, with limits so low that memory is always worth an alert."""

import hashlib
from collections.abc import Sequence
from typing import Any, ClassVar

from real_servers._base import RealServer
from real_servers._raw import ask

__all__ = ["GlancesServer"]

_CONFIGURATION = """\
[passwords]
local_password_path={state}
[mem]
careful=0.01
warning=0.02
critical=99
[fs]
careful=0.01
warning=0.02
critical=99
"""

_SALT = "0123456789abcdef"


class GlancesServer(RealServer):
    """A web server that asks for a user and password; its ``status`` is open to everybody."""

    name = "glances"
    executable = "glances"
    requirements = ("glances[web]==4.5.8",)
    ready_path = "/api/4/status"

    username: ClassVar[str] = "reader"
    password: ClassVar[str] = "correct horse: battery & staple"

    def configure(self) -> None:
        """Write glances.conf and the password file."""
        (self.state / "glances.conf").write_text(_CONFIGURATION.format(state=self.state))
        (self.state / f"{self.username}.pwd").write_text(f"{_SALT}${_digest(_digest(self.password), _SALT)}")

    def command(self) -> Sequence[str]:
        """Run the web server and its API, and look for no update."""
        return [
            self.program,
            "-w",
            "-C",
            "glances.conf",
            "-B",
            "127.0.0.1",
            "-p",
            str(self.port),
            "--disable-check-update",
            "-u",
            self.username,
            "--password",
        ]

    def get(self, path: str) -> Any:
        """Ask the API directly, with the right credentials."""
        return ask(self.port, f"/api/4/{path}", basic=(self.username, self.password)).json()


def _digest(text: str, salt: str = "") -> str:
    return hashlib.pbkdf2_hmac("sha256", text.encode(), salt.encode(), 100_000, dklen=128).hex()
