"""Custom API: any JSON API, with the requests and views that a person wrote into the app's form."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from dashboard_integrations import (
    ApiKeyHeader,
    ApiKeyQuery,
    AuthScheme,
    AuthSession,
    BasicAuth,
    BearerToken,
    Connection,
    ConnectionReport,
    DigestAuth,
    HttpIntegration,
    InvalidConfigError,
    ServiceConfig,
    endpoint,
)
from dashboard_integrations.declarative import DeclaredViews, parse_views
from dashboard_integrations.views import AlertBanner, Chart, Gauge, ListView, Progress, StatCard, View, ViewKind

__all__ = ["Authentication", "CustomApi", "CustomApiConfig", "Shown"]

ViewT = TypeVar("ViewT", bound=View)

_NAMES = ("key", "username", "password")
_LONGEST = 32_000
_EXAMPLE = """\
[[endpoints]]
id = "visitors"
request = { path = "/api/stats" }

[endpoints.view]
kind = "stat-card"
stats = [{ label = "Visitors", value = "today.visitors" }]
"""


class Authentication(StrEnum):
    """How the API wants to be shown the credentials."""

    NONE = "none"
    API_KEY_HEADER = "api-key-header"
    API_KEY_QUERY = "api-key-query"
    BEARER_TOKEN = "bearer-token"  # noqa: S105  (a kind, not a token)
    BASIC = "basic"
    DIGEST = "digest"


_NEEDS = {
    "key": {Authentication.API_KEY_HEADER, Authentication.API_KEY_QUERY, Authentication.BEARER_TOKEN},
    "username": {Authentication.BASIC, Authentication.DIGEST},
}


class CustomApiConfig(ServiceConfig):
    """The address of an API, credentials, and what to show of it."""

    authentication: Authentication = Field(
        default=Authentication.NONE, description="How the API wants to be shown the credentials."
    )
    key_name: str = Field(
        default="X-API-Key",
        min_length=1,
        max_length=100,
        pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
        title="Name of the key",
        description="Header or query parameter that takes the key.",
    )
    key: SecretStr | None = Field(
        default=None, title="Key or token", description="For a header, a parameter or a token.", validate_default=True
    )
    username: str | None = Field(
        default=None, max_length=1_000, description="For basic and digest.", validate_default=True
    )
    password: SecretStr | None = Field(default=None, description="For basic and digest.")
    # Named as an address is: who changes what is asked, or how its answers are looked through, does not take the stored
    # key along, which a definition could spell out of an answer that repeats it.
    endpoint_definition: str = Field(
        min_length=1,
        max_length=_LONGEST,
        title="Definition",
        description="What to ask for and what to show, in TOML. Secrets have fields of their own: write {key} for one.",
        examples=[_EXAMPLE],
        json_schema_extra={"x-multiline": True},
    )

    @field_validator("key", "username")
    @classmethod
    def _is_given(cls, value: SecretStr | str | None, info: ValidationInfo) -> SecretStr | str | None:
        chosen = info.data.get("authentication")
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if chosen is not None and chosen in _NEEDS[info.field_name or ""] and not (text or "").strip():
            raise ValueError(f"the authentication {chosen.value!r} needs it")
        return value

    @field_validator("endpoint_definition")
    @classmethod
    def _can_be_used(cls, value: str) -> str:
        _views_of(value)
        return value


@lru_cache(maxsize=128)
def _views_of(definition: str) -> DeclaredViews:
    """Return what the text declares; read once, as a configuration is validated at each call."""
    return parse_views(definition, names=_NAMES)


@dataclass(frozen=True, slots=True)
class ChosenAuth:
    """The scheme that the configuration names."""

    def session(self, config: BaseModel) -> AuthSession:
        """Return the session of an app."""
        if not isinstance(config, CustomApiConfig):
            raise TypeError(f"this scheme is for a CustomApiConfig, not for {type(config).__name__}")
        if config.authentication is Authentication.NONE:
            config = config.model_copy(update={"key": None})  # what is unset is not sent
        return _scheme(config).session(config)


class Shown(BaseModel):
    """Which view of the definition to show."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    show: str | None = Field(
        default=None,
        max_length=50,
        title="View",
        description="The id of an endpoint in the app's definition; the first of its kind without.",
    )


