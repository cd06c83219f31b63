"""Views that a person declared for one app."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboard_integrations.connection import Connection
from dashboard_integrations.declarative._asking import ask, report_of, view_of
from dashboard_integrations.declarative._definition import ViewDefinition, ViewsDefinition
from dashboard_integrations.errors import UnknownEndpointError
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.suggestion import suggestion
from dashboard_integrations.views import View, ViewKind

__all__ = ["DeclaredViews"]


class DeclaredViews:
    """What ``parse_views`` read: endpoints without an integration, shown through any connection."""

    def __init__(self, definition: ViewsDefinition, *, clock: Callable[[], float] = time.time) -> None:
        self._test = definition.test
        self._by_id: Mapping[str, ViewDefinition] = {item.id: item for item in definition.endpoints}
        self._clock = clock

    def ids(self, kind: ViewKind | None = None) -> Sequence[str]:
        """Return the ids of the endpoints, in their order; with ``kind`` those of that view."""
        return [name for name, definition in self._by_id.items() if kind is None or definition.view.view_kind is kind]

    async def fetch(self, endpoint_id: str, connection: Connection[Any]) -> View:
        """Return the view of an endpoint; raise an ``IntegrationError``."""
        definition = self._by_id.get(endpoint_id)
        if definition is None:
            known = suggestion(endpoint_id, self._by_id, noun="it has")
            raise UnknownEndpointError(f"the definition has no endpoint {endpoint_id!r}{known}")
        answers = await ask(definition, connection, service=connection.app.name, now=self._clock())
        return await view_of(definition, answers)

    async def test(self, connection: Connection[Any]) -> ConnectionReport:
        """Return what ``[test]`` selects; without it, show the first endpoint and tell nothing of it."""
        if self._test is None:
            await self.fetch(next(iter(self._by_id)), connection)
            return ConnectionReport()
        answers = await ask(self._test, connection, service=connection.app.name, now=self._clock())
        return await report_of(self._test, answers)
