"""The example of the documentation, before everything that services do wrong."""

from pathlib import Path
from typing import ClassVar

from dashboard_integrations.declarative import load_integration
from dashboard_integrations.testing import FakeService
from dashboard_integrations.testing.conformance import IntegrationContract

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "gatus.toml"
STATUSES = [
    {
        "name": "web",
        "group": "core",
        "key": "core_web",
        "results": [
            {"success": True, "duration": 12_000_000, "timestamp": "2026-01-02T12:00:00.123456789Z"},
            {"success": True, "duration": 22_000_000, "timestamp": "2026-01-02T12:01:00Z"},
        ],
    },
    {
        "name": "db",
        "key": "_db",
        "results": [
            {"success": False, "duration": 5_000_000, "timestamp": "2026-01-02T12:01:30Z", "errors": ["refused"]}
        ],
    },
]


class TestGatus(IntegrationContract):
    """Everything that an integration has to stand, and a definition does by itself."""

    integration = load_integration(EXAMPLE)
    config: ClassVar = {"username": "me", "password": "a-password-of-gatus"}

    def declare(self, service: FakeService) -> None:
        service.reply("GET", "/api/v1/endpoints/statuses", json=STATUSES)
