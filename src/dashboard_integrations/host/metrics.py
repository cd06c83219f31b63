"""What a Prometheus server reads at ``/metrics``: the numbers of this worker, and of the others if there are any."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus

import anyio
import anyio.to_thread
from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard_integrations.host.gate import Gate, bearer_of
from dashboard_integrations.host.worker_metrics import WorkerMetrics
from dashboard_integrations.observability.prometheus import PrometheusObserver

__all__ = ["METRICS_PATH", "Metrics"]

METRICS_PATH = "/metrics"
_PUBLISH_EVERY = 5.0


class Metrics:
    """Counts what a service does. ``others`` is what workers tell each other through, where there are several."""

    def __init__(self, token: str, *, failure_delay: float, others: WorkerMetrics | None) -> None:
        self._gate = Gate(token, cookie_name="", failure_delay=failure_delay)
        self._others = others
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self.observer = PrometheusObserver(self._registry)

    @property
    def route(self) -> Route:
        """The route to mount."""
        return Route(METRICS_PATH, self._answer, methods=["GET"])

    @asynccontextmanager
    async def published(self) -> AsyncGenerator[None, None]:
        """Tell the other workers, every five seconds, until the end."""
        if self._others is None:
            yield
            return
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._publish_on, self._others)
            yield
            tasks.cancel_scope.cancel()
        self._others.withdraw()

    async def _answer(self, request: Request) -> Response:
        bearer = bearer_of(request.headers)
        if bearer is None or not await self._gate.accepts_token(bearer):
            told = "This takes the metrics token of the dashboard: Authorization: Bearer ….\n"
            return PlainTextResponse(told, status_code=HTTPStatus.UNAUTHORIZED, headers={"www-authenticate": "Bearer"})
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        body = await anyio.to_thread.run_sync(lambda: encode(self._all()))
        return Response(body, headers={"content-type": content_type})

    def _all(self) -> CollectorRegistry:
        if self._others is None:
            return self._registry
        self._others.publish(generate_latest(self._registry))
        together = CollectorRegistry()
        together.register(self._others)
        return together

    async def _publish_on(self, others: WorkerMetrics) -> None:
        while True:
            await anyio.to_thread.run_sync(lambda: others.publish(generate_latest(self._registry)))
            await anyio.sleep(_PUBLISH_EVERY)
