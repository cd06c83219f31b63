"""Metrics of a service for Prometheus; the extra ``metrics`` installs its client."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

try:
    from prometheus_client import CollectorRegistry, Counter, Histogram
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
    from prometheus_client.registry import Collector
except ImportError as error:  # pragma: no cover
    raise ImportError(
        "metrics for Prometheus need the extra 'metrics': pip install 'dashboard-integrations[metrics]'",
        name=error.name,
    ) from error

from dashboard_integrations.observability._app_labels import AppLabels
from dashboard_integrations.observability._outcome import outcome_of
from dashboard_integrations.service import ObservedCall, ServiceNumbers

__all__ = ["PrometheusObserver"]

_PREFIX = "dashboard_integrations"
_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class PrometheusObserver:
    """Registers the metrics of its services with ``registry``: your own, or ``prometheus_client.REGISTRY``."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._apps = AppLabels()
        self._numbers = _Numbers()
        self._calls = Counter(
            f"{_PREFIX}_calls", "Calls of integrations.", ("integration", "app", "outcome"), registry=registry
        )
        self._seconds = Histogram(
            f"{_PREFIX}_call_duration_seconds",
            "How long calls of integrations took.",
            ("integration",),
            registry=registry,
            buckets=_BUCKETS,
        )
        registry.register(self._numbers)

    def follow(self, numbers: Callable[[], ServiceNumbers]) -> None:
        """Ask for numbers at each scrape; those of several services are added up."""
        self._numbers.followed.append(numbers)

    @contextmanager
    def calling(self, call: ObservedCall) -> Iterator[None]:
        """Count a call, and how long it takes."""
        began = time.perf_counter()
        outcome = outcome_of(None)
        try:
            yield
        except BaseException as error:
            outcome = outcome_of(error)
            raise
        finally:
            self._calls.labels(call.integration_id, self._apps.of(call.app_id), outcome).inc()
            self._seconds.labels(call.integration_id).observe(time.perf_counter() - began)


class _Numbers(Collector):
    def __init__(self) -> None:
        self.followed: list[Callable[[], ServiceNumbers]] = []

    def collect(self) -> Sequence[Metric]:
        """Return the numbers of all services."""
        found = [numbers() for numbers in self.followed]
        return [
            CounterMetricFamily(
                f"{_PREFIX}_cache_answers",
                "Answers given from a snapshot, without a call.",
                value=sum(numbers.cache_answers for numbers in found),
            ),
            CounterMetricFamily(
                f"{_PREFIX}_cache_failures",
                "What a cache failed to do.",
                value=sum(numbers.cache_failures for numbers in found),
            ),
            GaugeMetricFamily(
                f"{_PREFIX}_calls_under_way",
                "Calls of integrations under way.",
                value=sum(numbers.calls_under_way for numbers in found),
            ),
            GaugeMetricFamily(
                f"{_PREFIX}_watches",
                "Streams of changes that are open.",
                value=sum(numbers.watches for numbers in found),
            ),
            GaugeMetricFamily(
                f"{_PREFIX}_apps_backing_off",
                "Apps that are left alone for now, because they failed as a whole.",
                value=sum(numbers.apps_backing_off for numbers in found),
            ),
        ]
