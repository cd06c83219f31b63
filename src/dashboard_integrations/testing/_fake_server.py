"""The sockets and threads below ``FakeService``: a server that can be closed at any moment."""

import contextlib
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

__all__ = ["Exchange", "FakeServer", "Listener"]

_POLL_SECONDS = 0.02
_LONGEST_JOIN = 2.0
_BODILESS = (204, 304)


class Listener(Protocol):
    """What stands at the port of a service for tests, from when it is made until ``close``."""

    accepted: int
    server_port: int

    def close(self) -> None:
        """Refuse new connections and end the open ones."""
        ...


class Exchange(BaseHTTPRequestHandler):
    """One connection of a client; hands every request to the server's ``answer``."""

    protocol_version = "HTTP/1.1"
    # A small answer goes out at once, not when the client's delayed acknowledgement arrives.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "FakeServer"  # pyright: ignore[reportIncompatibleVariableOverride]  (no other server makes it)

    def setup(self) -> None:
        """Make the TLS handshake here, in the thread of the connection, so that a slow client delays no other."""
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().setup()

    def __getattr__(self, name: str) -> Any:
        """Answer every method alike: the base class looks for ``do_GET`` and so on."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name in the base class)
        """Stay silent: a test reads ``FakeService.requests``."""

    def read_body(self) -> bytes:
        """Return the body of the request, chunked or not."""
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            return b"".join(iter(self._read_chunk, b""))
        return self.rfile.read(int(self.headers.get("content-length", "0")))

    def send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send an answer; a ``content-length`` among ``headers`` is sent as it is, and a lie ends the connection."""
        self.send_response_only(status)
        declared = [value for name, value in headers if name.lower() == "content-length"]
        for name, value in headers:
            self.send_header(name, value)
        if not declared and status not in _BODILESS:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status not in _BODILESS:
            self.wfile.write(body)
            self.close_connection = self.close_connection or any(value != str(len(body)) for value in declared)
        self.wfile.flush()

    def wait(self, seconds: float | None) -> None:
        """Wait, but not longer than the server lives."""
        self.server.closing.wait(seconds)

    def _read_chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        chunk = self.rfile.read(size)
        self.rfile.readline()
        return chunk

    def _answer(self) -> None:
        self.server.answer(self)
        if self.server.closing.is_set():
            self.close_connection = True


class FakeServer(ThreadingHTTPServer):
    """Listens at once, serves in daemon threads of its own, and closes within a moment."""

    # The base class lets five wait; who comes sixth would try again only after a second.
    request_queue_size = 128

    def __init__(self, host: str, port: int, *, tls: ssl.SSLContext | None, answer: Callable[[Exchange], None]) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.answer = answer
        self.accepted = 0
        self.closing = threading.Event()
        self._tls = tls
        self._open: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        super().__init__((host, port), Exchange)
        self._thread = threading.Thread(
            target=self.serve_forever, args=(_POLL_SECONDS,), name="fake-service", daemon=True
        )
        self._thread.start()

    def server_bind(self) -> None:
        """Bind without the base class's reverse look-up of the host name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection and count it."""
        connection, address = super().get_request()
        self.accepted += 1
        if self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve the connection in a thread that ``close`` can end and wait for."""
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), name="fake-service-client", daemon=True
        )
        with self._lock:
            self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Close the connection and forget it."""
        super().shutdown_request(request)
        with self._lock:
            self._open.pop(request, None)

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: a client that leaves in the middle is what tests do."""

    def close(self) -> None:
        """Refuse new connections and end the open ones."""
        self.closing.set()
        self.shutdown()
        self.server_close()
        with self._lock:
            connections = dict(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in (self._thread, *connections.values()):
            thread.join(_LONGEST_JOIN)
