"""Services that answer what the real ones answered."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard_integrations.testing import FakeService

RECORDED = Path(__file__).parent / "recorded"


@pytest.fixture
def service() -> Iterator[FakeService]:
    """Run a service that knows no path yet."""
    with FakeService() as fake:
        yield fake


@pytest.fixture
def play(service: FakeService) -> Callable[[str], FakeService]:
    """Let the service answer each path with what was recorded."""

    def play(name: str) -> FakeService:
        recorded = json.loads((RECORDED / f"{name}.json").read_text())
        for path, answer in recorded.items():
            service.reply("GET", path, json=answer)
        return service

    return play
