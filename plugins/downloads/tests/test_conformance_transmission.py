"""Transmission: the contract, from what a real server answered."""

from dashboard_downloads.transmission import Transmission

from dashboard_integrations.testing.conformance import IntegrationContract


class TestTransmission(IntegrationContract):
    integration = Transmission
    recordings = ("recordings/transmission.json",)
