"""This machine: the contract, of what an integration without a service has to keep."""

from dashboard_system.system import System

from dashboard_integrations.testing.conformance import IntegrationContract


class TestSystem(IntegrationContract):
    integration = System
