"""Prometheus: the contract, from what a real server answered."""

from pathlib import Path

from dashboard_monitoring.prometheus import Prometheus

from dashboard_integrations.testing import Recording
from dashboard_integrations.testing.conformance import IntegrationContract

FILE = "recordings/prometheus.json"
QUERIES = [exchange.request.query for exchange in Recording.load(Path(__file__).parent / FILE).exchanges]
NOW = next(float(query["end"][0]) for query in QUERIES if "end" in query)
"""When it was recorded: the axis of the chart ends there."""


class TestPrometheus(IntegrationContract):
    integration = Prometheus(clock=lambda: NOW)
    recordings = (FILE,)
