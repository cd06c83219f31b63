"""A connection without an app around it."""

from full_syncthing import Syncthing

from dashboard_integrations.testing import Connector, FakeService


async def test_the_version(fake_service: FakeService, connect: Connector) -> None:
    """A method of the integration, or any function that takes a connection."""
    fake_service.reply("GET", "/rest/system/version", json={"version": "v1.29.5"})
    report = await Syncthing().test_connection(connect(Syncthing, config={"api_key": "a-key"}))
    assert report.version == "v1.29.5"
