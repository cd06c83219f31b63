"""Glances: the contract, from what a real server answered."""

from dashboard_monitoring.glances import Glances

from dashboard_integrations.testing.conformance import IntegrationContract


class TestGlances(IntegrationContract):
    integration = Glances
    recordings = ("recordings/glances.json",)
