"""Secrets in placeholders: sent to the service, and masked on every way back."""

import logging
from collections.abc import Iterator

import pytest
from definitions import integration_of, view_text

from dashboard_integrations.declarative import DeclaredIntegration
from dashboard_integrations.redaction import MASK
from dashboard_integrations.testing import FakeReply, FakeRequest, FakeService, assert_no_secret, open_app

SECRET = 'c4nary/pä55 "word"&+%'
CONFIG = "[config.token]\nsecret = true\n"
ECHO = view_text("list", 'rows = "rows"', 'item = { title = "@" }')


@pytest.fixture
def service() -> Iterator[FakeService]:
    with FakeService() as fake:
        yield fake


def echoing(request: str, view: str = ECHO) -> DeclaredIntegration:
    return integration_of(config=CONFIG, request=f"request = {request}", view=view)


@pytest.mark.parametrize(
    "request_text",
    [
        '{ path = "/data", query = { key = "{token}" } }',
        '{ path = "/data", headers = { X-Key = "{token}" } }',
        '{ path = "/data", method = "POST", json = { key = "a {token}" } }',
        '{ path = "/data", method = "POST", form = { key = "{token}" } }',
    ],
    ids=["query", "header", "json", "form"],
)
async def test_what_comes_back_is_masked(service: FakeService, request_text: str) -> None:
    """Whatever form the service repeats it in."""

    def echo(request: FakeRequest) -> FakeReply:
        said = [request.query_string, request.headers.get("x-key", ""), request.body.decode(), SECRET]
        return FakeReply(json={"rows": [text for text in said if text]})

    for method in ("GET", "POST"):
        service.reply(method, "/data", echo)
    async with open_app(echoing(request_text), config={"url": service.url, "token": SECRET}) as app:
        view = await app.show("data")

    assert_no_secret(view, [SECRET])
    assert MASK in view.model_dump_json()


async def test_a_secret_in_the_path_is_masked_in_errors(service: FakeService) -> None:
    """The address stands in messages, encoded."""
    integration = echoing('{ path = "/hooks/{token}/state" }')
    async with open_app(integration, config={"url": service.url, "token": SECRET}) as app:
        error = await app.failure("data")

    assert "not-found" == error.code
    assert f"/hooks/{MASK}/state" in error.message
    assert_no_secret(error, [SECRET])


async def test_a_secret_in_a_selected_word_is_masked(service: FakeService, caplog: pytest.LogCaptureFixture) -> None:
    """In the words of an error, in a status nobody knows, and in the log."""
    caplog.set_level(logging.DEBUG)
    integration = echoing(
        '{ path = "/data", expect = "ok", error = "why" }',
        view_text("list", 'rows = "rows"', 'item = { title = "t", status = "s" }'),
    )
    async with open_app(integration, config={"url": service.url, "token": SECRET}) as app:
        service.reply("GET", "/data", json={"ok": False, "why": f"key {SECRET} is wrong"})
        refused = await app.failure("data")
        service.reply("GET", "/data", json={"ok": True, "rows": [{"t": "a", "s": SECRET}]})
        unknown = await app.failure("data")

    assert ("upstream-error", "bad-response") == (refused.code, unknown.code)
    assert_no_secret([refused, unknown, caplog.text], [SECRET])
    assert MASK in refused.message


async def test_a_secret_that_cannot_be_sent_is_not_told(service: FakeService) -> None:
    """Only its field is."""
    broken = f"{SECRET}\r\nx-evil: 1"
    integration = echoing('{ path = "/data", headers = { X-Key = "{token}" } }')
    async with open_app(integration, config={"url": service.url, "token": broken}) as app:
        error = await app.failure("data")

    assert ("invalid-config", ["token"]) == (error.code, list(error.fields))
    assert_no_secret(error, [SECRET, broken])
    assert [] == service.requests


async def test_a_secret_follows_no_redirect_to_another_server(service: FakeService) -> None:
    """Not even one that a definition put into a header."""
    integration = echoing('{ path = "/data", headers = { X-Key = "{token}" } }')
    with FakeService() as other:
        service.reply("GET", "/data", status=302, headers={"location": f"{other.url}/data"})
        async with open_app(integration, config={"url": service.url, "token": SECRET}) as app:
            error = await app.failure("data")
        asked = other.requests

    assert ("bad-response", "redirect", []) == (error.code, error.reason, asked)
