"""From a neutral response to Starlette's: what its frameworks send."""

from starlette.responses import Response as HttpResponse
from starlette.types import Receive, Scope, Send

from dashboard_integrations.adapters._asgi_send import raw_headers, send_response
from dashboard_integrations.web import Response

__all__ = ["starlette_response"]


def starlette_response(answered: Response) -> HttpResponse:
    """Return ``answered`` as Starlette's response, with exactly its headers."""
    return _Whole(answered) if answered.chunks is None else _Streamed(answered)


class _Whole(HttpResponse):
    """Body and headers as they are: what Starlette's own makes of them would only be replaced."""

    def __init__(self, answered: Response) -> None:
        self.status_code = answered.status
        self.body = answered.body
        self.background = None
        self.raw_headers = raw_headers(answered)


class _Streamed(HttpResponse):
    """Chunks as they come: Starlette's own leaves an iterator unclosed when the client goes, which trio forbids."""

    def __init__(self, answered: Response) -> None:
        super().__init__(status_code=answered.status)
        self._answered = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send_response(self._answered, receive, send)
