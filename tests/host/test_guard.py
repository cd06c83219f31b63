"""The guard before every route."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
EVIL = {"host": "evil.example"}


def test_another_name_is_refused_with_an_envelope(api: TestClient) -> None:
    """A page of another site whose name points at us reads nothing, whatever it presents."""
    response = api.get("/api/apps", headers=EVIL)

    assert (403, "forbidden", "host") == (
        response.status_code,
        response.json()["error"]["code"],
        response.json()["error"]["reason"],
    )


def test_another_name_is_refused_with_an_envelope_at_the_root_of_the_api(api: TestClient) -> None:
    """``/api`` itself is of the JSON side, as it is for who may ask."""
    assert api.get("/api", headers=EVIL).json()["error"]["code"] == "forbidden"


def test_another_name_is_refused_on_pages(browser: TestClient) -> None:
    """The refusal tells how to allow the name."""
    response = browser.get("/", headers=EVIL)

    assert (403, True) == (response.status_code, "--allow-host" in response.text)


def test_an_allowed_name_is_answered(start: Callable[..., TestClient]) -> None:
    """A name given by --allow-host is ours."""
    with start(allow_hosts=("dash.example",)) as client:
        assert client.get("/api/apps", headers={"host": "dash.example"}).status_code == 401


@pytest.mark.parametrize("path", ["/api/apps", "/api/boards", "/sign-in", "/sign-out"])
@pytest.mark.parametrize("sender", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_foreign_page_cannot_send(browser: TestClient, path: str, sender: dict[str, str]) -> None:
    """A form or script of another site does nothing, though the browser sends the cookie."""
    assert browser.post(path, headers=sender).status_code == 403


def test_a_script_with_the_token_needs_no_origin(api: TestClient) -> None:
    """The bearer token is nothing a browser sends by itself."""
    response = api.post("/api/integrations/data", json={"requests": []}, headers={"origin": "http://evil.example"})

    assert response.status_code == 400


@pytest.mark.parametrize("path", ["/", "/apps/new", "/nowhere", "/static/style.css", "/api/apps"])
def test_every_answer_has_security_headers(browser: TestClient, path: str) -> None:
    """No page can be framed, sniffed or made to load anything from elsewhere."""
    headers = browser.get(path).headers

    assert (POLICY, "nosniff", "same-origin") == (
        headers["content-security-policy"],
        headers["x-content-type-options"],
        headers["referrer-policy"],
    )


def test_pages_are_not_kept(browser: TestClient) -> None:
    """What a page showed is gone after signing out."""
    assert browser.get("/").headers["cache-control"] == "no-store"


def test_live_data_keeps_its_own_caching(api: TestClient) -> None:
    """The guard leaves headers alone that a route decided."""
    made = api.post("/api/apps", json={"name": "G", "integrationType": "gallery", "config": {"url": "x"}}).json()
    response = api.get(f"/api/integrations/{made['data']['id']}/data/stats")

    assert response.headers["cache-control"] == "private, no-cache"
