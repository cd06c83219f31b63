"""A real Redis, which keeps nothing on disk."""

import socket
import subprocess
from collections.abc import Sequence

from real_servers._base import RealServer

__all__ = ["RedisServer"]

_AGE = """
local cursor, milliseconds = '0', tonumber(ARGV[1])
repeat
  local found = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = found[1]
  for _, key in ipairs(found[2]) do
    local left = redis.call('PTTL', key) - milliseconds
    if left > 0 then redis.call('PEXPIRE', key, left) else redis.call('DEL', key) end
  end
until cursor == '0'
"""


class RedisServer(RealServer):
    """Redis from Debian."""

    name = "redis"
    executable = "redis-server"
    packages = ("redis-server",)

    def command(self) -> Sequence[str]:
        """Return the command that runs it."""
        return [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.state)]

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"redis://127.0.0.1:{self.port}/0"

    def answers(self) -> bool:
        """Return whether it answers at all; without a password it may refuse to say more."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(100).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False

    def say(self, *words: str, password: str = "") -> str:
        """Return what it answers to a command."""
        auth = ["--no-auth-warning", "-a", password] if password else []
        command = ["redis-cli", "-p", str(self.port), *auth, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout.strip()

    def let_time_pass(self, seconds: float) -> None:
        """Take that much time from all keys."""
        self.say("EVAL", _AGE, "0", str(int(seconds * 1_000)))
