"""Spans and metrics of OpenTelemetry."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from dashboard_integrations.observability.otel import OpenTelemetryObserver
from dashboard_integrations.service import ObservedCall

CALL = ObservedCall(integration_id="meter", app_id="app-1", endpoint_id="value")


class Sdk:
    def __init__(self, **options):
        self.exporter = InMemorySpanExporter()
        self.tracers = TracerProvider(shutdown_on_exit=False, **options)
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.reader = InMemoryMetricReader()
        self.meters = MeterProvider([self.reader], shutdown_on_exit=False)
        self.observer = OpenTelemetryObserver(tracer_provider=self.tracers, meter_provider=self.meters)
        self.tracer = self.tracers.get_tracer("test")

    @property
    def spans(self):
        return {span.name: span for span in self.exporter.get_finished_spans()}

    def points(self, name):
        data = self.reader.get_metrics_data()
        metrics = [m for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics]
        return next(list(metric.data.data_points) for metric in metrics if metric.name == name)


@pytest.fixture
def sdk():
    return Sdk()


async def test_a_call_is_a_child_of_the_request_that_began_it(bench, sdk):
    """It is so although the call runs in a task of the service."""
    async with await bench.open(sdk.observer) as service:
        with sdk.tracer.start_as_current_span("request") as request:
            await service.fetch_data("app-1", "value")

    span = sdk.spans["meter value"]
    assert span.parent.span_id == request.get_span_context().span_id
    assert dict(span.attributes) == {
        "dashboard_integrations.integration": "meter",
        "dashboard_integrations.app": "app-1",
        "dashboard_integrations.endpoint": "value",
    }


async def test_the_integration_runs_inside_the_span(bench, sdk):
    """Spans of its HTTP client will be children of it."""
    seen = []
    bench.meter.during = lambda: seen.append(trace.get_current_span().get_span_context().span_id)
    async with await bench.open(sdk.observer) as service:
        await service.fetch_data("app-1", "value")
    assert seen == [sdk.spans["meter value"].context.span_id]


async def test_a_failure_is_its_code_and_no_message(bench, sdk):
    """What a service said, which may be a secret, is not exported."""
    async with await bench.open(sdk.observer) as service:
        await service.fetch_data("app-1", "refused")
    span = sdk.spans["meter refused"]
    assert span.attributes["error.type"] == "auth-failed"
    assert span.status.status_code is trace.StatusCode.ERROR
    assert "canary" not in span.to_json()


def test_a_call_after_its_request_is_linked(sdk):
    """It is a trace of its own, as nobody waits for it any more."""
    with sdk.tracer.start_as_current_span("request") as request:
        pass
    with trace.use_span(request), sdk.observer.calling(CALL):
        pass
    span = sdk.spans["meter value"]
    assert span.parent is None
    assert [link.context.span_id for link in span.links] == [request.get_span_context().span_id]


def test_a_call_of_a_request_that_is_not_sampled_is_not_sampled():
    """The decision is kept."""
    sdk = Sdk(sampler=ALWAYS_OFF)
    with sdk.tracer.start_as_current_span("request"), sdk.observer.calling(CALL):
        pass
    assert sdk.spans == {}


async def test_metrics(bench, sdk):
    """Calls are counted with their outcome, answers from the cache as the service counts them."""
    async with await bench.open(sdk.observer) as service:
        await service.fetch_data("app-1", "value")
        await service.fetch_data("app-1", "value")
        await service.fetch_data("app-1", "refused")

    calls = {point.attributes.get("error.type"): point.value for point in sdk.points("dashboard_integrations.calls")}
    durations = [point.count for point in sdk.points("dashboard_integrations.call.duration")]
    [answers] = sdk.points("dashboard_integrations.cache.answers")
    assert (calls, durations, answers.value) == ({None: 1, "auth-failed": 1}, [1, 1], 1)


async def test_without_an_sdk_nothing_happens(bench):
    """The API alone is enough to run."""
    async with await bench.open(OpenTelemetryObserver()) as service:
        assert (await service.fetch_data("app-1", "value")).success
