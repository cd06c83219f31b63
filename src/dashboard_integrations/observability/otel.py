"""Spans and metrics of a service for OpenTelemetry; the extra ``otel`` installs its API."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial

try:
    from opentelemetry import metrics, trace
    from opentelemetry.context import Context
    from opentelemetry.metrics import CallbackOptions, Observation
    from opentelemetry.trace import Link, SpanKind, Status, StatusCode
except ImportError as error:  # pragma: no cover
    raise ImportError(
        "spans and metrics for OpenTelemetry need the extra 'otel': pip install 'dashboard-integrations[otel]'",
        name=error.name,
    ) from error

from dashboard_integrations.observability._app_labels import AppLabels
from dashboard_integrations.observability._outcome import outcome_of
from dashboard_integrations.service import ObservedCall, ServiceNumbers

__all__ = ["OpenTelemetryObserver"]

_SCOPE = "dashboard_integrations"


class OpenTelemetryObserver:
    """A span and measurements for each call of an integration; the providers are the global ones unless given.

    The span is a child of the one that the call began in, while that goes on; once it has ended, it is linked.
    """

    def __init__(
        self,
        *,
        tracer_provider: trace.TracerProvider | None = None,
        meter_provider: metrics.MeterProvider | None = None,
    ) -> None:
        self._apps = AppLabels()
        self._followed: list[Callable[[], ServiceNumbers]] = []
        self._tracer = trace.get_tracer(_SCOPE, tracer_provider=tracer_provider)
        meter = metrics.get_meter(_SCOPE, meter_provider=meter_provider)
        self._calls = meter.create_counter(f"{_SCOPE}.calls", unit="{call}", description="Calls of integrations.")
        self._seconds = meter.create_histogram(
            f"{_SCOPE}.call.duration", unit="s", description="How long calls of integrations took."
        )
        meter.create_observable_counter(
            f"{_SCOPE}.cache.answers", [self._sum(lambda numbers: numbers.cache_answers)], unit="{answer}"
        )
        meter.create_observable_counter(
            f"{_SCOPE}.cache.failures", [self._sum(lambda numbers: numbers.cache_failures)], unit="{failure}"
        )
        meter.create_observable_up_down_counter(
            f"{_SCOPE}.calls.under_way", [self._sum(lambda numbers: numbers.calls_under_way)], unit="{call}"
        )
        meter.create_observable_up_down_counter(
            f"{_SCOPE}.watches", [self._sum(lambda numbers: numbers.watches)], unit="{watch}"
        )
        meter.create_observable_up_down_counter(
            f"{_SCOPE}.apps.backing_off", [self._sum(lambda numbers: numbers.apps_backing_off)], unit="{app}"
        )

    def follow(self, numbers: Callable[[], ServiceNumbers]) -> None:
        """Ask for numbers whenever metrics are read; those of several services are added up."""
        self._followed.append(numbers)

    @contextmanager
    def calling(self, call: ObservedCall) -> Iterator[None]:
        """Hold a span for a call, and measure it."""
        began = time.perf_counter()
        context, links = _place()
        with self._tracer.start_as_current_span(
            f"{call.integration_id} {call.endpoint_id or 'test_connection'}",
            context=context,
            links=links,
            kind=SpanKind.INTERNAL,
            attributes=_attributes(call),
            record_exception=False,  # its message may hold what a service or user sent
            set_status_on_exception=False,
        ) as span:
            failed: dict[str, str] = {}
            try:
                yield
            except BaseException as error:
                failed = {"error.type": outcome_of(error)}
                span.set_attributes(failed)
                span.set_status(Status(StatusCode.ERROR))
                raise
            finally:
                labels = {f"{_SCOPE}.integration": call.integration_id, **failed}
                self._seconds.record(time.perf_counter() - began, labels)
                self._calls.add(1, {**labels, f"{_SCOPE}.app": self._apps.of(call.app_id)})

    def _sum(self, number: Callable[[ServiceNumbers], int]) -> Callable[[CallbackOptions], Iterable[Observation]]:
        return partial(self._summed, number)

    def _summed(self, number: Callable[[ServiceNumbers], int], options: CallbackOptions) -> Iterable[Observation]:
        return [Observation(sum(number(numbers()) for numbers in self._followed))]


def _place() -> tuple[Context | None, list[Link]]:
    """Return the context of a call's span, ``None`` for the present one, and what it is linked with."""
    span = trace.get_current_span()
    around = span.get_span_context()
    has_ended = around.is_valid and around.trace_flags.sampled and not around.is_remote and not span.is_recording()
    return (trace.set_span_in_context(trace.INVALID_SPAN), [Link(around)]) if has_ended else (None, [])


def _attributes(call: ObservedCall) -> dict[str, str]:
    found = {"integration": call.integration_id, "app": call.app_id, "endpoint": call.endpoint_id}
    return {f"{_SCOPE}.{name}": value for name, value in found.items() if value is not None}
