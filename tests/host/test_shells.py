"""The pages of who signed in."""

import re
from collections.abc import Callable

import pytest
from host_address import TOKEN
from starlette.testclient import TestClient

from dashboard_integrations.ui import elements_path

PAGES = ["/", "/boards/home", "/apps", "/apps/new", "/health"]
CANARY = "canary-7d21e"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_its_scripts(browser: TestClient, path: str) -> None:
    """Its own and the elements, each of which is there for whoever loads it."""
    page = browser.get(path).text
    scripts = re.findall(r'<script [^>]*src="([^"]+)"', page)

    assert [200] * len(scripts) == [browser.get(script).status_code for script in scripts]
    assert (True, True) == (len(scripts) > 1, elements_path() in page)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_its_landmarks(browser: TestClient, path: str) -> None:
    """A way past the header, two navigations, one main part, and a word for who has no JavaScript."""
    page = browser.get(path).text

    assert [1, 2, 1, 1, 1] == [
        page.count(part) for part in ('class="skip"', "<nav ", "<main ", "<noscript>", "<title>")
    ]


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/sign-in"])
def test_no_page_has_inline_code_or_style(browser: TestClient, path: str) -> None:
    """What the policy forbids is not in the pages."""
    page = browser.get(path).text

    assert [] == re.findall(r"<script(?![^>]* src=)[^>]*>|<style| style=| on[a-z]+=|javascript:", page)


def test_the_first_page_is_the_first_board(browser: TestClient) -> None:
    """Boards are links in their order; the one that is shown is marked."""
    media = browser.post("/api/boards", json={"name": "Media & more"}).json()["data"]["id"]
    browser.patch("/api/boards/home", json={"position": 9})
    links = re.findall(r'<a href="/boards/(\w+)"( aria-current="page")?>([^<]*)</a>', browser.get("/").text)

    assert [(media, ' aria-current="page"', "Media &amp; more"), ("home", "", "Home")] == links


def test_a_board_has_an_address(browser: TestClient) -> None:
    """Its title is its name."""
    page = browser.get("/boards/home").text

    assert ["<title>Home · Dashboard</title>"] == re.findall("<title>.*</title>", page)
    assert 'data-board="home"' in page


def test_an_app_has_an_address(browser: TestClient) -> None:
    """The page holds its name and id, and nothing of its configuration."""
    body = {"name": "<b>", "integrationType": "gallery", "config": {"url": "x", "password": CANARY}}
    app_id = browser.post("/api/apps", json=body).json()["data"]["id"]
    page = browser.get(f"/apps/{app_id}").text

    assert [True, True, False, False] == [
        part in page for part in (f'data-app="{app_id}"', "<title>&lt;b&gt; · Dashboard</title>", "<b>", CANARY)
    ]


@pytest.mark.parametrize("path", ["/nowhere", "/boards/nowhere", "/apps/nobody"])
def test_what_is_not_there_is_told(browser: TestClient, path: str) -> None:
    """A page that is not there has a way back."""
    response = browser.get(path)

    assert (404, True) == (response.status_code, "To the dashboard" in response.text)


def test_a_page_does_not_take_what_it_has_no_form_for(browser: TestClient) -> None:
    """Changes go through the routes."""
    assert [405] * 3 == [browser.post(path).status_code for path in ("/", "/apps/new", "/boards/home")]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_asks_for_the_token(anonymous: TestClient, path: str) -> None:
    """And leads back to where it was asked."""
    response = anonymous.get(path)

    assert (401, True) == (response.status_code, f'name="next" value="{path}"' in response.text)


def test_another_key_leaves_the_pages_readable(start: Callable[..., TestClient]) -> None:
    """An app sealed with a key that is gone says so in its form's data, and its page opens."""
    keys = ["11" * 8 + "2233445566778899aabbccddeeff0011" + "7f" * 8, "a1b2c3d4e5f60718293a4b5c6d7e8f90" * 2]
    body = {"name": "G", "integrationType": "gallery", "config": {"url": "x", "password": CANARY}}
    headers = {"authorization": f"Bearer {TOKEN}"}
    with start(environ={"INTEGRATION_ENCRYPTION_KEY": keys[0]}) as client:
        app_id = client.post("/api/apps", json=body, headers=headers).json()["data"]["id"]
    with start(environ={"INTEGRATION_ENCRYPTION_KEY": keys[1]}) as client:
        page = client.get(f"/apps/{app_id}", headers=headers)
        app = client.get(f"/api/apps/{app_id}", headers=headers).json()["data"]

    assert (200, "secret-unreadable") == (page.status_code, app["configError"]["code"])


def test_the_elements_are_there_for_anybody(anonymous: TestClient) -> None:
    """Code is no secret; under its hash it is kept for ever."""
    response = anonymous.get(elements_path())

    assert (200, True, "default-src 'none'") == (
        response.status_code,
        "immutable" in response.headers["cache-control"],
        response.headers["content-security-policy"],
    )


def test_scripts_are_asked_for_again_and_not_sent_again(browser: TestClient) -> None:
    """After an update nobody runs old code."""
    first = browser.get("/static/theme.js")
    second = browser.get("/static/theme.js", headers={"if-none-match": first.headers["etag"]})

    assert ("no-cache", 304) == (first.headers["cache-control"], second.status_code)
