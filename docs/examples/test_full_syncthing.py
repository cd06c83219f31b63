"""Syncthing, against a service that answers as Syncthing does."""

from full_syncthing import Syncthing

from dashboard_integrations import ErrorCode
from dashboard_integrations.testing import AppOpener, FakeService, assert_asked, assert_code, assert_data, assert_shows
from dashboard_integrations.views import Gauge, Stat, StatCard

CONFIG = {"api_key": "a-key-of-syncthing"}


async def test_devices(fake_service: FakeService, open_app: AppOpener) -> None:
    """The card counts what is connected, and the key goes along."""
    devices = {"A": {"connected": True, "paused": False}, "B": {"connected": False, "paused": False}}
    total = {"inBytesTotal": 2_048, "outBytesTotal": 1_024}
    fake_service.reply("GET", "/rest/system/connections", json={"connections": devices, "total": total})
    async with open_app(Syncthing, config=CONFIG) as app:
        shown = await app.show("devices")
    traffic = [Stat(label="Received", value=2_048, unit="B"), Stat(label="Sent", value=1_024, unit="B")]
    assert_shows(shown, StatCard(stats=[Stat(label="Connected", value=1), *traffic]))
    assert assert_asked(fake_service, "GET", "/rest/system/connections").headers["x-api-key"] == CONFIG["api_key"]


async def test_completion_of_a_folder(fake_service: FakeService, open_app: AppOpener) -> None:
    """The folder that a card is about goes into the query; one that is not there is named."""
    fake_service.reply("GET", "/rest/db/completion", json={"completion": 87.5})
    async with open_app(Syncthing, config=CONFIG) as app:
        assert_shows(await app.show("completion", {"folder": "photos"}), Gauge(label="photos", value=87.5, unit="%"))
        assert assert_asked(fake_service, "GET", "/rest/db/completion").query == {"folder": "photos"}
        fake_service.reply("GET", "/rest/db/completion", status=404, text="no such folder")
        error = await app.failure("completion", {"folder": "fotos"})
    assert error.message == "Syncthing has no folder 'fotos': look up its ID there"


async def test_connection_test(fake_service: FakeService, open_app: AppOpener) -> None:
    """Pressing "Test connection"; what a refused key leads to is core's, and no line of the integration."""
    fake_service.reply("GET", "/rest/system/version", json={"version": "v1.29.5"})
    async with open_app(Syncthing, config=CONFIG) as app:
        assert assert_data(await app.test()).version == "v1.29.5"
        fake_service.reply("GET", "/rest/system/version", status=403, text="Forbidden")
        assert_code(await app.test(api_key="another"), ErrorCode.FORBIDDEN)
