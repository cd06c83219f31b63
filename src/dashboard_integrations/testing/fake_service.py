"""A real HTTP server on loopback that answers what a test tells it to."""

import json as json_module
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from dashboard_integrations.testing._fake_server import Exchange, FakeServer, Listener
from dashboard_integrations.testing._replay import Replay
from dashboard_integrations.testing.recording import RecordedResponse, Recording

__all__ = ["Answer", "FakeReply", "FakeRequest", "FakeService"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeRequest:
    """A request that arrived. ``path`` is as it was sent, without the query; header names are lower case.

    ``query`` has the last value of each name, ``query_string`` the query as it was sent.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    query_string: str = ""

    def json(self) -> Any:
        """Return the body's JSON."""
        return json_module.loads(self.body)

    def form(self) -> dict[str, str]:
        """Return the fields of a body sent as a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeReply:
    """An answer. Its body is one of ``json``, ``text`` or ``body``; ``delay`` is in seconds.

    A header with several values, as ``set-cookie`` may have, takes a list. A ``content-length`` given here is sent as
    it is: one that is not the length of the body makes an answer that breaks off.
    """

    status: int = 200
    json: object = None
    text: str | None = None
    body: bytes | None = None
    headers: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    delay: float = 0.0

    def content(self) -> tuple[bytes, str | None]:
        """Return the body and the content type that goes with it."""
        if (self.json is not None) + (self.text is not None) + (self.body is not None) > 1:
            raise TypeError("a reply has one body: json, text or body")
        if self.json is not None:
            return json_module.dumps(self.json).encode(), "application/json"
        if self.text is not None:
            return self.text.encode(), "text/plain; charset=utf-8"
        return self.body or b"", None


_OF_THE_WIRE = frozenset({"connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"})

Answer = FakeReply | Callable[[FakeRequest], FakeReply]
"""What a request is answered with: always the same, or what a function of the request returns."""


class _Mood(Enum):
    ANSWER = auto()
    HANG = auto()
    DROP = auto()


class FakeService:
    """A service for tests: real sockets on loopback, served by threads, so it fits asyncio, trio and plain tests.

    ::

        with FakeService() as service:
            service.reply("GET", "/api/status", json={"version": "2.1"})
            ...                                 # the code under test calls service.url
            assert "/api/status" == service.requests[0].path

    What was not declared is answered with 404 and JSON. With ``tls`` it speaks https with that server context.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self._tls = tls
        self._host = host
        self._port = 0
        self._server: Listener | None = None
        self._accepted = 0
        self._mood = _Mood.ANSWER
        self._answers: dict[tuple[str, str], list[Answer]] = {}
        self._requests: list[FakeRequest] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address of the service, without a trailing slash."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'http' if self._tls is None else 'https'}://{host}:{self._port}"

    @property
    def requests(self) -> list[FakeRequest]:
        """Everything that was asked so far, in the order of its arrival."""
        with self._lock:
            return list(self._requests)

    @property
    def connections(self) -> int:
        """How many connections were opened so far."""
        return self._accepted + (0 if self._server is None else self._server.accepted)

    def reply(
        self,
        method: str,
        path: str,
        *answers: Answer,
        json: object = None,
        text: str | None = None,
        body: bytes | None = None,
        status: int = 200,
        headers: Mapping[str, str | Sequence[str]] | None = None,
        delay: float = 0.0,
    ) -> None:
        """Declare what ``method`` and ``path`` are answered with from now on; it replaces what was declared before.

        Either say the answer by name, or give ``answers``: each a ``FakeReply`` or a function from the ``FakeRequest``
        to one. They are used up in order and the last one repeats.
        """
        reply = FakeReply(status=status, json=json, text=text, body=body, headers=dict(headers or {}), delay=delay)
        if answers and reply != FakeReply():
            raise TypeError("give answers, or describe one by name, not both")
        reply.content()
        with self._lock:
            self._answers[method.upper(), path] = list(answers) or [reply]

    def replay(self, recording: Recording) -> None:
        """Answer from ``recording`` from now on; it replaces what was declared for its methods and paths.

        A request gets the first exchange not used yet with its method, path, query and body, and the last of equal
        ones repeats; without such a one it gets that of the same method and path which is most like it. What was
        recorded with credentials is answered with 401 to who has none or others: configure the integration with
        ``recording.config``. A ``reply`` that follows changes a single answer.
        """
        replay = Replay(recording)

        def answer(request: FakeRequest) -> FakeReply:
            response = replay.response_to(request)
            if response is None:
                headers, reason = replay.refusal_of(request)
                return FakeReply(status=401, json={"error": reason}, headers=headers)
            return _recorded_reply(response)

        with self._lock:
            self._answers.update({target: [answer] for target in replay.targets()})

    def hang(self) -> None:
        """Accept every request from now on and answer none, until ``recover`` is called or the service stops."""
        self._mood = _Mood.HANG

    def drop(self) -> None:
        """Close the connection of every request from now on without an answer, until ``recover`` is called."""
        self._mood = _Mood.DROP

    def recover(self) -> None:
        """Answer again; requests that hang already stay as they are."""
        self._mood = _Mood.ANSWER

    def start(self) -> None:
        """Listen, again on the same port after a ``stop``; ``with`` does this."""
        if self._server is None:
            self._server = self._open(self._port)
            self._port = self._server.server_port

    def stop(self) -> None:
        """End every connection and refuse new ones; what was declared and recorded stays."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            self._accepted += server.accepted

    def _open(self, port: int) -> Listener:
        return FakeServer(self._host, port, tls=self._tls, answer=self._answer)

    def _answer(self, exchange: Exchange) -> None:
        request = _request(exchange)
        with self._lock:
            self._requests.append(request)
        self._respond(exchange, request)

    def _respond(self, exchange: Exchange, request: FakeRequest) -> None:
        mood = self._mood
        if mood is _Mood.HANG:
            exchange.wait(None)
        if mood is not _Mood.ANSWER:
            exchange.close_connection = True
            return
        self._send(exchange, self._reply_to(request))

    @staticmethod
    def _send(exchange: Exchange, reply: FakeReply) -> None:
        if reply.delay:
            exchange.wait(reply.delay)
        body, content_type = reply.content()
        exchange.send(reply.status, _header_list(reply, content_type), body)

    def _reply_to(self, request: FakeRequest) -> FakeReply:
        with self._lock:
            answers = self._answers.get((request.method, request.path))
            answer = None if answers is None else answers.pop(0) if len(answers) > 1 else answers[0]
        if answer is None:
            return FakeReply(status=404, json={"error": f"nothing is declared for {request.method} {request.path}"})
        if isinstance(answer, FakeReply):
            return answer
        try:
            return answer(request)
        except Exception as error:  # noqa: BLE001  (a failing assertion of the test has to reach the test)
            return FakeReply(status=500, json={"error": f"the declared answer failed: {error!r}"})


def _request(exchange: Exchange) -> FakeRequest:
    target = urlsplit(exchange.path)
    return FakeRequest(
        method=exchange.command,
        path=target.path,
        query=dict(parse_qsl(target.query, keep_blank_values=True)),
        headers={name.lower(): value for name, value in exchange.headers.items()},
        body=exchange.read_body(),
        query_string=target.query,
    )


def _recorded_reply(response: RecordedResponse) -> FakeReply:
    # A recording has the body as it was meant, not as it went over the wire.
    headers = {name: value for name, value in response.headers.items() if name.lower() not in _OF_THE_WIRE}
    if response.json_value is not None and all(name.lower() != "content-type" for name in headers):
        headers["content-type"] = "application/json"
    return FakeReply(status=response.status, body=response.content(), headers=headers)


def _header_list(reply: FakeReply, content_type: str | None) -> list[tuple[str, str]]:
    headers = [
        (name, value)
        for name, values in reply.headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    if content_type is not None and all(name.lower() != "content-type" for name, _ in headers):
        headers.append(("content-type", content_type))
    return headers
