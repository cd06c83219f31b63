"""Every auth scheme, each with a service side that checks it, and the secrets that must not get out."""

import base64
import json
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from pydantic import BaseModel, SecretStr

from dashboard_integrations.auth import (
    ApiKeyHeader,
    ApiKeyQuery,
    AuthScheme,
    BasicAuth,
    BearerToken,
    CookieLogin,
    DigestAuth,
    OAuth2ClientCredentials,
    TokenLogin,
)
from dashboard_integrations.authoring import HttpIntegration, endpoint
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import Connection
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.testing import FakeReply
from dashboard_integrations.views import Gauge

USER = "canary-user"
PASSWORD = 'c4nary/pä55 "word"&+%'
KEY = 'c4nary-k3y/"&+%='
TOKEN = "c4nary.t0ken/+=="
COOKIE = "c4nary-c00kie"
CREDENTIALS = {"user": USER, "password": PASSWORD, "key": KEY}

COUNT = 42
_CHALLENGE = 'Digest realm="meter", nonce="n0nce", qop="auth", algorithm=SHA-256'


class Config(ServiceConfig):
    user: str
    password: SecretStr
    key: SecretStr


class Count(BaseModel):
    count: int


class Meter(HttpIntegration[Config]):
    """A meter that counts: its test reads by a model, its endpoint by hand."""

    max_response_bytes = 1_000_000

    async def test_connection(self, connection: Connection[Config]) -> ConnectionReport:
        return ConnectionReport(version=str((await connection.get_json("count", Count)).count))

    @endpoint(ttl=10)
    async def count(self, connection: Connection[Config]) -> Gauge:
        """How much it counted."""
        return Gauge(label="Count", value=(await connection.get_json("count"))["count"])


@dataclass(frozen=True)
class Scheme:
    """``proof`` is what a request's header or query has to hold; ``grant`` is what a login is answered with.

    ``at_login`` says what faults by name lead to when they meet the login instead of the call.
    """

    name: str
    auth: AuthScheme | None
    proof: tuple[str, str, str] | None = None
    grant: FakeReply | None = None
    at_login: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def has_login(self):
        return self.grant is not None or isinstance(self.auth, DigestAuth)

    def integration(self):
        return type("Meter", (Meter,), {"id": self.name, "name": self.name, "auth": self.auth})()

    def declare(self, upstream, base):
        """Let ``upstream`` be well at the path ``base``: it answers whoever proves who they are."""
        upstream.reply("GET", f"{base}/count", self._answer)
        if self.grant is not None:
            upstream.reply("POST", f"{base}/login", self.grant)

    def is_login(self, request):
        if isinstance(self.auth, DigestAuth):
            return "authorization" not in request.headers
        return request.path.endswith("/login")

    def _answer(self, request):
        if self.proof is not None:
            place, name, value = self.proof
            if value not in getattr(request, place).get(name, ""):
                return FakeReply(status=401, headers={"WWW-Authenticate": _CHALLENGE})
        return FakeReply(json={"count": COUNT})


def _basic(user, password):
    return base64.b64encode(f"{user}:{password}".encode()).decode()


_NOT_ALLOWED = {"status-403": ("auth-failed", "http-403")}
_NOT_JSON_AS_EXPECTED = {"null", "empty-list", "string", "number", "answers-twice"}
_NO_TOKEN = dict.fromkeys(_NOT_JSON_AS_EXPECTED, ("auth-failed", "no-token"))
_NOTHING_OF_USE = {"no-content", "empty", "white-space", "content-length-too-short", "truncated"}
_NOT_JSON = {
    "picture",
    "plain-text",
    "two-documents",
    "deep-json",
    "invalid-utf-8",
    "utf-16",
    "lone-surrogate",
}
_NO_COOKIE = dict.fromkeys(_NOTHING_OF_USE | _NOT_JSON | _NOT_JSON_AS_EXPECTED, ("auth-failed", "no-cookie"))

SCHEMES = (
    Scheme("none", None),
    Scheme("api-key-header", ApiKeyHeader("X-Api-Key", "key"), ("headers", "x-api-key", KEY)),
    Scheme("api-key-query", ApiKeyQuery("apikey", "key"), ("query", "apikey", KEY)),
    Scheme("bearer", BearerToken("key"), ("headers", "authorization", f"Bearer {KEY}")),
    Scheme("basic", BasicAuth("user", "password"), ("headers", "authorization", _basic(USER, PASSWORD))),
    Scheme("digest", DigestAuth("user", "password"), ("headers", "authorization", f'username="{USER}"')),
    Scheme(
        "token-login",
        TokenLogin("login", body={"name": "user", "pw": "password"}, token="session.token"),
        ("headers", "authorization", f"Bearer {TOKEN}"),
        FakeReply(json={"session": {"token": TOKEN}}),
        at_login=_NOT_ALLOWED | _NO_TOKEN,
    ),
    Scheme(
        "cookie-login",
        CookieLogin("login", form={"name": "user", "pw": "password"}, cookie="SID"),
        ("headers", "cookie", f"SID={COOKIE}"),
        FakeReply(text="Ok.", headers={"Set-Cookie": f"SID={COOKIE}; HttpOnly"}),
        at_login=_NOT_ALLOWED | _NO_COOKIE,
    ),
    Scheme(
        "oauth2",
        OAuth2ClientCredentials("login", "user", "password"),
        ("headers", "authorization", f"Bearer {TOKEN}"),
        FakeReply(json={"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600}),
        at_login=_NOT_ALLOWED,
    ),
)


def _forms(secret):
    raw = secret.encode()
    return {
        secret,
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        raw.hex(),
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        _basic(USER, secret).rstrip("="),
        _basic(USER, quote_plus(secret)).rstrip("="),
    }


_CANARIES = sorted(form for secret in (PASSWORD, KEY, TOKEN, COOKIE) for form in _forms(secret))


def leaks_in(text):
    """Return the forms of secrets that are in ``text``."""
    return [form for form in _CANARIES if form in text]
