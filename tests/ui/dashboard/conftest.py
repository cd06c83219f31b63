"""The real dashboard, and a person who looks at it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_site import running
from fake_transmission import FakeTransmission
from playwright.sync_api import Page, expect

from dashboard_integrations.host.app import create_app
from dashboard_integrations.host.settings import HostSettings

TOKEN = "a-long-token-of-the-test"
# machines that do other things too are slow, and no test here is about how quick they are
PATIENCE = 60_000
# the element that has the focus, in whatever shadow tree it stands
FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const labels = [...(element?.labels ?? [])].map((label) => label.textContent).join(" ");
  return (element?.getAttribute("aria-label") || labels || element?.textContent || "").trim().replace(/\\s+/g, " ");
}"""


@dataclass(frozen=True)
class Dashboard:
    """Where it is, and what it asks for."""

    address: str
    token: str


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[Dashboard]:
    settings = HostSettings(data=tmp_path / "data", token=TOKEN, failure_delay=0)
    with running(create_app(settings, environ={})) as address:
        yield Dashboard(address, TOKEN)


@pytest.fixture
def api(dashboard: Dashboard) -> Iterator[httpx.Client]:
    """The dashboard's own routes, for what a test has to find there."""
    bearer = {"authorization": f"Bearer {dashboard.token}"}
    with httpx.Client(base_url=dashboard.address, headers=bearer, timeout=60) as client:
        yield client


@pytest.fixture
def watched(dashboard: Dashboard, watched):
    """Pages are closed before the dashboard stops: what they ask for is answered to the end."""
    return watched


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def service() -> Iterator[FakeTransmission]:
    with FakeTransmission() as service:
        yield service


@pytest.fixture
def look(watched, dashboard: Dashboard) -> Callable[..., Page]:
    """Open a page of the dashboard as somebody who has signed in."""

    def look(path: str = "/", **context: object) -> Page:
        page = watched.open(f"{dashboard.address}{path}?token={dashboard.token}", **context)
        page.set_default_timeout(PATIENCE)
        return page

    return look


@dataclass(frozen=True)
class Keyboard:
    """Somebody without a pointer."""

    page: Page

    def reach(self, name: str, *, backwards: bool = False) -> None:
        """Press Tab until the control of this name has the focus."""
        seen: list[str] = []
        for _ in range(150):
            seen.append(self.page.evaluate(FOCUSED))
            if seen[-1].startswith(name):
                return
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        raise AssertionError(f"{name!r} cannot be reached; what can be: {list(dict.fromkeys(seen))}")

    def press(self, name: str, key: str = "Enter") -> None:
        self.reach(name)
        self.page.keyboard.press(key)

    def write(self, name: str, text: str) -> None:
        self.reach(name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)


@pytest.fixture
def keyboard_of() -> Callable[[Page], Keyboard]:
    return Keyboard


@pytest.fixture
def faults_of() -> Callable[[Page], list[object]]:
    """Return what axe finds wrong with a page as it is now."""

    def faults_of(page: Page) -> list[object]:
        told = Axe().run(page).response["violations"]
        return [(item["id"], item["help"], [node["target"] for node in item["nodes"]][:3]) for item in told]

    return faults_of
