"""The dashboard as a process: started, used, stopped, started again."""

import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from running_dashboard import RunningDashboard, running_dashboard

from dashboard_integrations.host.serve import CannotServeError, serve
from dashboard_integrations.host.settings import HostSettings
from dashboard_integrations.testing import FakeReply, FakeService

CANARY = "canary-9e107d9d372bb682"


def client_of(dashboard: RunningDashboard, **headers: str) -> httpx.Client:
    bearer = {"authorization": f"Bearer {dashboard.token}"}
    return httpx.Client(base_url=dashboard.address, headers=bearer | headers, timeout=30)


def data_of(answer: httpx.Response) -> Any:
    assert answer.json()["success"], answer.text
    return answer.json()["data"]


def test_it_shows_this_machine_to_who_has_the_address(tmp_path: Path) -> None:
    """The printed address leads to the board of this machine, by way of a cookie."""
    with (
        running_dashboard(tmp_path / "data") as dashboard,
        httpx.Client(base_url=dashboard.address, follow_redirects=True, timeout=30) as browser,
    ):
        closed = browser.get("/").status_code
        page = browser.get("/", params={"token": dashboard.token})
        again = browser.get("/").status_code
        board = data_of(browser.get("/api/boards/home"))
        code = dashboard.stop()

    assert (401, 200, "/", 200, 0) == (closed, page.status_code, page.url.raw_path.decode(), again, code)
    assert (True, True) == ('data-board="home"' in page.text, "Memory" in {item["title"] for item in board["widgets"]})


def test_a_second_start_finds_everything(tmp_path: Path) -> None:
    """Address, apps, secrets and data are there again, and nothing was made twice."""
    with FakeService() as fake:
        fake.reply("GET", "/api/v2/app/version", FakeReply(text="v5.0.0"))
        seen: list[Any] = []
        for start in range(2):
            with running_dashboard(tmp_path / "data") as dashboard, client_of(dashboard) as client:
                if start == 0:
                    config = {"url": fake.url, "password": CANARY}
                    body = {"name": "T", "integrationType": "transmission", "config": config}
                    data_of(client.post("/api/apps", json=body))
                seen.append((dashboard.token, data_of(client.get("/api/apps")), data_of(client.get("/api/widgets"))))
                assert dashboard.stop() == 0

    assert seen[0] == seen[1]
    assert [["password"], []] == [app["secretsSet"] for app in seen[0][1]]


def test_files_are_for_their_user_alone(tmp_path: Path) -> None:
    """0700 for the folder, 0600 for what is in it, while it runs."""
    data = tmp_path / "data"
    with running_dashboard(data):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in data.rglob("*") if path.is_file()}

    assert {0o600} == set(modes.values())
    assert {"key", "token", "dashboard.db"} <= set(modes)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_only_the_right_requests_are_answered(tmp_path: Path) -> None:
    """No token 401, another name 403, a foreign page 403."""
    with (
        running_dashboard(tmp_path / "data") as dashboard,
        httpx.Client(base_url=dashboard.address, timeout=30) as client,
    ):
        statuses = [client.get("/api/apps").status_code]
        statuses += [client.get("/api/apps", headers={"host": "evil.example"}).status_code]
        client.get("/", params={"token": dashboard.token})
        statuses += [client.get("/api/apps").status_code]
        statuses += [client.post("/sign-out", headers={"origin": "http://evil.example"}).status_code]

    assert [401, 403, 200, 403] == statuses


def test_a_secret_is_nowhere_to_be_found(tmp_path: Path) -> None:
    """At debug level, with a service that repeats it, a secret is in no file, log, page or answer; nor is the token."""
    data = tmp_path / "data"
    with FakeService() as fake, running_dashboard(data, "--log-level", "debug") as dashboard:
        reply = FakeReply(status=500, text=f"no such user: {CANARY}", headers={"set-cookie": f"sid={CANARY}"})
        fake.reply("POST", "/transmission/rpc", reply)
        with client_of(dashboard) as client:
            config = {"url": fake.url, "username": "u", "password": CANARY}
            body = {"name": "T", "integrationType": "transmission", "config": config}
            app = client.post("/api/apps", json=body)
            answers = [app, client.post("/api/apps", json={**body, "config": {**config, "urll": CANARY}})]
            answers += [client.post("/api/integrations/test", json={"appId": data_of(app)["id"], "config": {}})]
            answers += [client.get(path) for path in ("/", "/api/apps", f"/apps/{data_of(app)['id']}")]
            answers += [client.get(f"/api/integrations/{data_of(app)['id']}/data/{name}") for name in ("speed", "nope")]
            client.get("/", params={"token": dashboard.token})
        dashboard.stop()
        files = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
        texts = [answer.text for answer in answers]

        assert fake.requests
    assert [] == [text for text in (*texts, dashboard.log, files.decode("latin-1")) if CANARY in text]
    assert dashboard.token not in dashboard.log


def test_the_token_can_be_chosen(tmp_path: Path) -> None:
    """DASHBOARD_TOKEN sets the token, and --token wins over it."""
    chosen = {"DASHBOARD_TOKEN": "from-the-environment"}
    with running_dashboard(tmp_path / "a", **chosen) as first:
        pass
    with running_dashboard(tmp_path / "b", "--token", "from the option", **chosen) as second:
        pass

    assert ("from-the-environment", "from%20the%20option") == (first.token, second.token)


def test_two_may_start_at_once(tmp_path: Path) -> None:
    """Two processes on one new folder agree on key, token and apps."""
    data = tmp_path / "data"
    with (
        running_dashboard(data) as first,
        running_dashboard(data) as second,
        client_of(first) as one,
        client_of(second) as two,
    ):
        assert data_of(one.get("/api/apps")) == data_of(two.get("/api/apps"))


def test_control_c_stops_it_too(tmp_path: Path) -> None:
    """SIGINT is an ordinary end."""
    with running_dashboard(tmp_path / "data") as dashboard:
        assert dashboard.stop(signal.SIGINT) == 0


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    """Nothing is made, and the line names the port and the option."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "dashboard_integrations.cli", "serve", "--port", str(port)]
        found = subprocess.run([*command, "--data", tmp_path / "data"], capture_output=True, text=True, check=False)

    expected = f"error: cannot listen on 127.0.0.1 port {port} (Address already in use): choose another with --port\n"
    assert (1, "", expected, False) == (found.returncode, found.stdout, found.stderr, (tmp_path / "data").exists())


@pytest.mark.network  # a name is looked up that cannot exist
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"host": "no.such.host.invalid"}, "check --host"),
        ({"data": Path("/dev/null/data")}, "choose another with --data"),
    ],
)
def test_what_cannot_be_served_is_told(tmp_path: Path, settings: dict[str, Any], told: str) -> None:
    """Wrong settings are one clear error."""
    with pytest.raises(CannotServeError, match=told):
        serve(HostSettings(**{"data": tmp_path / "data", "port": 0, **settings}), environ={})


def test_a_weak_key_is_told(tmp_path: Path) -> None:
    """A key that is no key ends the start."""
    with pytest.raises(CannotServeError, match="keygen"):
        serve(HostSettings(data=tmp_path / "data", port=0), environ={"INTEGRATION_ENCRYPTION_KEY": "secret"})


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """A damaged database ends the start, and is left as it is."""
    (tmp_path / "dashboard.db").write_bytes(b"this is no database at all" * 100)

    with pytest.raises(CannotServeError, match="restore it from a backup"):
        serve(HostSettings(data=tmp_path, port=0), environ={})
