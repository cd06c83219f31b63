"""Digest logins, and what a failure of anybody's HTTP call means."""

import errno
import socket
import ssl

import anyio
import httpx
import pytest
from http_login import digest_guard

from dashboard_integrations.errors import (
    AuthFailedError,
    BadResponseError,
    InternalError,
    InvalidConfigError,
    UnreachableError,
    UpstreamTimeoutError,
)
from dashboard_integrations.exchange import HttpRequest
from dashboard_integrations.http import translate

REQUEST = httpx.Request("GET", "http://nas:8080/api?key=canary")
LOGIN = ("anna", "pass")


async def test_digest_answers_the_challenge_and_keeps_the_nonce(service, transport_to):
    """The first call takes two exchanges, the next one each."""
    service.reply("GET", "/x", digest_guard)
    request = HttpRequest(method="GET", path="x", params={"a": "1"}, digest=LOGIN)
    async with transport_to(service.url) as transport:
        statuses = [(await transport.send(request)).status for _ in range(3)]
    assert (statuses, len(service.requests)) == ([200, 200, 200], 4)


async def test_a_wrong_digest_password_is_401(service, transport_to):
    """A refused answer to the challenge comes back as it is."""
    service.reply("GET", "/x", digest_guard)
    async with transport_to(service.url) as transport:
        response = await transport.send(HttpRequest(method="GET", path="x", digest=("anna", "wrong")))
    assert (response.status, len(service.requests)) == (401, 2)


@pytest.mark.parametrize(
    "challenge",
    [
        'Digest realm="r"',
        "Digest nonsense",
        'Digest realm="r", nonce="n", algorithm=UNKNOWN',
        'Digest realm="r", nonce="n", qop="auth-int"',
    ],
)
async def test_an_unknown_challenge_is_a_bad_response_each_time(service, transport_to, challenge):
    """A challenge that cannot be answered is explained, on the second call as on the first."""
    service.reply("GET", "/x", status=401, headers={"WWW-Authenticate": challenge})
    reasons = []
    async with transport_to(service.url) as transport:
        for _ in range(2):
            with pytest.raises(BadResponseError) as caught:
                await transport.send(HttpRequest(method="GET", path="x", digest=LOGIN))
            reasons.append(caught.value.reason)
    assert reasons == ["challenge", "challenge"]


def _status_error(status):
    return httpx.HTTPStatusError("canary", request=REQUEST, response=httpx.Response(status, request=REQUEST))


@pytest.mark.parametrize(
    ("failure", "expected", "reason"),
    [
        (httpx.ConnectTimeout("canary", request=REQUEST), UpstreamTimeoutError, None),
        (httpx.PoolTimeout("canary"), UpstreamTimeoutError, None),
        (httpx.ConnectError("canary", request=REQUEST), UnreachableError, "network"),
        (httpx.ReadError("canary", request=REQUEST), UnreachableError, "reset"),
        (httpx.RemoteProtocolError("canary", request=REQUEST), UnreachableError, "protocol"),
        (httpx.LocalProtocolError("canary", request=REQUEST), InternalError, "request"),
        (httpx.DecodingError("canary", request=REQUEST), BadResponseError, "encoding"),
        (httpx.TooManyRedirects("canary", request=REQUEST), BadResponseError, "redirect"),
        (httpx.InvalidURL("canary"), InvalidConfigError, None),
        (httpx.UnsupportedProtocol("canary"), InvalidConfigError, None),
        (_status_error(401), AuthFailedError, "http-401"),
        (TimeoutError("canary"), UpstreamTimeoutError, None),
        (ConnectionRefusedError("canary"), UnreachableError, "refused"),
        (ConnectionResetError("canary"), UnreachableError, "reset"),
        (socket.gaierror("canary"), UnreachableError, "dns"),
        (OSError(errno.EHOSTUNREACH, "canary"), UnreachableError, "network"),
        (anyio.BrokenResourceError("canary"), UnreachableError, "reset"),
        (ssl.SSLError(1, "canary"), UnreachableError, "protocol"),
    ],
)
def test_failures_are_translated(failure, expected, reason):
    """Failures of an author's own calls get the right type and reason, and their text is not repeated."""
    error = translate(failure)
    assert (expected, reason, False) == (type(error), error.reason, "canary" in error.message)


def test_a_cause_inside_decides():
    """What a client wraps is found, also in a group of failed attempts."""
    attempts = OSError("All connection attempts failed")
    attempts.__cause__ = ExceptionGroup("attempts", [ConnectionRefusedError(), ConnectionRefusedError()])
    assert translate(attempts).reason == "refused"


def test_waiting_for_the_network_is_no_failure_of_tls():
    """A connection that breaks off while TLS waits is broken off, and nothing is wrong with TLS."""
    failure = ConnectionResetError()
    failure.__context__ = ssl.SSLWantReadError()
    assert translate(failure).reason == "reset"


def test_the_origin_comes_from_the_request():
    """Of a request that failed, the origin is named and nothing else."""
    assert translate(httpx.ConnectTimeout("", request=REQUEST)).message.startswith("http://nas:8080 did not answer")


def test_our_own_errors_stay_as_they_are():
    """What is typed already is returned itself."""
    error = BadResponseError("x")
    assert translate(error) is error


@pytest.mark.parametrize("failure", [FileNotFoundError(2, "x"), PermissionError(13, "x"), KeyError("x"), OSError()])
def test_everything_else_is_left(failure):
    """A failure that has nothing to do with a network is not guessed at."""
    assert translate(failure) is None


def test_a_file_error_during_a_network_error_stays_one():
    """What happened before does not make a failure one of the network."""
    failure = FileNotFoundError(2, "x")
    failure.__context__ = ConnectionRefusedError()
    assert translate(failure) is None
