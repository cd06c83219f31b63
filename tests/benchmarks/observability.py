"""What an observer costs: a cached ``fetch_data`` and a call of an integration, without one and with each.

``uv run --group benchmarks python tests/benchmarks/observability.py``. Processor time, asyncio; the limit is the
service without an observer. The integration answers at once, so that the call is as cheap as one can be.
"""

import asyncio
from contextlib import AsyncExitStack

from measuring import Round, measure, show
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry
from sample_service import sample_service

from dashboard_integrations.observability.otel import OpenTelemetryObserver
from dashboard_integrations.observability.prometheus import PrometheusObserver
from dashboard_integrations.service import IntegrationService, Observer


def observers() -> dict[str, Observer | None]:
    """Each kind of observer."""
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(InMemorySpanExporter()))
    sdk = OpenTelemetryObserver(tracer_provider=tracers, meter_provider=MeterProvider([InMemoryMetricReader()]))
    return {
        "none": None,
        "none again": None,
        "OpenTelemetry, API alone": OpenTelemetryObserver(),
        "OpenTelemetry, SDK": sdk,
        "Prometheus": PrometheusObserver(CollectorRegistry()),
    }


def hits(service: IntegrationService) -> Round:
    """Answer from the cache."""

    async def run(times: int) -> None:
        for _ in range(times):
            await service.fetch_data("app", "count")

    return run


def calls(service: IntegrationService) -> Round:
    """Test a connection: a call each time."""

    async def run(times: int) -> None:
        for _ in range(times):
            await service.test_connection(integration_type="meter", config={})

    return run


async def main() -> None:
    """Measure and print."""
    async with AsyncExitStack() as stack:
        services = {
            name: await stack.enter_async_context(await sample_service(observer=observer))
            for name, observer in observers().items()
        }
        for service in services.values():
            assert (await service.fetch_data("app", "count")).success
        cached = {name: hits(service) for name, service in services.items()}
        show("an answer from the cache", await measure(cached, times=20_000))
        called = {name: calls(service) for name, service in services.items()}
        show("a call of an integration", await measure(called, times=200))


asyncio.run(main())