class CustomApi(HttpIntegration[CustomApiConfig]):
    """Any JSON API: you say what to ask for and what to show."""

    id = "custom-api"
    name = "Custom API"
    icon = "custom-api"
    auth = ChosenAuth()
    max_response_bytes = 4 * 1024 * 1024

    async def test_connection(self, connection: Connection[CustomApiConfig]) -> ConnectionReport:
        """Return what the definition's test selects; without one, show its first view."""
        return await _views_of(connection.config.endpoint_definition).test(connection)

    @endpoint(id="stat-card", name="Numbers")
    async def stat_card(self, connection: Connection[CustomApiConfig], shown: Shown) -> StatCard:
        """A stat card of the definition."""
        return await _show(connection, shown, StatCard, ViewKind.STAT_CARD)

    @endpoint(id="gauge", name="Gauge")
    async def gauge(self, connection: Connection[CustomApiConfig], shown: Shown) -> Gauge:
        """A gauge of the definition."""
        return await _show(connection, shown, Gauge, ViewKind.GAUGE)

    @endpoint(id="list", name="List")
    async def rows(self, connection: Connection[CustomApiConfig], shown: Shown) -> ListView:
        """A list of the definition."""
        return await _show(connection, shown, ListView, ViewKind.LIST)

    @endpoint(id="progress", name="Progress")
    async def progress(self, connection: Connection[CustomApiConfig], shown: Shown) -> Progress:
        """Progress bars of the definition."""
        return await _show(connection, shown, Progress, ViewKind.PROGRESS)

    @endpoint(id="alert-banner", name="Alerts")
    async def alert_banner(self, connection: Connection[CustomApiConfig], shown: Shown) -> AlertBanner:
        """Alerts of the definition; all of them without a choice, none when it declares none."""
        if shown.show is not None:
            return await _show(connection, shown, AlertBanner, ViewKind.ALERT_BANNER)
        views = _views_of(connection.config.endpoint_definition)
        names = views.ids(ViewKind.ALERT_BANNER)
        banners = [(name, await views.fetch(name, connection)) for name in names]
        return AlertBanner(
            alerts=[
                alert.model_copy(update={"id": f"{name}: {alert.id}"[:500]})
                for name, banner in banners
                if isinstance(banner, AlertBanner)
                for alert in banner.alerts
            ]
        )

    @endpoint(id="chart", name="Chart", ttl=60)
    async def chart(self, connection: Connection[CustomApiConfig], shown: Shown) -> Chart:
        """A chart of the definition."""
        return await _show(connection, shown, Chart, ViewKind.CHART)


async def _show(connection: Connection[CustomApiConfig], shown: Shown, expected: type[ViewT], kind: ViewKind) -> ViewT:
    views = _views_of(connection.config.endpoint_definition)
    view = await views.fetch(_chosen(shown.show, views.ids(kind), kind), connection)
    if not isinstance(view, expected):
        raise TypeError(f"an endpoint of kind {kind.value} has to return {expected.__name__}")
    return view


def _chosen(show: str | None, names: Sequence[str], kind: ViewKind) -> str:
    if not names:
        problem = f"it declares no endpoint whose view is a {kind.value}"
        raise InvalidConfigError(
            f"change the definition of the app: {problem}", fields={"endpoint_definition": problem}
        )
    if show is None:
        return names[0]
    if show not in names:
        problem = f"the definition has no {kind.value} named {show!r}; it has: {', '.join(names)}"
        raise InvalidConfigError(f"change what is shown: {problem}", fields={"show": problem})
    return show


def _scheme(config: CustomApiConfig) -> AuthScheme:
    match config.authentication:
        case Authentication.API_KEY_HEADER:
            return ApiKeyHeader(config.key_name, "key")
        case Authentication.API_KEY_QUERY:
            return ApiKeyQuery(config.key_name, "key")
        case Authentication.BASIC:
            return BasicAuth("username", "password")
        case Authentication.DIGEST:
            return DigestAuth("username", "password")
        case _:
            return BearerToken("key")
