"""What the pages for people of other dashboards show: the same service, declared and as a class."""

import runpy
from pathlib import Path

import pytest

from dashboard_integrations.declarative import load_integration
from dashboard_integrations.testing import FakeService
from dashboard_integrations.testing.host import open_app
from dashboard_integrations.views import ListItem, ListView, Stat, StatCard, Status

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
ANSWER = {
    "firmware": "2.4",
    "uptime": 93_600,
    "outside": {"temperature": 21.4, "humidity": 0.483},
    "sensors": [
        {"name": "Greenhouse", "temperature": 24.1, "state": "good"},
        {"name": "Shed", "temperature": None, "state": "lost"},
    ],
}


@pytest.fixture(params=["declared", "class"])
def station(request):
    """The integration, in both forms."""
    if request.param == "declared":
        return load_integration(EXAMPLES / "weather-station.toml")
    return runpy.run_path(str(EXAMPLES / "weather_station.py"))["WeatherStation"]


async def test_both_show_the_same(station):
    """Values in base units, with the token sent along."""
    with FakeService() as service:
        service.reply("GET", "/v1/now", json=ANSWER)
        async with open_app(station, config={"url": service.url, "token": "t0ken-of-the-station"}) as app:
            now, sensors = await app.show("now"), await app.show("sensors")
            tested = await app.test()
    expected = [
        Stat(label="Temperature", value=21.4, unit="°C"),
        Stat(label="Humidity", value=48, unit="%"),
        Stat(label="Running for", value=93_600, unit="s"),
    ]
    assert StatCard(stats=expected) == now
    rows = [
        ListItem(id="Greenhouse", title="Greenhouse", value=24.1, unit="°C", status=Status.OK),
        ListItem(id="Shed", title="Shed", value=None, unit="°C", status=Status.CRITICAL),
    ]
    assert ListView(items=rows) == sensors
    assert tested.data.version == "2.4"
    assert {request.headers["x-token"] for request in service.requests} == {"t0ken-of-the-station"}


async def test_another_shape_is_told(station):
    """Nothing is shown as 0 when it is not there."""
    with FakeService() as service:
        service.reply("GET", "/v1/now", json={"outside": {}})
        async with open_app(station, config={"url": service.url}) as app:
            error = await app.failure("now")
    assert error.code == "bad-response"
