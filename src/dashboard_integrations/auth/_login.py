"""One login for everybody: made once however many wait for it, and made again when the service forgets it."""

import copy
import json
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import anyio

from dashboard_integrations.auth._scheme import Send
from dashboard_integrations.errors import AuthFailedError, IntegrationError
from dashboard_integrations.exchange import HttpRequest, HttpResponse
from dashboard_integrations.status import error_for_status

__all__ = ["Grant", "LoginBody", "LoginSession", "Refused", "check_login", "login_request"]

_REFUSALS = frozenset({401, 403})

Refused = Callable[[HttpResponse], bool]
"""Tells whether the answer to a login means no; asked before the status is looked at."""


class LoginBody(StrEnum):
    """How the fields of a login are sent."""

    JSON = "json"
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a login yielded: headers for the requests that follow, and the time of the session's clock it ends."""

    headers: Mapping[str, str] = field(repr=False)
    expires_at: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class _GrantedRequest(HttpRequest):
    original: HttpRequest = field(repr=False)
    serial: int


class LoginSession:
    """A session over ``log_in``, which makes one login and raises when it is refused; an ``AuthSession``.

    Callers that come while a login is under way wait for it and share its outcome, failure included: a wrong password
    is tried once and does not lock the account. A login that is cancelled leaves nothing behind; the next caller makes
    it.
    """

    def __init__(
        self, log_in: Callable[[Send], Awaitable[Grant]], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._log_in = log_in
        self._clock = clock
        self._lock = anyio.Lock()
        self._grant: Grant | None = None
        self._serial = 0
        self._attempts = 0
        self._failure: IntegrationError | None = None

    async def authenticate(self, request: HttpRequest, send: Send) -> HttpRequest:
        """Return ``request`` with what the login yielded; log in when nobody has yet."""
        return await self._granted(request, send, refused=0)

    async def renew(self, request: HttpRequest, response: HttpResponse, send: Send) -> HttpRequest | None:
        """Return the request with a newer login than the one it was sent with."""
        if not isinstance(request, _GrantedRequest):
            return None
        return await self._granted(request.original, send, refused=request.serial)

    async def _granted(self, request: HttpRequest, send: Send, *, refused: int) -> HttpRequest:
        serial, grant = self._usable(refused) or await self._newer(send, refused=refused)
        headers = {name.lower(): value for name, value in request.headers.items()}
        for name, value in grant.headers.items():
            is_more_cookies = name == "cookie" and name in headers
            headers[name] = f"{headers[name]}; {value}" if is_more_cookies else value
        parts: dict[str, Any] = {item.name: getattr(request, item.name) for item in fields(HttpRequest)}
        parts["headers"] = headers
        return _GrantedRequest(original=request, serial=serial, **parts)

    def _usable(self, refused: int) -> tuple[int, Grant] | None:
        """Return the grant and its number, unless it is over or the service has refused it or a later one."""
        if self._grant is None or self._serial <= refused or self._clock() >= self._grant.expires_at:
            return None
        return self._serial, self._grant

    async def _newer(self, send: Send, *, refused: int) -> tuple[int, Grant]:
        attempts = self._attempts
        async with self._lock:
            held = self._usable(refused)
            if held is not None:
                return held
            if self._failure is not None and self._attempts > attempts:
                raise copy.copy(self._failure)
            return await self._attempt(send)

    async def _attempt(self, send: Send) -> tuple[int, Grant]:
        try:
            grant = await self._log_in(send)
        except IntegrationError as error:
            self._attempts += 1
            self._grant, self._failure = None, error
            raise
        self._attempts += 1
        self._serial += 1
        self._grant, self._failure = grant, None
        return self._serial, grant


def login_request(path: str, values: Mapping[str, str], *, encoding: LoginBody) -> HttpRequest:
    """Return a request that posts ``values`` to ``path``."""
    if encoding is LoginBody.JSON:
        content, content_type = json.dumps(dict(values)).encode(), "application/json"
    else:
        content, content_type = urlencode(dict(values)).encode(), "application/x-www-form-urlencoded"
    return HttpRequest(method="POST", path=path, headers={"content-type": content_type}, content=content)


def check_login(response: HttpResponse, *, refused: Refused | None) -> IntegrationError | None:
    """Return the error that the answer to a login stands for, if any."""
    if (refused is not None and refused(response)) or response.status in _REFUSALS:
        return AuthFailedError(
            f"{response.url} does not accept this login: check the credentials in the app's form",
            reason=f"http-{response.status}" if response.status in _REFUSALS else "refused",
        )
    return error_for_status(response)
