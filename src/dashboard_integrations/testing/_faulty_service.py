"""A service for tests that does what a fault says, until it is well again."""

import ssl
from collections.abc import Callable
from typing import Self

from dashboard_integrations.testing._fake_server import Exchange, FakeServer, Listener
from dashboard_integrations.testing._fault import Altered, Fault, OnConnection, OnRequest, Port
from dashboard_integrations.testing._fault_server import DeadPort, ScriptedServer
from dashboard_integrations.testing._line import Line
from dashboard_integrations.testing.fake_service import FakeReply, FakeRequest, FakeService

__all__ = ["FaultyService"]


class FaultyService(FakeService):
    """A ``FakeService`` that a fault can befall: on the same address it is well, faulty, and well again.

    ::

        with FaultyService(fault) as service:
            service.reply("GET", "/api/status", json={"version": "2.1"})
            ...                                 # calls of service.url meet the fault
            service.recover()
            ...                                 # calls are answered as declared

    Requests for which ``spares`` is true are answered as declared while the fault lasts, such as logins; a fault that
    befalls whole connections spares nothing.
    """

    def __init__(
        self,
        fault: Fault | None = None,
        *,
        spares: Callable[[FakeRequest], bool] | None = None,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        super().__init__(tls=tls, host=host)
        self._spares = spares
        self._fault = fault

    def __enter__(self) -> Self:
        if self._fault is not None and self._fault.needs_tls and self._tls is None:
            raise TypeError(f"the fault {self._fault.name!r} is one of https: give the service a context as tls")
        return super().__enter__()

    def begin(self, fault: Fault) -> None:
        """Let ``fault`` befall the service from the next request on; one of whole connections ends the open ones."""
        self._change(fault)

    def recover(self) -> None:
        """Be well again; requests that hang already stay as they are, unless the fault was one of whole connections."""
        super().recover()
        self._change(None)

    def _change(self, fault: Fault | None) -> None:
        before, self._fault = self._fault, fault
        if self._server is not None and any(item is not None and item.takes_connections for item in (before, fault)):
            self.stop()
            self.start()

    def _open(self, port: int) -> Listener:
        match None if self._fault is None else self._fault.act:
            case Port() as silence:
                return DeadPort(self._host, port, queue_is_full=silence is Port.NEVER_ACCEPTS)
            case OnConnection(script):
                return ScriptedServer(self._host, port, script=script)
            case ssl.SSLContext() as context:
                return FakeServer(self._host, port, tls=context, answer=self._answer)
            case _:
                return super()._open(port)

    def _respond(self, exchange: Exchange, request: FakeRequest) -> None:
        fault = self._fault
        if fault is None or not self._befalls(request):
            super()._respond(exchange, request)
            return
        match fault.act:
            case OnRequest(script):
                exchange.close_connection = not fault.act.keep_alive
                script(Line(exchange.connection, closing=exchange.server.closing))
            case Altered(change):
                self._send(exchange, change(self._reply_to(request)))
            case ssl.SSLContext() | OnConnection() | Port():
                super()._respond(exchange, request)
            case FakeReply() as reply:
                self._send(exchange, self._shaped(reply))
            case answer:
                self._send(exchange, self._shaped(answer(request)))

    def _befalls(self, request: FakeRequest) -> bool:
        """Return whether the fault that lasts befalls ``request``; asked once for each."""
        return self._spares is None or not self._spares(request)

    def _shaped(self, reply: FakeReply) -> FakeReply:
        """Return what is sent where a fault answers ``reply``."""
        return reply
