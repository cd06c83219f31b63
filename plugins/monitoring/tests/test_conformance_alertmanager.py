"""Alertmanager: the contract, from what a real server answered."""

from dashboard_monitoring.alertmanager import Alertmanager

from dashboard_integrations.testing.conformance import IntegrationContract


class TestAlertmanager(IntegrationContract):
    integration = Alertmanager
    recordings = ("recordings/alertmanager.json",)
