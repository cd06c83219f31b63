"""The examples of the documentation do what their pages say."""

import runpy
import secrets
from pathlib import Path

import anyio
import pytest
from starlette.testclient import TestClient

from dashboard_integrations import AppService, ConfigCipher, InMemoryAppRepository, IntegrationService, Registry
from dashboard_integrations.storage import SqlAlchemyAppRepository, sqlite_engine
from dashboard_integrations.storage.migrations import upgrade
from dashboard_integrations.testing import FakeReply, FakeService

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
TOKEN = {"authorization": "Bearer of good news"}


@pytest.fixture
def environment(monkeypatch, tmp_path):
    monkeypatch.setenv("INTEGRATION_ENCRYPTION_KEY", ConfigCipher.generate_key())
    monkeypatch.setenv("TOKEN", "of good news")
    monkeypatch.setenv("DATABASE", str(tmp_path / "dashboard.db"))
    return tmp_path


def run(name):
    return runpy.run_path(str(EXAMPLES / name))


@pytest.mark.parametrize(
    ("example", "path"),
    [
        ("host_fastapi.py", "/api/integrations"),
        ("host_asgi.py", "/api/integrations"),
        ("host_starlette.py", "/live/api/integrations"),
    ],
)
def test_a_host_answers_who_has_the_token(environment, example, path):
    """The routes are there, and show their data to nobody without the token who should not see it."""
    with TestClient(run(example)["app"]) as client:
        assert client.get(path, headers=TOKEN).json()["success"] is True
        assert client.post(f"{path}/test", json={"config": {}}).status_code in {401, 403}


def test_the_script_prints_what_apps_show(environment, capsys):
    """Each app is a line: its first view, or its error."""
    key = ConfigCipher.from_env()
    engine = sqlite_engine(environment / "dashboard.db")
    upgrade(engine)
    apps = AppService(SqlAlchemyAppRepository(engine), cipher=key)
    registry = Registry.from_entry_points()

    async def add_apps():
        await apps.create(name="Here", integration=registry.get("system"), config={})
        down = {"url": "http://127.0.0.1:9"}
        await apps.create(name="There", integration=registry.get("transmission"), config=down)

    anyio.run(add_apps)
    run("script.py")["main"](str(environment / "dashboard.db"))
    here, there = capsys.readouterr().out.splitlines()
    assert here.startswith('Here {"kind":"stat-card"')
    assert there.startswith("There unreachable ")
    engine.dispose()


async def test_the_integration_of_the_readme_shows_rates():
    """It takes the session id that the daemon gives it, once."""

    def daemon(request):
        if request.headers.get("x-transmission-session-id") != "s":
            return FakeReply(status=409, headers={"X-Transmission-Session-Id": "s"})
        return FakeReply(json={"arguments": {"downloadSpeed": 3, "uploadSpeed": 2, "version": "4.0.6"}})

    registry = Registry()
    registry.register(run("transmission.py")["Transmission"])
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    with FakeService() as fake:
        fake.reply("POST", "/transmission/rpc", daemon)
        config = {"url": fake.url}
        await apps.create(app_id="app", name="T", integration=registry.get("transmission"), config=config)
        async with IntegrationService(apps=apps, registry=registry) as service:
            tested = await service.test_connection(app_id="app", config={})
            shown = await service.fetch_data("app", "speed")
    assert tested.data is not None, tested.error
    assert shown.data is not None, shown.error
    assert tested.data.version == "4.0.6"
    assert [3, 2] == [stat.value for stat in shown.data.payload.stats]
