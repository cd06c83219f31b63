"""What stands at the port of a service that does not even come to answering."""

import contextlib
import socket
from typing import Any

from dashboard_integrations.testing._fake_server import Exchange, FakeServer
from dashboard_integrations.testing._fault import Script
from dashboard_integrations.testing._line import Line

__all__ = ["DeadPort", "ScriptedServer"]

_FILLERS = 4


class ScriptedServer(FakeServer):
    """Accepts connections and hands each to a script, unread."""

    def __init__(self, host: str, port: int, *, script: Script) -> None:
        self._script = script
        super().__init__(host, port, tls=None, answer=_never)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Play the script instead of reading HTTP."""
        self._script(Line(request, closing=self.closing))


class DeadPort:
    """Holds a port where nothing listens or, with ``queue_is_full``, where a connection is never accepted."""

    def __init__(self, host: str, port: int, *, queue_is_full: bool) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.accepted = 0
        self._sockets = [socket.socket(family, socket.SOCK_STREAM)]
        held = self._sockets[0]
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((host, port))
        self.server_port: int = held.getsockname()[1]
        if queue_is_full:
            held.listen(0)
            self._fill(family)

    def close(self) -> None:
        """Let go of the port; who waits for it is refused."""
        for held in self._sockets:
            held.close()

    def _fill(self, family: socket.AddressFamily) -> None:
        for _ in range(_FILLERS):
            filler = socket.socket(family, socket.SOCK_STREAM)
            filler.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                filler.connect(self._sockets[0].getsockname())
            self._sockets.append(filler)


def _never(exchange: Exchange) -> None:
    raise AssertionError(f"{exchange!r} was read as HTTP")
