"""The conformance suite: a full class of tests for an integration from a few lines, and the level that it reaches."""

from dashboard_integrations.testing.conformance._contract import IntegrationContract
from dashboard_integrations.testing.conformance._migrations import OldConfig
from dashboard_integrations.testing.conformance.level import Level

__all__ = ["IntegrationContract", "Level", "OldConfig"]
