"""Schemes that send what the configuration says, each time, without a login."""

import base64
from dataclasses import KW_ONLY, dataclass, replace

from pydantic import BaseModel

from dashboard_integrations.auth._fields import config_text, header_text, refuse_control_characters
from dashboard_integrations.auth._scheme import AuthSession, Send
from dashboard_integrations.errors import InvalidConfigError
from dashboard_integrations.exchange import HttpRequest, HttpResponse

__all__ = ["ApiKeyHeader", "ApiKeyQuery", "BasicAuth", "BearerToken", "DigestAuth", "StaticSession"]


@dataclass(frozen=True, slots=True)
class ApiKeyHeader:
    """Send the config field ``field`` in the header ``header``, after ``prefix``; nothing when it is unset."""

    header: str
    field: str
    _: KW_ONLY
    prefix: str = ""

    def session(self, config: BaseModel) -> AuthSession:
        """Return the session of an app."""
        key = header_text(config, self.field, scheme=type(self).__name__)
        return StaticSession() if key is None else StaticSession(headers={self.header.lower(): self.prefix + key})


@dataclass(frozen=True, slots=True)
class ApiKeyQuery:
    """Send the config field ``field`` as the query parameter ``parameter``; nothing when it is unset.

    A header is better where the service takes one: URLs are kept in logs and histories.
    """

    parameter: str
    field: str

    def session(self, config: BaseModel) -> AuthSession:
        """Return the session of an app."""
        key = (config_text(config, self.field, scheme=type(self).__name__) or "").strip()
        return StaticSession(params={self.parameter: key} if key else {})


@dataclass(frozen=True, slots=True)
class BearerToken:
    """Send the config field ``field`` as a bearer token (RFC 6750); nothing when it is unset."""

    field: str

    def session(self, config: BaseModel) -> AuthSession:
        """Return the session of an app."""
        token = header_text(config, self.field, scheme=type(self).__name__)
        return StaticSession(headers={} if token is None else {"authorization": f"Bearer {token}"})


@dataclass(frozen=True, slots=True)
class BasicAuth:
    """Send a user and password with each request (RFC 7617, in UTF-8); nothing when both are unset."""

    user_field: str
    password_field: str

    def session(self, config: BaseModel) -> AuthSession:
        """Return the session of an app."""
        login = _login(config, self.user_field, self.password_field, scheme=type(self).__name__)
        if login is None:
            return StaticSession()
        user, password = login
        if ":" in user:
            problem = "a user name with ':' cannot be sent by HTTP Basic"
            raise InvalidConfigError(f"{self.user_field}: {problem}", fields={self.user_field: problem})
        text = base64.b64encode(f"{user}:{password}".encode()).decode()
        return StaticSession(headers={"authorization": f"Basic {text}"})


@dataclass(frozen=True, slots=True)
class DigestAuth:
    """Prove a user and password by HTTP Digest (RFC 7616); nothing is sent when both are unset."""

    user_field: str
    password_field: str

    def session(self, config: BaseModel) -> AuthSession:
        """Return the session of an app."""
        login = _login(config, self.user_field, self.password_field, scheme=type(self).__name__)
        if login is not None:
            refuse_control_characters(login[0], self.user_field)
        return StaticSession(digest=login)


class StaticSession:
    """Adds the same credentials to every request, or none."""

    __slots__ = ("_digest", "_headers", "_params")

    def __init__(
        self,
        *,
        headers: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
        digest: tuple[str, str] | None = None,
    ) -> None:
        self._headers = headers or {}
        self._params = params or {}
        self._digest = digest

    async def authenticate(self, request: HttpRequest, send: Send) -> HttpRequest:
        """Return ``request`` with the credentials."""
        return replace(
            request,
            headers={**request.headers, **self._headers},
            params={**request.params, **self._params},
            digest=self._digest,
        )

    async def renew(self, request: HttpRequest, response: HttpResponse, send: Send) -> HttpRequest | None:
        """Return ``None``: the same credentials would be refused again."""
        return None


def _login(config: BaseModel, user_field: str, password_field: str, *, scheme: str) -> tuple[str, str] | None:
    user = config_text(config, user_field, scheme=scheme)
    password = config_text(config, password_field, scheme=scheme)
    return None if user is None and password is None else (user or "", password or "")
