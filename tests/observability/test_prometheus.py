"""Metrics for Prometheus."""

from prometheus_client import CollectorRegistry, generate_latest

from dashboard_integrations.observability.prometheus import PrometheusObserver


async def test_metrics(bench):
    """Calls are counted with their outcome, answers from the cache as the service counts them."""
    registry = CollectorRegistry()
    async with await bench.open(PrometheusObserver(registry)) as service:
        await service.fetch_data("app-1", "value")
        await service.fetch_data("app-1", "value")
        await service.fetch_data("app-1", "refused")

    def calls(endpoint_outcome):
        labels = {"integration": "meter", "app": "app-1", "outcome": endpoint_outcome}
        return registry.get_sample_value("dashboard_integrations_calls_total", labels)

    assert [calls("ok"), calls("auth-failed")] == [1, 1]
    timed = registry.get_sample_value("dashboard_integrations_call_duration_seconds_count", {"integration": "meter"})
    answers = registry.get_sample_value("dashboard_integrations_cache_answers_total")
    assert (timed, answers) == (2, 1)


async def test_no_message_is_exported(bench):
    """What a service said, which may be a secret, is no label."""
    registry = CollectorRegistry()
    async with await bench.open(PrometheusObserver(registry)) as service:
        await service.fetch_data("app-1", "refused")
    assert b"canary" not in generate_latest(registry)
