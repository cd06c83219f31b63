"""A service that answers as told, for tests of what stands above it."""

from typing import Any, cast

from dashboard_integrations.envelope import EndpointData, Envelope, Meta
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.service import Health, IntegrationService

__all__ = ["FETCHED_AT", "ScriptedService", "live_data"]

FETCHED_AT = 1_795_000_000.0


def live_data(payload=b'{"kind":"stat-card","stats":[]}', *, now=FETCHED_AT, fetched_at=FETCHED_AT, refresh_error=None):
    """Return live data as the service does."""
    return Envelope.of(
        EndpointData(endpoint_id="speed", view="stat-card", encoded=payload),
        meta=Meta.at(now, fetched_at=fetched_at, expires_at=FETCHED_AT + 10, refresh_error=refresh_error),
    )


class ScriptedService:
    """Has the calls of an ``IntegrationService``; gives, or raises, what ``answers`` holds for them."""

    def __init__(self) -> None:
        self.running = False
        self.calls: list[tuple[str, dict[str, object]]] = []
        self.answers: dict[str, Any] = {
            "list_integrations": Envelope.of([]),
            "test_connection": Envelope.of(ConnectionReport(version="4.0.3")),
            "fetch_data": live_data(),
            "retry": Envelope.of(None),
            "fetch_many": Envelope.of([live_data()]),
            "watch": None,
            "require_running": None,
            "alerts": Envelope.of([]),
            "health": Envelope.of(Health(apps=[], plugins=[], blocked_loop=None)),
        }

    @property
    def service(self) -> IntegrationService:
        """This, as the type that is asked for."""
        return cast("IntegrationService", self)

    async def __aenter__(self):
        if self.running:
            raise RuntimeError("running already")
        self.running = True
        return self

    async def __aexit__(self, *exc_info):
        self.running = False

    async def list_integrations(self):
        return self._answer("list_integrations")

    async def test_connection(self, *, config, integration_type=None, app_id=None):
        return self._answer("test_connection", config=config, integration_type=integration_type, app_id=app_id)

    async def fetch_data(self, app_id, endpoint_id, *, parameters=None):
        return self._answer("fetch_data", app_id=app_id, endpoint_id=endpoint_id, parameters=parameters)

    async def retry(self, app_id):
        return self._answer("retry", app_id=app_id)

    async def fetch_many(self, requests):
        return self._answer("fetch_many", requests=list(requests))

    def watch(self, requests, *, after=None):
        return self._answer("watch", requests=list(requests), after=after)

    def require_running(self):
        return self._answer("require_running")

    async def alerts(self):
        return self._answer("alerts")

    async def health(self):
        return self._answer("health")

    def _answer(self, call, **arguments):
        self.calls.append((call, arguments))
        answer = self.answers[call]
        if isinstance(answer, BaseException):
            raise answer
        return answer
