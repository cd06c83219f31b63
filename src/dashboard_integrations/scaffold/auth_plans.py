"""How a new integration signs in: the scheme, the fields of its form, and the source of both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import Field, SecretStr, create_model

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
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.scaffold.source import call, literal

__all__ = ["AuthKind", "AuthPlan", "ConfigField", "auth_plan", "cookie_header", "key_header", "key_query"]


class AuthKind(StrEnum):
    """The schemes that a new integration can begin with."""

    NONE = "none"
    API_KEY_HEADER = "api-key-header"
    API_KEY_QUERY = "api-key-query"
    BEARER = "bearer"
    BASIC = "basic"
    DIGEST = "digest"
    TOKEN_LOGIN = "token-login"  # noqa: S105  (the name of a scheme)
    COOKIE_LOGIN = "cookie-login"
    OAUTH2 = "oauth2"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigField:
    """A field of the form."""

    name: str
    title: str
    description: str
    is_secret: bool = False

    @property
    def declaration(self) -> str:
        """The line that declares it."""
        declared = f"{self.name}: {'SecretStr' if self.is_secret else 'str'} = "
        arguments = [f"title={literal(self.title)}", f"description={literal(self.description)}"]
        return f"{declared}{call('Field', arguments, indent=1, lead=len(declared))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthPlan:
    """``scheme`` is what the source ``code`` makes, which imports ``names``; ``login`` is the path to sign in at."""

    kind: AuthKind
    fields: Sequence[ConfigField] = ()
    scheme: AuthScheme | None = None
    code: str | None = None
    names: Sequence[str] = ()
    login: str | None = None
    notes: Sequence[str] = field(default=())

    @property
    def config_model(self) -> type[ServiceConfig]:
        """A model with the fields, as the source has it."""
        fields: Mapping[str, tuple[type, object]] = {
            item.name: (SecretStr if item.is_secret else str, Field(title=item.title, description=item.description))
            for item in self.fields
        }
        made: type[ServiceConfig] = create_model("Config", __base__=ServiceConfig, **fields)  # type: ignore[call-overload]  # fields come as a mapping
        return made


def auth_plan(kind: AuthKind) -> AuthPlan:
    """Return a plan with the usual names of ``kind``, for the author to change."""
    return _PLANS[kind]()


def key_header(header: str, *, prefix: str = "") -> AuthPlan:
    """Return a plan for a key in ``header`` after ``prefix``."""
    arguments = [literal(header), '"api_key"', *([f"prefix={literal(prefix)}"] if prefix else [])]
    return AuthPlan(
        kind=AuthKind.API_KEY_HEADER,
        fields=[_API_KEY],
        scheme=ApiKeyHeader(header, "api_key", prefix=prefix),
        code=call("ApiKeyHeader", arguments, indent=1, lead=len("auth = ")),
        names=("ApiKeyHeader",),
    )


def key_query(parameter: str) -> AuthPlan:
    """Return a plan for a key in the query."""
    return AuthPlan(
        kind=AuthKind.API_KEY_QUERY,
        fields=[_API_KEY],
        scheme=ApiKeyQuery(parameter, "api_key"),
        code=call("ApiKeyQuery", [literal(parameter), '"api_key"'], indent=1, lead=len("auth = ")),
        names=("ApiKeyQuery",),
    )


def cookie_header() -> AuthPlan:
    """Return a plan for the cookies of a session that a person began in a browser."""
    return AuthPlan(
        kind=AuthKind.API_KEY_HEADER,
        fields=[
            ConfigField(
                name="session_cookie",
                title="Session cookie",
                description="The Cookie header of a browser that is signed in to the service.",
                is_secret=True,
            )
        ],
        scheme=ApiKeyHeader("Cookie", "session_cookie"),
        code='ApiKeyHeader("Cookie", "session_cookie")',
        names=("ApiKeyHeader",),
        notes=["a browser's session ends some day: replace the scheme by CookieLogin, or by a key the service gives"],
    )


_API_KEY = ConfigField(
    name="api_key",
    title="API key",
    description="A key for programs, from the service's settings.",
    is_secret=True,
)
_LOGIN = (
    ConfigField(name="username", title="User", description="An account of the service."),
    ConfigField(name="password", title="Password", description="The account's password.", is_secret=True),
)
_CHECK_LOGIN = "the path of the login and the names in it are made up: look them up in the service's documentation"


def _bearer() -> AuthPlan:
    return AuthPlan(
        kind=AuthKind.BEARER,
        fields=[
            ConfigField(
                name="token", title="Token", description="An access token, from the service's settings.", is_secret=True
            )
        ],
        scheme=BearerToken("token"),
        code='BearerToken("token")',
        names=("BearerToken",),
    )


def _basic() -> AuthPlan:
    return AuthPlan(
        kind=AuthKind.BASIC,
        fields=_LOGIN,
        scheme=BasicAuth("username", "password"),
        code='BasicAuth("username", "password")',
        names=("BasicAuth",),
    )


def _digest() -> AuthPlan:
    return AuthPlan(
        kind=AuthKind.DIGEST,
        fields=_LOGIN,
        scheme=DigestAuth("username", "password"),
        code='DigestAuth("username", "password")',
        names=("DigestAuth",),
    )


def _token_login() -> AuthPlan:
    body = {"username": "username", "password": "password"}
    return AuthPlan(
        kind=AuthKind.TOKEN_LOGIN,
        fields=_LOGIN,
        scheme=TokenLogin("api/login", body=body, token="token"),  # noqa: S106  (where the token is)
        code='TokenLogin("api/login", body={"username": "username", "password": "password"}, token="token")',
        names=("TokenLogin",),
        login="/api/login",
        notes=[_CHECK_LOGIN],
    )


def _cookie_login() -> AuthPlan:
    form = {"username": "username", "password": "password"}
    return AuthPlan(
        kind=AuthKind.COOKIE_LOGIN,
        fields=_LOGIN,
        scheme=CookieLogin("login", form=form, cookie="session"),
        code='CookieLogin("login", form={"username": "username", "password": "password"}, cookie="session")',
        names=("CookieLogin",),
        login="/login",
        notes=[_CHECK_LOGIN],
    )


def _oauth2() -> AuthPlan:
    return AuthPlan(
        kind=AuthKind.OAUTH2,
        fields=[
            ConfigField(name="client_id", title="Client ID", description="A client that the service knows."),
            ConfigField(
                name="client_secret", title="Client secret", description="The client's secret.", is_secret=True
            ),
        ],
        scheme=OAuth2ClientCredentials("oauth/token", "client_id", "client_secret"),
        code='OAuth2ClientCredentials("oauth/token", "client_id", "client_secret")',
        names=("OAuth2ClientCredentials",),
        login="/oauth/token",
        notes=["the path of the token is made up: look it up in the service's documentation"],
    )


_PLANS: Mapping[AuthKind, Callable[[], AuthPlan]] = {
    AuthKind.NONE: lambda: AuthPlan(kind=AuthKind.NONE),
    AuthKind.API_KEY_HEADER: lambda: key_header("X-API-Key"),
    AuthKind.API_KEY_QUERY: lambda: key_query("api_key"),
    AuthKind.BEARER: _bearer,
    AuthKind.BASIC: _basic,
    AuthKind.DIGEST: _digest,
    AuthKind.TOKEN_LOGIN: _token_login,
    AuthKind.COOKIE_LOGIN: _cookie_login,
    AuthKind.OAUTH2: _oauth2,
}
