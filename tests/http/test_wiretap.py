"""A wiretap hears each exchange as it was on the wire."""

import gzip

import pytest
from http_login import digest_guard

from dashboard_integrations import BasicAuth, CookieLogin, ServiceConfig
from dashboard_integrations.exchange import HttpRequest
from dashboard_integrations.http import HttpPool
from dashboard_integrations.testing import FakeReply


class Config(ServiceConfig):
    user: str = "anna"
    password: str = "pass"


async def heard(service, *requests, auth=None):
    """Send requests and return what a wiretap was told."""
    told = []
    async with HttpPool(wiretap=told.append) as pool:
        config = Config(url=f"{service.url}/base", timeout=60)
        app = pool.app(key="app", config=config, auth=auth, max_response_bytes=100_000)
        for request in requests:
            await app.transport.send(request)
    return told


async def test_an_exchange_is_told_whole(service):
    """The query, the headers that were added and both bodies are there."""
    service.reply("POST", "/base/x", json={"b": 2})
    request = HttpRequest(method="POST", path="x", params={"q": "a b"}, headers={"X-Own": "1"}, content=b"[1]")
    (told,) = await heard(service, request, auth=BasicAuth("user", "password"))
    assert ("POST", f"{service.url}/base/x?q=a+b", b"[1]", 200, b'{"b": 2}') == (
        told.method,
        told.url,
        told.content,
        told.status,
        told.response_content,
    )
    assert {("x-own", "1"), ("authorization", "Basic YW5uYTpwYXNz")} <= set(told.headers)


async def test_a_body_is_told_decompressed(service):
    """What a recording holds can be read."""
    service.reply("GET", "/base/x", body=gzip.compress(b"plain"), headers={"content-encoding": "gzip"})
    (told,) = await heard(service, HttpRequest(method="GET", path="x"))
    assert b"plain" == told.response_content


async def test_each_cookie_has_its_header(service):
    """Headers of one name are not joined."""
    service.reply("GET", "/base/x", json={}, headers={"Set-Cookie": ["a=1; Path=/", "b=2"]})
    (told,) = await heard(service, HttpRequest(method="GET", path="x"))
    assert [("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2")] == [
        pair for pair in told.response_headers if pair[0] == "set-cookie"
    ]


async def test_redirects_are_told(service):
    """Each hop is an exchange."""
    service.reply("GET", "/base/x", status=302, headers={"Location": "/base/y"})
    service.reply("GET", "/base/y", json={})
    told = await heard(service, HttpRequest(method="GET", path="x"))
    assert [(302, f"{service.url}/base/x"), (200, f"{service.url}/base/y")] == [(one.status, one.url) for one in told]


async def test_a_login_and_its_renewal_are_told(service):
    """A session that the service forgot costs two more exchanges."""
    service.reply("POST", "/base/login", json={}, headers={"Set-Cookie": "SID=s"})
    service.reply("GET", "/base/x", FakeReply(status=401), FakeReply(json={}))
    login = CookieLogin("login", form={"u": "user", "p": "password"})
    told = await heard(service, HttpRequest(method="GET", path="x"), auth=login)
    assert [("POST", 200), ("GET", 401), ("POST", 200), ("GET", 200)] == [(one.method, one.status) for one in told]


@pytest.mark.parametrize("calls", [1, 2])
async def test_the_challenge_of_a_digest_login_is_told(service, calls):
    """The refused request has no credentials, the next ones have."""
    service.reply("GET", "/base/x", digest_guard)
    request = HttpRequest(method="GET", path="x", digest=("anna", "pass"))
    told = await heard(service, *[request] * calls)
    assert [401, *[200] * calls] == [one.status for one in told]
    assert [False, *[True] * calls] == ["authorization" in dict(one.headers) for one in told]


async def test_a_failure_has_no_exchange(service):
    """Who did not answer said nothing."""
    service.drop()
    told = []
    async with HttpPool(wiretap=told.append) as pool:
        app = pool.app(
            key="app", config=ServiceConfig(url=service.url, timeout=60), auth=None, max_response_bytes=100_000
        )
        with pytest.raises(Exception, match="closed the connection"):
            await app.transport.send(HttpRequest(method="GET", path="x"))
    assert [] == told
