"""The contract of an auth scheme: how a request proves who sends it."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from pydantic import BaseModel

from dashboard_integrations.exchange import HttpRequest, HttpResponse

__all__ = ["AuthScheme", "AuthSession", "Send"]

Send = Callable[[HttpRequest], Awaitable[HttpResponse]]
"""Sends a request as it is, without credentials of its own, and returns the response whatever its status."""


class AuthSession(Protocol):
    """What a scheme knows of one app while the process runs; used by many tasks at once."""

    async def authenticate(self, request: HttpRequest, send: Send) -> HttpRequest:
        """Return ``request`` with credentials; a scheme that needs a login makes it here, through ``send``.

        Raise ``AuthFailedError`` when the login is refused. ``send`` raises for a service that cannot be reached.
        """
        ...

    async def renew(self, request: HttpRequest, response: HttpResponse, send: Send) -> HttpRequest | None:
        """Return a request to try once more after ``response`` was 401 or 403, or ``None`` when that is final.

        ``request`` is the one that ``authenticate`` returned.
        """
        ...


class AuthScheme(Protocol):
    """Declared on an integration; makes one session for each app."""

    def session(self, config: BaseModel) -> AuthSession:
        """Return a session for an app with this configuration."""
        ...
