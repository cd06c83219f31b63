"""Services below the paths of one port, each for one app: what it answers, what befalls it, what it was asked."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from dashboard_integrations.testing._fake_server import Exchange, FakeServer
from dashboard_integrations.testing._fault import Fault
from dashboard_integrations.testing._faulty_service import FaultyService
from dashboard_integrations.testing.fake_service import FakeReply, FakeRequest, FakeService

__all__ = ["Alter", "Case", "CaseHost", "IllPort", "UpstreamCall"]

Alter = Callable[[FakeRequest, FakeReply], FakeReply]
"""Changes what a service would answer."""


@dataclass(frozen=True, slots=True, order=True)
class UpstreamCall:
    """One call that an integration makes: the ``number``-th of its method and path, counted from 1."""

    method: str
    path: str
    number: int = 1

    @property
    def target(self) -> str:
        """Return the method and path."""
        return f"{self.method} {self.path}"

    def __str__(self) -> str:
        return self.target if self.number == 1 else f"{self.target} (call {self.number})"


@dataclass(frozen=True, slots=True)
class Answered:
    """A call, and what it was answered with when all was well."""

    call: UpstreamCall
    reply: FakeReply


class Case(FaultyService):
    """One app's service below a path, as behind a reverse proxy; a fault befalls it from the call ``meets`` on.

    A call like ``meets`` that comes later meets the fault as well, all others are spared.
    """

    def __init__(
        self, *, url: str, fault: Fault | None = None, meets: UpstreamCall | None = None, alter: Alter | None = None
    ) -> None:
        super().__init__(fault)
        self._address = url
        self._base = "/" + url.rpartition("/")[2]
        self._meets = meets
        self._alter = alter
        self._seen: Counter[str] = Counter()
        self._answered: list[Answered] = []
        self.met = False

    @property
    def url(self) -> str:
        """The address that the app is configured with."""
        return self._address

    @property
    def answered(self) -> Sequence[Answered]:
        """The calls so far, in the order of their arrival."""
        with self._lock:
            return list(self._answered)

    def take(self, exchange: Exchange, request: FakeRequest) -> None:
        """Answer a request whose path is still the port's."""
        inner = replace(request, path=request.path.removeprefix(self._base) or "/")
        with self._lock:
            self._requests.append(inner)
        self._respond(exchange, inner)

    def _befalls(self, request: FakeRequest) -> bool:
        if self._meets is None:
            self.met = True
            return True
        target = f"{request.method} {request.path}"
        with self._lock:
            self._seen[target] += 1
            meets = target == self._meets.target and self._seen[target] >= self._meets.number
        self.met = self.met or meets
        return meets

    def _reply_to(self, request: FakeRequest) -> FakeReply:
        reply = super()._reply_to(request)
        if self._alter is not None:
            reply = self._alter(request, reply)
        with self._lock:
            number = 1 + sum(item.call.target == f"{request.method} {request.path}" for item in self._answered)
            self._answered.append(Answered(UpstreamCall(request.method, request.path, number), reply))
        return self._shaped(reply)

    def _shaped(self, reply: FakeReply) -> FakeReply:
        """Put the path of the proxy before an address that has none."""
        headers = {
            name: f"{self._base}{value}" if name.lower() == "location" and _is_path(value) else value
            for name, value in reply.headers.items()
        }
        return replace(reply, headers=headers)


class CaseHost(FakeService):
    """A port with a ``Case`` below each of its paths."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = count(1)
        self._cases: dict[str, Case] = {}

    def add(self, *, fault: Fault | None = None, meets: UpstreamCall | None = None, alter: Alter | None = None) -> Case:
        """Return a new case, to which nothing is declared yet."""
        name = f"app-{next(self._numbers)}"
        case = Case(url=f"{self.url}/{name}", fault=fault, meets=meets, alter=alter)
        with self._lock:
            self._cases[name] = case
        return case

    def _respond(self, exchange: Exchange, request: FakeRequest) -> None:
        name = request.path.removeprefix("/").partition("/")[0]
        with self._lock:
            case = self._cases.get(name)
        if case is None:
            super()._respond(exchange, request)
        else:
            case.take(exchange, request)


class IllPort(FaultyService):
    """A service whose whole port a fault befalls once ``after`` requests have been answered."""

    def __init__(self, fault: Fault, *, after: int) -> None:
        super().__init__(None if after else fault)
        self._coming = fault
        self._left = after
        self._closing: list[FakeServer] = []

    def stop(self) -> None:
        """End every connection, those of before the fault as well."""
        super().stop()
        while self._closing:
            self._closing.pop().close()

    def _respond(self, exchange: Exchange, request: FakeRequest) -> None:
        with self._lock:
            self._left -= 1
            is_last = self._left == 0
        if not is_last:
            super()._respond(exchange, request)
            return
        reply = self._reply_to(request)
        # Before the answer is there: whoever reads it may call again at once.
        self._fall_ill(exchange.server)
        exchange.close_connection = True
        self._send(exchange, replace(reply, headers={**reply.headers, "Connection": "close"}))

    def _fall_ill(self, server: FakeServer) -> None:
        server.shutdown()
        server.server_close()
        self._closing.append(server)
        self._fault = self._coming
        self._server = self._open(self._port)


def _is_path(value: object) -> bool:
    return isinstance(value, str) and value.startswith("/") and not value.startswith("//")
