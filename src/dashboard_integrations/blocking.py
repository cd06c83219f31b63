"""The facade for synchronous hosts: the same calls over one background event loop."""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

from dashboard_integrations.envelope import EndpointData, Envelope
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.service import ActiveAlert, DataRequest, Health, IntegrationInfo, IntegrationService

__all__ = ["BlockingIntegrationService"]

ResultT = TypeVar("ResultT")


class BlockingIntegrationService:
    """An ``IntegrationService`` for Flask, Django views and scripts; any number of threads may call it at once.

    Enter it once, at the start of the process: pools and caches outlive a request. A process that forks does so
    before. A call outside of ``with``, or in a process that forked off later, raises ``RuntimeError``.
    """

    def __init__(self, service: IntegrationService) -> None:
        self._service = service
        self._stack = ExitStack()
        self._portal: BlockingPortal | None = None
        self._process = 0

    def __enter__(self) -> Self:
        if self._portal is not None:
            raise RuntimeError("this BlockingIntegrationService is running already: enter it once")
        with ExitStack() as stack:
            portal = stack.enter_context(start_blocking_portal(name="dashboard-integrations"))
            stack.enter_context(portal.wrap_async_context_manager(self._service))
            self._portal, self._stack = portal, stack.pop_all()
        self._process = os.getpid()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._portal = None
        if self._process == os.getpid():
            self._stack.__exit__(kind, error, traceback)

    def list_integrations(self) -> Envelope[Sequence[IntegrationInfo]]:
        """Return the integrations that can be used, sorted by name."""
        return self.run(self._service.list_integrations)

    def test_connection(
        self, *, config: Mapping[str, object], integration_type: str | None = None, app_id: str | None = None
    ) -> Envelope[ConnectionReport]:
        """Test a configuration without saving anything."""
        return self.run(
            lambda: self._service.test_connection(config=config, integration_type=integration_type, app_id=app_id)
        )

    def fetch_data(
        self, app_id: str, endpoint_id: str, *, parameters: Mapping[str, object] | None = None
    ) -> Envelope[EndpointData]:
        """Return live data of one endpoint through the cache."""
        return self.run(lambda: self._service.fetch_data(app_id, endpoint_id, parameters=parameters))

    def fetch_many(self, requests: Sequence[DataRequest]) -> Envelope[Sequence[Envelope[EndpointData]]]:
        """Return an envelope for each request, in their order."""
        return self.run(lambda: self._service.fetch_many(requests))

    def alerts(self) -> Envelope[Sequence[ActiveAlert]]:
        """Return the active alerts of all enabled apps, most severe first."""
        return self.run(self._service.alerts)

    def health(self) -> Envelope[Health]:
        """Return how each app and each plugin is, from what is remembered."""
        return self.run(self._service.health)

    def retry(self, app_id: str) -> Envelope[None]:
        """Forget the app's failures, so that the next fetch calls it at once, refused credentials or not."""
        return self.run(lambda: self._service.retry(app_id))

    def run(self, call: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """Run any awaitable call in the background loop, such as those of ``service.apps``, and return its result."""
        if self._portal is None:
            raise RuntimeError("this BlockingIntegrationService is not running: use it inside 'with service:'")
        if self._process != os.getpid():
            raise RuntimeError(
                "this BlockingIntegrationService was entered before its process forked, and its event loop stayed"
                " behind: enter one in each worker, such as in gunicorn's post_fork"
            )
        return self._portal.call(call)
