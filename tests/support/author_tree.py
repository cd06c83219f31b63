"""The source tree of an author: a small distribution with one integration, and a recording of its service."""

import json
from pathlib import Path

__all__ = ["MODULE", "author_tree"]

MODULE = '''"""Boxes: what is in the boxes of a warehouse."""

from pydantic import BaseModel, Field, SecretStr

from dashboard_integrations import ApiKeyHeader, Connection, ConnectionReport, HttpIntegration, ServiceConfig, endpoint
from dashboard_integrations.views import Stat, StatCard


class BoxesConfig(ServiceConfig):
    """Where the warehouse is."""

    api_key: SecretStr = Field(title="API key", description="From the settings of the warehouse.")


class Version(BaseModel):
    version: str


class Count(BaseModel):
    count: int


class Boxes(HttpIntegration[BoxesConfig]):
    """Counts boxes."""

    id = "boxes"
    name = "Boxes"
    icon = "boxes"
    auth = ApiKeyHeader("X-Key", "api_key")

    async def test_connection(self, connection: Connection[BoxesConfig]) -> ConnectionReport:
        """Return the version."""
        return ConnectionReport(version=(await connection.get_json("version", Version)).version)

    @endpoint(ttl=10)
    async def stock(self, connection: Connection[BoxesConfig]) -> StatCard:
        """How many boxes there are."""
        answer = await connection.get_json("boxes", Count)
        return StatCard(stats=[Stat(label="Boxes", value=answer.count)])
'''
_PROJECT = """[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "dashboard-boxes"
version = "0.3.0"
description = "Boxes for dashboards."
readme = "README.md"
license = "MIT"
license-files = ["LICENSE"]
requires-python = ">=3.11"
dependencies = ["dashboard-integrations>=0.1"]

[project.optional-dependencies]
test = ["dashboard-integrations[testing]"]

[project.entry-points."dashboard.integrations"]
boxes = "dashboard_boxes.boxes:Boxes"

[tool.pytest.ini_options]
anyio_mode = "auto"
"""
_TESTS = '''"""Boxes, against what a warehouse answered."""

from dashboard_boxes.boxes import Boxes

from dashboard_integrations.testing.conformance import IntegrationContract


class TestBoxes(IntegrationContract):
    integration = Boxes
    recordings = ["recordings/boxes.json"]
'''
_KEY = "recorded-api_key-1"


def author_tree(root: Path) -> Path:
    """Write the tree into the folder and return it."""
    package = root / "src" / "dashboard_boxes"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""Boxes."""\n')
    (package / "py.typed").touch()
    (package / "boxes.py").write_text(MODULE)
    (root / "pyproject.toml").write_text(_PROJECT)
    (root / "README.md").write_text("# dashboard-boxes\n\nCounts boxes.\n")
    (root / "LICENSE").write_text("MIT License\n\nCopyright (c) 2026 somebody\n")
    recordings = root / "tests" / "recordings"
    recordings.mkdir(parents=True)
    (root / "tests" / "test_boxes.py").write_text(_TESTS)
    (recordings / "boxes.json").write_text(json.dumps(_recording(), indent=2))
    return root


def _recording() -> dict[str, object]:
    return {
        "format": 1,
        "integration": "boxes",
        "software": "1.0",
        "config": {"api_key": _KEY},
        "exchanges": [_exchange("test", "/version", {"version": "1.0"}), _exchange("stock", "/boxes", {"count": 41})],
    }


def _exchange(during: str, path: str, answer: object) -> dict[str, object]:
    return {
        "during": during,
        "request": {"method": "GET", "path": path, "headers": {"x-key": _KEY}},
        "response": {"status": 200, "json": answer},
    }
