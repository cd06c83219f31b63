"""An integration published from elsewhere: installed, used, uninstalled, back again, updated and set back.

The wheel is installed into the environment of a real dashboard, as a person would do it; the service is a real one on
loopback that lets in who has the key. Each change counts from the next start of the dashboard.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from plugin_environment import PluginEnvironment, built_wheel
from running_dashboard import running_dashboard

from dashboard_integrations.testing import FakeReply, FakeRequest, FakeService

CANARY = "canary-ink+5e/cret"
DISTRIBUTION = "dashboard-inkwell"

FIRST = '''"""Inkwell: how much ink is left."""

from pydantic import SecretStr

from dashboard_integrations import ApiKeyHeader, Connection, ConnectionReport, HttpIntegration, ServiceConfig, endpoint
from dashboard_integrations.views import Gauge


class InkwellConfig(ServiceConfig):
    """What the form asks for."""

    key: SecretStr
    bottle: str = "blue"


class Inkwell(HttpIntegration[InkwellConfig]):
    """Ink."""

    id = "inkwell"
    name = "Inkwell"
    auth = ApiKeyHeader("X-Key", "key")

    async def test_connection(self, connection: Connection[InkwellConfig]) -> ConnectionReport:
        return ConnectionReport(version=(await connection.get_json("/about"))["version"])

    @endpoint(ttl=1)
    async def level(self, connection: Connection[InkwellConfig]) -> Gauge:
        """What is left."""
        bottle = connection.config.bottle
        return Gauge(label=bottle, value=(await connection.get_json(f"/{bottle}"))["percent"])
'''
SECOND = (
    FIRST.replace("    key: SecretStr\n    bottle: str =", "    token: SecretStr\n    colour: str =")
    .replace('("X-Key", "key")', '("X-Key", "token")')
    .replace("connection.config.bottle", "connection.config.colour")
    .replace(
        "    async def test_connection",
        """    config_version = 2

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        config["token"] = config.pop("key")
        config["colour"] = config.pop("bottle", "blue")
        return config

    async def test_connection""",
        1,
    )
)


def wheel_of(folder: Path, version: str, source: str) -> Path:
    return built_wheel(
        folder,
        DISTRIBUTION,
        version=version,
        files={"dashboard_inkwell/__init__.py": source, "dashboard_inkwell/py.typed": ""},
        entry_points={"inkwell": "dashboard_inkwell:Inkwell"},
    )


class Bench:
    """An environment, its dashboard's data, and the service behind it."""

    def __init__(self, folder: Path, service: FakeService) -> None:
        self.environment = PluginEnvironment(folder / "environment")
        self.first, self.second = wheel_of(folder, "1.0", FIRST), wheel_of(folder, "2.0", SECOND)
        self.data = folder / "data"
        self.service = service

    @contextmanager
    def started(self) -> Iterator[httpx.Client]:
        """Start the dashboard anew, and yield a client that holds its token."""
        with running_dashboard(self.data, python=self.environment.python) as dashboard:
            bearer = {"authorization": f"Bearer {dashboard.token}"}
            with httpx.Client(base_url=dashboard.address, headers=bearer, timeout=60) as client:
                yield client
            assert dashboard.stop() == 0
        assert CANARY not in dashboard.log

    def add_app(self, client: httpx.Client, name: str) -> str:
        config = {"url": self.service.url, "key": CANARY, "bottle": "red"}
        app = asked(client, "POST", "/api/apps", {"name": name, "integrationType": "inkwell", "config": config})
        shown: str = app["id"]
        widget = {"title": "Ink", "config": {"appId": shown, "endpointId": "level"}}
        asked(client, "POST", "/api/widgets", {"boardId": "home", "type": "integration", **widget})
        return shown

    def stored(self, app_id: str) -> tuple[str, int]:
        """Return the sealed configuration as it is in the database, and its version."""
        with closing(sqlite3.connect(self.data / "dashboard.db")) as database:
            columns = "integration_config, integration_config_version"
            row: tuple[str, int] = database.execute(f"select {columns} from apps where id = ?", [app_id]).fetchone()
        return row


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    def let_in(request: FakeRequest) -> FakeReply:
        if request.headers.get("x-key") != CANARY:
            return FakeReply(status=401, text="who are you?")
        return FakeReply(json={"percent": 61})

    with FakeService() as service:
        service.reply("GET", "/red", let_in)
        yield Bench(tmp_path, service)


