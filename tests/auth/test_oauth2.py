"""OAuth 2 client credentials."""

import base64

import pytest

from dashboard_integrations.auth import ClientAuthentication, OAuth2ClientCredentials
from dashboard_integrations.errors import AuthFailedError, BadResponseError, IntegrationError, UpstreamError
from dashboard_integrations.exchange import HttpRequest
from dashboard_integrations.testing import FakeReply

GET = HttpRequest(method="GET", path="x")
CLIENT = {"user": "id:1", "password": "sec ret"}


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


def _auth(**parts):
    return OAuth2ClientCredentials("token", "user", "password", **parts)


async def test_the_token_is_sent_as_bearer(app_with, service):
    """One request for a token, then calls with it."""
    service.reply("POST", "/token", json={"access_token": "t1", "token_type": "Bearer"})
    async with app_with(_auth(), **CLIENT) as transport:
        await transport.send(GET)
        await transport.send(GET)
    assert [request.headers.get("authorization") for request in service.requests[1:]] == ["Bearer t1", "Bearer t1"]


async def test_the_client_is_proved_by_basic(app_with, service):
    """Id and secret are encoded before they are joined, as RFC 6749 has it."""
    service.reply("POST", "/token", json={"access_token": "t1"})
    async with app_with(_auth(scope="read write"), **CLIENT) as transport:
        await transport.send(GET)
    request = service.requests[0]
    login = f"Basic {base64.b64encode(b'id%3A1:sec+ret').decode()}"
    assert (login, {"grant_type": "client_credentials", "scope": "read write"}) == (
        request.headers["authorization"],
        request.form(),
    )


async def test_the_client_can_be_proved_in_the_form(app_with, service):
    """Some services read id and secret from the body only."""
    service.reply("POST", "/token", json={"access_token": "t1"})
    async with app_with(_auth(authentication=ClientAuthentication.BODY), **CLIENT) as transport:
        await transport.send(GET)
    assert ({"grant_type": "client_credentials", "client_id": "id:1", "client_secret": "sec ret"}, False) == (
        service.requests[0].form(),
        "authorization" in service.requests[0].headers,
    )


@pytest.mark.parametrize(
    ("lifetime", "later", "logins"),
    [(3600, 3560, 1), (3600, 3580, 2), ("3600", 3580, 2), (10, 4, 1), (10, 6, 2), (None, 1e9, 1)],
)
async def test_a_token_is_renewed_shortly_before_it_expires(app_with, service, lifetime, later, logins):
    """``expires_in`` is honoured, half a minute early, or halfway for a short one."""
    answer = {"access_token": "t"} | ({} if lifetime is None else {"expires_in": lifetime})
    service.reply("POST", "/token", json=answer)
    clock = Clock()
    async with app_with(_auth(clock=clock), **CLIENT) as transport:
        await transport.send(GET)
        clock.now += later
        await transport.send(GET)
    assert logins == sum(request.path == "/token" for request in service.requests)


async def test_a_refused_token_is_renewed(app_with, service):
    """A token that the service withdrew is replaced."""
    service.reply("POST", "/token", FakeReply(json={"access_token": "t1"}), FakeReply(json={"access_token": "t2"}))
    service.reply(
        "GET", "/x", lambda request: FakeReply(status=200 if request.headers["authorization"] == "Bearer t2" else 401)
    )
    async with app_with(_auth(), **CLIENT) as transport:
        assert (await transport.send(GET)).status == 200


async def test_without_credentials_no_token_is_asked_for(app_with, service):
    """Unset id and secret mean that none is needed."""
    async with app_with(_auth()) as transport:
        await transport.send(GET)
    assert [request.path for request in service.requests] == ["/x"]


@pytest.mark.parametrize(
    ("reply", "expected", "reason"),
    [
        (FakeReply(status=401), AuthFailedError, "http-401"),
        (FakeReply(status=400, json={"error": "invalid_client"}), AuthFailedError, "refused"),
        (FakeReply(status=400, json={"error": "invalid_scope"}), UpstreamError, "http-400"),
        (FakeReply(json={"token": "t"}), BadResponseError, "shape"),
        (FakeReply(json={"access_token": "a\nb"}), BadResponseError, "shape"),
        (FakeReply(text="<html>"), BadResponseError, "html"),
    ],
)
async def test_a_refused_client_says_why(app_with, service, reply, expected, reason):
    """Every way to fail has its type and reason."""
    service.reply("POST", "/token", reply)
    async with app_with(_auth(), **CLIENT) as transport:
        with pytest.raises(IntegrationError) as caught:
            await transport.send(GET)
    assert (expected, reason) == (type(caught.value), caught.value.reason)
