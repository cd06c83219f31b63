"""The dashboard as several processes: all answer, one may die, and none is left behind."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from click.testing import CliRunner
from running_dashboard import RunningDashboard, running_dashboard
from waiting import until_in_thread

from dashboard_integrations.cli.commands import commands
from dashboard_integrations.host.settings import HostSettings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals here")


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[RunningDashboard]:
    with running_dashboard(tmp_path / "data", "--workers", "2") as dashboard:
        yield dashboard


def workers(dashboard: RunningDashboard) -> list[psutil.Process]:
    return [child for child in psutil.Process(dashboard.pid).children() if "spawn_main" in command_of(child)]


def command_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):  # killed, and not replaced yet
        return ""


@contextmanager
def not_answering(worker: psutil.Process) -> Iterator[None]:
    """Leave every new connection to the other worker."""
    worker.suspend()
    try:
        yield
    finally:
        worker.resume()


def ask(dashboard: RunningDashboard, path: str) -> int:
    return httpx.get(f"{dashboard.address}{path}", headers=bearer(dashboard), timeout=30).status_code


def bearer(dashboard: RunningDashboard) -> dict[str, str]:
    return {"authorization": f"Bearer {dashboard.token}"}


def test_what_one_worker_knows_the_other_knows(dashboard: RunningDashboard) -> None:
    """A cookie of one worker and an app made there are good at the other; the first start is done once."""
    one, other = workers(dashboard)
    with not_answering(other):
        entered = httpx.get(dashboard.address, params={"token": dashboard.token}, timeout=30)
        body = {"name": "Second", "integrationType": "system", "config": {}}
        made = httpx.post(f"{dashboard.address}/api/apps", json=body, headers=bearer(dashboard), timeout=30)
    with not_answering(one):
        page = httpx.get(dashboard.address, cookies=entered.cookies, timeout=30)
        apps = httpx.get(f"{dashboard.address}/api/apps", headers=bearer(dashboard), timeout=30).json()["data"]

    assert (303, True, 200) == (entered.status_code, made.json()["success"], page.status_code)
    assert ["Second", "This machine"] == sorted(app["name"] for app in apps)
    assert "workers-without-redis" in dashboard.log


def test_a_worker_that_dies_is_replaced(dashboard: RunningDashboard) -> None:
    """The other answers meanwhile. A replacement that dies too is replaced after a pause."""
    for pause in ("0.0", "0.5"):
        before = {worker.pid for worker in workers(dashboard)}
        os.kill(max(before), signal.SIGKILL)
        answers = {ask(dashboard, "/api/apps") for _ in range(10)}
        until_in_thread(lambda before=before: len({worker.pid for worker in workers(dashboard)} - before) == 1)

        assert {200} == answers
        assert f"exit_code=-9 replaced_in_seconds={pause}" in dashboard.log


def test_all_end_in_order(dashboard: RunningDashboard) -> None:
    """SIGTERM lets streams end, and leaves no process."""
    children = workers(dashboard)
    url = f"{dashboard.address}/api/integrations/stream"
    with httpx.stream("GET", url, params={"watch": "this-machine:memory"}, headers=bearer(dashboard)) as stream:
        lines = stream.iter_lines()
        next(lines)
        code = dashboard.stop()
        rest = list(lines)

    assert 0 == code
    assert any(rest)
    assert [] == [child for child in children if child.is_running()]


def test_workers_end_with_a_parent_that_was_killed(dashboard: RunningDashboard) -> None:
    """Nobody is left to replace or stop them."""
    children = workers(dashboard)
    dashboard.stop(signal.SIGKILL)

    _, alive = psutil.wait_procs(children, timeout=60)
    assert [] == alive


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--redis", "http://:canary@cache"), "the URL of Redis is redis://"),
        (("--trust-proxy", "0.0.0.0/0"), "is everybody"),
        (("--trust-proxy", "proxy.example"), "an address or a network"),
        (("--workers", "0"), "0 is not in the range"),
    ],
)
def test_options_that_make_no_sense_are_told(tmp_path: Path, options: tuple[str, str], told: str) -> None:
    """A usage error, without what may be secret, before anything is made."""
    found = CliRunner().invoke(commands, ["serve", "--data", str(tmp_path / "data"), *options])

    assert (2, True, False) == (found.exit_code, told in found.output, "canary" in found.output)
    assert not (tmp_path / "data").exists()


def test_settings_hide_what_is_secret() -> None:
    """URLs with passwords are in no representation."""
    settings = HostSettings(data=Path("data"), redis="redis://:canary@cache", database="postgresql://u:canary@db/d")

    assert "canary" not in repr(settings)
