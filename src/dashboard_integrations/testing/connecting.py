"""A connection of its own: to test what an integration asks without an app and a facade around it."""

from collections.abc import Mapping
from typing import Any, TypeVar, overload

from pydantic import BaseModel

from dashboard_integrations.auth import AuthScheme, AuthSession
from dashboard_integrations.authoring import HttpIntegration
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import AppInfo, Connection
from dashboard_integrations.exchange import HttpRequest, HttpResponse
from dashboard_integrations.http import HttpPool
from dashboard_integrations.integration import Integration

__all__ = ["connect"]

ConfigT = TypeVar("ConfigT", bound=ServiceConfig)

_APP = AppInfo(id="app", name="App")
_MAX_RESPONSE_BYTES = 8 * 1024 * 1024


@overload
def connect(
    integration: HttpIntegration[ConfigT] | type[HttpIntegration[ConfigT]],
    *,
    config: Mapping[str, object],
    extra: Mapping[str, object] | None = None,
    parameters: BaseModel | None = None,
) -> Connection[ConfigT]: ...
@overload
def connect(
    integration: Integration | type[Integration] | None = None,
    *,
    config: Mapping[str, object],
    extra: Mapping[str, object] | None = None,
    parameters: BaseModel | None = None,
) -> Connection[Any]: ...
def connect(
    integration: Integration | type[Integration] | None = None,
    *,
    config: Mapping[str, object],
    extra: Mapping[str, object] | None = None,
    parameters: BaseModel | None = None,
) -> Connection[Any]:
    """Return a real connection, as an integration's methods get it; nothing of it is open between two calls.

    Without an ``integration`` it has a ``ServiceConfig`` and sends no credentials. A configuration that is not valid
    raises pydantic's ``ValidationError``.
    """
    made = integration() if isinstance(integration, type) else integration
    validated = (ServiceConfig if made is None else made.auth_config).model_validate(config)
    if not isinstance(validated, ServiceConfig):
        raise TypeError(f"{type(made).__name__} has no URL to call: its auth_config is not a ServiceConfig")
    options = None if made is None else made.extra_config
    return Connection(
        config=validated,
        app=_APP,
        transport=_CallByCall(
            validated,
            auth=getattr(made, "auth", None),
            max_response_bytes=getattr(made, "max_response_bytes", _MAX_RESPONSE_BYTES),
        ),
        extra=None if options is None else options.model_validate(extra or {}),
        parameters=parameters,
    )


class _CallByCall:
    """A ``Transport`` that opens a client for each call, and keeps its login."""

    def __init__(self, config: ServiceConfig, *, auth: AuthScheme | None, max_response_bytes: int) -> None:
        self._config = config
        self._auth = None if auth is None else _OneSession(auth.session(config))
        self._max_response_bytes = max_response_bytes

    async def send(self, request: HttpRequest) -> HttpResponse:
        async with HttpPool() as pool:
            app = pool.app(
                key=_APP.id, config=self._config, auth=self._auth, max_response_bytes=self._max_response_bytes
            )
            return await app.transport.send(request)


class _OneSession:
    def __init__(self, session: AuthSession) -> None:
        self._session = session

    def session(self, config: BaseModel) -> AuthSession:
        return self._session
