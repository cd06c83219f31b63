"""An integration made of a definition."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from dashboard_integrations.auth import AuthScheme
from dashboard_integrations.connection import Connection
from dashboard_integrations.declarative._asking import ask, report_of, view_of
from dashboard_integrations.declarative._auth import auth_scheme
from dashboard_integrations.declarative._definition import Definition, EndpointDefinition
from dashboard_integrations.declarative._fields import config_model, parameter_model
from dashboard_integrations.errors import UnknownEndpointError
from dashboard_integrations.integration import API_VERSION, ConnectionReport, Endpoint
from dashboard_integrations.suggestion import suggestion
from dashboard_integrations.views import View

__all__ = ["MAX_RESPONSE_BYTES", "DeclaredIntegration"]

MAX_RESPONSE_BYTES = 4 * 1024 * 1024
"""The longest answer that is read for a definition."""


class DeclaredIntegration:
    """An ``Integration`` whose knowledge is a checked definition; ``source`` says where that was read from.

    Make one with ``load_integration`` or ``parse_integration``.
    """

    api_version: int = API_VERSION
    extra_config: type[BaseModel] | None = None
    max_response_bytes: int = MAX_RESPONSE_BYTES

    def __init__(self, definition: Definition, *, source: str, clock: Callable[[], float] = time.time) -> None:
        self.source = source
        self.id: str = definition.id
        self.name: str = definition.name
        self.icon: str = definition.icon or definition.id
        self.description: str = definition.description
        self.capabilities: Sequence[str] = tuple(definition.capabilities)
        self.calls_per_minute: float | None = definition.calls_per_minute
        self.auth: AuthScheme | None = None if definition.auth is None else auth_scheme(definition.auth)
        self.auth_config: type[BaseModel] = config_model(definition.name, definition.config)
        self.endpoints: Sequence[Endpoint] = tuple(map(_endpoint, definition.endpoints))
        self._test = definition.test
        self._definitions: Mapping[str, EndpointDefinition] = {item.id: item for item in definition.endpoints}
        self._clock = clock

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r}, source={self.source!r})"

    async def test_connection(self, connection: Connection[Any]) -> ConnectionReport:
        """Return what ``[test]`` selects."""
        answers = await ask(self._test, connection, service=self.name, now=self._clock())
        return await report_of(self._test, answers)

    async def fetch_data(self, endpoint_id: str, connection: Connection[Any]) -> View:
        """Return the view of an endpoint."""
        definition = self._definitions.get(endpoint_id)
        if definition is None:
            known = suggestion(endpoint_id, self._definitions, noun="it has")
            raise UnknownEndpointError(f"{self.name} has no endpoint {endpoint_id!r}{known}")
        answers = await ask(definition, connection, service=self.name, now=self._clock())
        return await view_of(definition, answers)


def _endpoint(definition: EndpointDefinition) -> Endpoint:
    return Endpoint(
        id=definition.id,
        name=definition.title,
        view=definition.view.view_kind,
        description=definition.description,
        ttl=definition.ttl,
        stale_for=definition.stale_for,
        parameters=parameter_model(definition.title, definition.parameters),
    )
