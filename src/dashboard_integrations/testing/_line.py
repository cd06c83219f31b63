"""One connection, in the hands of a fault."""

import socket
import struct
import threading

__all__ = ["Line"]

_CLOSE_WITH_RESET = struct.pack("ii", 1, 0)


class Line:
    """The service's end of one connection: what a script writes goes out as it is.

    Once the client is gone or the service stops, everything raises ``OSError``: let it rise.
    """

    def __init__(self, connection: socket.socket, *, closing: threading.Event) -> None:
        self._connection = connection
        self._closing = closing

    def send(self, *parts: bytes) -> None:
        """Send bytes."""
        self._connection.sendall(b"".join(parts))

    def read(self) -> bytes:
        """Return some of what the client sent, once there is something; nothing when it is gone."""
        return self._connection.recv(65_536)

    def wait(self, seconds: float | None = None) -> None:
        """Wait, without ``seconds`` until the service stops."""
        if self._closing.wait(seconds):
            raise ConnectionAbortedError("the service stops")

    def reset(self) -> None:
        """Break the connection off (RST), without a proper end."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_WITH_RESET)
        # Past what still refers to the socket, which would only close with the last of them.
        socket.close(self._connection.detach())
