"""Syncthing, against what was recorded of it."""

from pathlib import Path

from dashboard_integrations.testing import FakeService, Recording, open_app
from dashboard_integrations.testing.conformance import IntegrationContract
from dashboard_integrations.views import StatCard

from dashboard_syncthing import Syncthing

RECORDING = Path(__file__).parent / "recordings" / "syncthing.json"


class TestSyncthing(IntegrationContract):
    """What every integration has to keep to."""

    integration = Syncthing
    recordings = ("recordings/syncthing.json",)


async def test_overview() -> None:
    """The card shows what the service answered."""
    recording = Recording.load(RECORDING)
    with FakeService() as service:
        service.replay(recording)
        async with open_app(Syncthing, config={**recording.config, "url": service.url}) as app:
            view = await app.show("overview")

    assert isinstance(view, StatCard)
    assert [(stat.label, stat.value) for stat in view.stats] == [
        ("Complete", 100.0),
        ("Shared", 2_100_000),
        ("Missing", 0),
    ]