def answer(client: httpx.Client, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
    response = client.request(method, path, json=body)
    assert CANARY not in response.text
    return response.json()


def asked(client: httpx.Client, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
    found = answer(client, method, path, body)
    assert found["success"], found
    return found["data"]


def level(client: httpx.Client, app_id: str) -> Any:
    return answer(client, "GET", f"/api/integrations/{app_id}/data/level")


def types(client: httpx.Client) -> set[str]:
    return {info["id"] for info in asked(client, "GET", "/api/integrations")}


def health(client: httpx.Client, app_id: str) -> Any:
    apps = asked(client, "GET", "/api/integrations/health")["apps"]
    return next(app for app in apps if app["appId"] == app_id)


def test_a_plugin_is_found_after_a_restart_and_its_apps_outlive_it(bench: Bench) -> None:
    """Install, use, uninstall, reinstall: apps stay, say what is missing and what to do, and come back whole."""
    with bench.started() as client:
        assert "inkwell" not in types(client)

    bench.environment.install(bench.first)
    with bench.started() as client:
        assert "inkwell" in types(client)
        app, other = bench.add_app(client, "Pen"), bench.add_app(client, "Quill")
        assert 61 == level(client, app)["data"]["payload"]["value"]
        bench.environment.uninstall(DISTRIBUTION)  # what runs goes on
        assert (True, {"inkwell"}) == (level(client, app)["success"], types(client) & {"inkwell"})
    before = bench.stored(app)

    with bench.started() as client:
        assert_kind(bench, client, app, other)
    report = bench.environment.run("health", "--data", str(bench.data))
    doctor = bench.environment.run("doctor", "--data", str(bench.data))
    assert (1, True) == (report.returncode, "'inkwell' of 'Pen' is not installed: install the package" in report.stdout)
    assert (1, True) == (doctor.returncode, "missing for Pen (inkwell)" in doctor.stdout)
    assert before == bench.stored(app)

    bench.environment.install(bench.first)
    with bench.started() as client:
        shown = asked(client, "GET", f"/api/apps/{app}")
        assert (None, "red", ["key"], "Pen") == (
            shown["configError"],
            shown["config"]["bottle"],
            shown["secretsSet"],
            shown["name"],
        )
        assert (61, "ok") == (level(client, app)["data"]["payload"]["value"], health(client, app)["state"])


def assert_kind(bench: Bench, client: httpx.Client, app: str, other: str) -> None:
    """Everything that shows the app says what is missing; all but its settings can be changed, and it can go."""
    listed = {found["id"]: found for found in asked(client, "GET", "/api/apps")}
    error = listed[app]["configError"]
    assert ("unknown-integration", "not-installed") == (error["code"], error["reason"])
    for part in ("'inkwell' of 'Pen' is not installed", "install the package", "settings and secrets are kept"):
        assert part in error["message"]
    assert ("unknown-integration", error["message"]) == (
        health(client, app)["state"],
        health(client, app)["lastError"]["message"],
    )
    envelope = level(client, app)
    assert ("unknown-integration", error["message"]) == (envelope["error"]["code"], envelope["error"]["message"])
    refused = answer(client, "PATCH", f"/api/apps/{app}", {"config": {"bottle": "black"}})
    assert error["message"] == refused["error"]["message"]
    assert [200, 200] == [client.get(path).status_code for path in ("/", f"/apps/{app}")]
    renamed = asked(client, "PATCH", f"/api/apps/{app}", {"name": "Pen 2", "integrationEnabled": False})
    assert ("Pen 2", False, "inkwell") == (renamed["name"], renamed["integrationEnabled"], renamed["integrationType"])
    asked(client, "PATCH", f"/api/apps/{app}", {"name": "Pen", "integrationEnabled": True})
    shown = [
        widget["config"]["appId"] for widget in asked(client, "GET", "/api/widgets") if "appId" in widget["config"]
    ]
    assert {app, other} <= set(shown)
    asked(client, "DELETE", f"/api/apps/{other}")
    left = [widget["config"].get("appId") for widget in asked(client, "GET", "/api/widgets")]
    assert (404, True, False) == (
        client.get(f"/api/apps/{other}").status_code,
        app in left,
        other in left,
    )


def test_an_update_migrates_and_a_downgrade_waits(bench: Bench) -> None:
    """The secret goes along under its new name; an older package says what is needed, and writes nothing."""
    bench.environment.install(bench.first)
    with bench.started() as client:
        app = bench.add_app(client, "Pen")
        assert 61 == level(client, app)["data"]["payload"]["value"]
    assert 1 == bench.stored(app)[1]

    bench.environment.install(bench.second)
    waiting = bench.environment.run("doctor", "--data", str(bench.data))
    assert (0, True) == (waiting.returncode, "of an earlier version: Pen (inkwell 1, now 2)" in waiting.stdout)
    with bench.started() as client:
        shown = asked(client, "GET", f"/api/apps/{app}")
        assert (None, "red", ["token"]) == (shown["configError"], shown["config"]["colour"], shown["secretsSet"])
        assert 61 == level(client, app)["data"]["payload"]["value"]
    migrated = bench.stored(app)
    assert 2 == migrated[1]

    bench.environment.install(bench.first)
    with bench.started() as client:
        error = level(client, app)["error"]
        shown = asked(client, "GET", f"/api/apps/{app}")
    newer = bench.environment.run("doctor", "--data", str(bench.data))
    assert ("unsupported-version", "config-version", "host") == (error["code"], error["reason"], error["source"])
    assert (
        "'Pen' was saved by version 2 of the configuration of Inkwell, and the integration that is installed knows"
        " version 1: update dashboard-inkwell 1.0, or enter the configuration again in the app's form"
    ) == error["message"]
    assert (error["message"], bench.service.url) == (
        shown["configError"]["message"],
        shown["config"]["url"].rstrip("/"),
    )
    assert (1, True) == (newer.returncode, "of a later version: Pen (inkwell 2, now 1)" in newer.stdout)
    assert migrated == bench.stored(app)

    bench.environment.install(bench.second)
    with bench.started() as client:
        assert 61 == level(client, app)["data"]["payload"]["value"]
    assert migrated == bench.stored(app)
