"""Time passes when a test says so."""

from full_syncthing import Syncthing

from dashboard_integrations.testing import AppOpener, FakeClock, FakeService


async def test_an_answer_stays_fresh(fake_service: FakeService, fake_clock: FakeClock, open_app: AppOpener) -> None:
    """The endpoint says ``ttl=30``: until then nobody asks Syncthing again."""
    fake_service.reply("GET", "/rest/db/completion", json={"completion": 87.5})
    async with open_app(Syncthing, config={"api_key": "a-key"}) as app:
        await app.service.fetch_data(app.id, "completion")
        fake_clock.advance(29)
        await app.service.fetch_data(app.id, "completion")
    assert len(fake_service.requests) == 1
