"""Integrations as they should be stand every check, run as an author runs them."""

from typing import ClassVar

from suspects.disk import Disk
from suspects.good import Good
from suspects.services import GOOD_CONFIG, declare_good

from dashboard_integrations.testing.conformance import IntegrationContract


class TestGood(IntegrationContract):
    """With a login, and several calls for a card."""

    integration = Good
    config: ClassVar = GOOD_CONFIG

    def declare(self, service):
        declare_good(service)


class TestDisk(IntegrationContract):
    """Without a service."""

    integration = Disk
