"""The routes as an ASGI application: alone, or mounted in any ASGI framework."""

from collections.abc import AsyncGenerator, MutableMapping
from contextlib import AsyncExitStack
from typing import Any

from dashboard_integrations.adapters._asgi_scope import has_body, path_below_mount, request_of
from dashboard_integrations.adapters._asgi_send import Receive, Send, send_response
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.web import Authorize, IntegrationRoutes, read_body

__all__ = ["IntegrationApp"]

Scope = MutableMapping[str, Any]
"""What ASGI calls by this name: a mapping whose values depend on the kind of connection."""


class IntegrationApp:
    """An ASGI 3 application that answers below ``/api/integrations``.

    Run by a server, it starts and stops ``service`` unless that is running already. Mounted in another application
    it is not told about start and stop: let that application's own lifespan enter ``service``. ``authorize`` finds
    the ASGI scope in ``request.native``.
    """

    def __init__(self, service: IntegrationService, *, authorize: Authorize) -> None:
        self._service = service
        self._routes = IntegrationRoutes(service, authorize=authorize)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close"})
        else:
            raise ValueError(f"an ASGI connection of type {scope['type']!r} cannot be answered")

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(_chunks(receive)) if has_body(scope) else b""
        except ConnectionAbortedError:
            return
        request = request_of(scope, path=path_below_mount(scope), body=body, native=scope)
        response = await self._routes.dispatch(request)
        try:
            await send_response(response, receive, send)
        except OSError:
            return  # what a server raises when the client has gone

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        started = False
        try:
            async with AsyncExitStack() as stack:
                if not self._service.running:
                    await stack.enter_async_context(self._service)
                started = True
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            phase = "shutdown" if started else "startup"
            await send({"type": f"lifespan.{phase}.failed", "message": f"integrations: {type(error).__name__}"})
            raise
        await send({"type": "lifespan.shutdown.complete"})


async def _chunks(receive: Receive) -> AsyncGenerator[bytes, None]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionAbortedError("the client has gone")
        yield message.get("body", b"")
        more = message.get("more_body", False)
