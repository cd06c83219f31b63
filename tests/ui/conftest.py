"""A real browser, and pages in it that fail their test when they break a promise."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser_site import BrowserSite, browser_site
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.effectiveDirective} by ${event.blockedURI} ${event.sample}`));
"""
# an API that answers with an error is an ordinary answer, and so is that there is no icon; missing code is not
ORDINARY_ANSWER = re.compile(r"/api/(?!integrations/ui/)|/favicon\.ico$")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of one module.

    Playwright's event loop counts as running in this thread until it is stopped, and no asynchronous test could run
    beside it: so a module has either kind of tests, and the next module is free to have the other.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None and "CI" not in os.environ:
        pytest.skip("chromium is missing: apt-get install chromium fonts-dejavu fonts-noto-core")
    assert found is not None, "chromium is missing, and CI skips nothing"
    flags = [*FLAGS, *(["--no-sandbox"] if sys.platform == "linux" and os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site() -> Iterator[BrowserSite]:
    """Pages to open, and the routes over sample integrations: the apps `gallery` (all views) and `slow`."""
    with browser_site() as site:
        yield site


class Watched:
    """Pages of a test, and what went wrong in them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.problems: list[str] = []

    def open(self, url: str, **context: object) -> Page:
        """Open a page in a context of its own; what it does wrong is remembered."""
        made = self._browser.new_context(**{"locale": "en-GB", "timezone_id": "UTC", **context})  # type: ignore[arg-type]
        made.set_default_timeout(60_000)
        made.add_init_script(REPORT_VIOLATIONS)
        self._contexts.append(made)
        page = made.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        page.on("dialog", self._asked)
        page.goto(url)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not ORDINARY_ANSWER.search(message.location.get("url", "")):
            self.problems.append(f"console: {message.text}")

    def _asked(self, dialog) -> None:
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Open any page by its URL; console errors, uncaught errors, dialogs and violations of the policy fail the test."""
    watched = Watched(browser)
    yield watched
    watched.close()
    assert [] == watched.problems


@pytest.fixture
def page_of(watched: Watched, site: BrowserSite) -> Callable[..., Page]:
    """Open a page with this HTML as its body.

    ``lang``, ``direction``, ``theme`` and ``head`` are of the page; the rest are options of a browser context:
    ``color_scheme="dark"``, ``viewport={"width": 320, "height": 600}``, ``locale``, ``timezone_id`` …
    """

    def open_page(
        body: str,
        *,
        head: str = "",
        lang: str = "en",
        direction: str = "ltr",
        theme: str | None = None,
        **context: object,
    ) -> Page:
        url = site.add(body, head=head, lang=lang, direction=direction, theme=theme)
        return watched.open(url, **context)

    return open_page


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for screenshots to look at: ``UI_SHOTS`` names one, else it is thrown away."""
    named = os.environ.get("UI_SHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
