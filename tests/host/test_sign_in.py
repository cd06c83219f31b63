"""Signing in and out."""

from collections.abc import Callable

import pytest
from host_address import TOKEN
from starlette.testclient import TestClient


def test_without_the_token_a_page_asks_for_it(anonymous: TestClient) -> None:
    """The sign-in page shows no data."""
    response = anonymous.get("/")

    assert (401, True) == (response.status_code, 'name="token"' in response.text)


def test_without_the_token_a_route_answers_with_an_envelope(anonymous: TestClient) -> None:
    """Every route below /api is closed, unknown ones included."""
    answers = [anonymous.get(path) for path in ("/api/apps", "/api/integrations", "/api/nowhere", "/api")]

    assert [(401, "auth-failed")] * 4 == [(item.status_code, item.json()["error"]["code"]) for item in answers]


def test_the_address_signs_in(anonymous: TestClient) -> None:
    """The token leaves the address, and everything else in it stays."""
    response = anonymous.get("/apps/new", params={"token": TOKEN, "type": "gallery"})

    assert (303, "/apps/new?type=gallery") == (response.status_code, response.headers["location"])


def test_the_cookie_is_for_this_site_and_no_script(anonymous: TestClient) -> None:
    """The cookie is HttpOnly and SameSite=Strict, and is not the token."""
    cookie = anonymous.get("/", params={"token": TOKEN}).headers["set-cookie"]

    assert [True, True, False, False] == [
        part in cookie.lower() for part in ("httponly", "samesite=strict", "secure", TOKEN)
    ]


def test_over_https_the_cookie_is_secure(start: Callable[..., TestClient]) -> None:
    """Behind a proxy that speaks TLS the cookie never travels without it."""
    with start() as client:
        client.base_url = "https://127.0.0.1:8420"

        assert "; secure" in client.get("/", params={"token": TOKEN}).headers["set-cookie"].lower()


def test_who_signed_in_sees_the_dashboard(browser: TestClient) -> None:
    """The cookie is enough for pages and routes."""
    assert [200, 200] == [browser.get(path).status_code for path in ("/", "/api/apps")]


def test_a_wrong_token_signs_nobody_in(anonymous: TestClient) -> None:
    """A wrong token in the address or the form is answered with the form."""
    answers = [anonymous.get("/", params={"token": "wrong"}), anonymous.post("/sign-in", data={"token": "wrong"})]

    assert [(401, False)] * 2 == [(item.status_code, "set-cookie" in item.headers) for item in answers]


def test_the_form_signs_in_and_goes_on(anonymous: TestClient) -> None:
    """After signing in the page that was asked for is shown."""
    response = anonymous.post("/sign-in", data={"token": f" {TOKEN} ", "next": "/apps/new"})

    assert (303, "/apps/new", True) == (
        response.status_code,
        response.headers["location"],
        "set-cookie" in response.headers,
    )


@pytest.mark.parametrize("target", ["//evil.example/", "/\\evil.example", "http://evil.example", "/\t/evil.example"])
def test_signing_in_never_leads_elsewhere(anonymous: TestClient, target: str) -> None:
    """Whatever the form says, the way leads to this dashboard."""
    location = anonymous.post("/sign-in", data={"token": TOKEN, "next": target}).headers["location"]

    assert (True, False, False) == (location[0] == "/", location[1:2] in {"/", "\\"}, "\t" in location)


def test_an_address_never_leads_elsewhere(anonymous: TestClient) -> None:
    """Two slashes at the start of a path name another server in a redirect."""
    response = anonymous.get("http://127.0.0.1:8420//evil.example", params={"token": TOKEN})

    assert not response.headers.get("location", "/").startswith("//")


def test_the_form_has_an_address(anonymous: TestClient) -> None:
    """A page whose cookie went leads there, and from there back."""
    response = anonymous.get("/sign-in", params={"next": "/apps?a=b"})

    assert (200, True) == (response.status_code, 'name="next" value="/apps?a=b"' in response.text)


def test_signing_out_takes_the_cookie_away(browser: TestClient) -> None:
    """After signing out the token is asked for again."""
    browser.post("/sign-out")

    assert browser.get("/").status_code == 401


def test_a_link_on_another_site_is_followed_by_a_second_look(anonymous: TestClient) -> None:
    """A strict cookie does not come along with a link from elsewhere, but with a reload from here."""
    page = anonymous.get("/", headers={"sec-fetch-site": "cross-site"}).text

    assert '<meta http-equiv="refresh" content="0">' in page


def test_the_page_is_not_reloaded_for_ever(anonymous: TestClient) -> None:
    """The reload itself comes from here."""
    assert "refresh" not in anonymous.get("/", headers={"sec-fetch-site": "same-origin"}).text
