"""What a service can do wrong has one typed code, the same when it is tested and when it is fetched."""

import socket

import pytest

MOMENT = 0.5
"""The time limit where there will be no answer; where there is one, there is time for it."""
TRIES = 20

LOGIN_PAGE = b'<!DOCTYPE html><title>Sign in</title><form><input type="password"></form>'


def reply(**answer):
    def fault(upstream):
        for path in ("/count", "/version"):
            upstream.reply("GET", path, **answer)

    return fault


FAULTS = {
    "wrong password": (reply(status=401, text="no"), "auth-failed", "http-401"),
    "account may not": (reply(status=403, text="no"), "forbidden", "http-403"),
    "nothing there": (reply(status=404, text="no"), "not-found", "http-404"),
    "too many calls": (reply(status=429, headers={"Retry-After": "7"}), "rate-limited", "http-429"),
    "broken": (reply(status=500, text="oops"), "upstream-error", "http-500"),
    "login page": (reply(body=LOGIN_PAGE, headers={"Content-Type": "text/html"}), "bad-response", "html"),
    "redirect to a login page": (
        reply(status=302, headers={"Location": "https://sso.example/?next=secret"}),
        "bad-response",
        "redirect",
    ),
    "redirect without a target": (reply(status=302), "bad-response", "redirect"),
    "empty": (reply(body=b""), "bad-response", "empty"),
    "no content": (reply(status=204), "bad-response", "empty"),
    "null": (reply(body=b"null"), "bad-response", "shape"),
    "cut off": (reply(body=b'{"count": 1', headers={"Content-Length": "500"}), "bad-response", "truncated"),
    "not JSON": (reply(text="Fails."), "bad-response", "not-json"),
    "10 MB": (reply(body=b'{"count": "' + b"x" * 10_000_000 + b'"}'), "bad-response", "too-large"),
    "broken gzip": (reply(body=b"nonsense", headers={"Content-Encoding": "gzip"}), "bad-response", "encoding"),
    "hang": (lambda upstream: upstream.hang(), "timeout", None),
    "no answer": (lambda upstream: upstream.drop(), "unreachable", "reset"),
    "stopped": (lambda upstream: upstream.stop(), "unreachable", "refused"),
}


@pytest.fixture(params=FAULTS.values(), ids=FAULTS)
def fault(request, setup):
    cause, code, reason = request.param
    cause(setup.upstream)
    return code, reason


@pytest.fixture
def limit(fault):
    return MOMENT if fault[0] == "timeout" else 60


async def test_fetch(setup, fault, limit):
    """A fetch tells the code and the reason."""
    await setup.add_meter(timeout=limit)
    async with setup.open() as service:
        error = (await service.fetch_data("meter-1", "count")).error
    assert (error.code, error.reason, error.source) == (*fault, "upstream")


async def test_test(setup, fault, limit):
    """A test tells the same."""
    config = {"url": setup.upstream.url, "timeout": limit}
    async with setup.open() as service:
        error = (await service.test_connection(integration_type="meter", config=config)).error
    assert (error.code, error.reason, error.source) == (*fault, "upstream")


async def test_host_that_does_not_exist(setup):
    """A name that nobody has is unreachable, and the name server is to blame."""
    await setup.add_meter(url="http://no-such-host.invalid")
    async with setup.open() as service:
        error = (await service.fetch_data("meter-1", "count")).error
    assert (error.code, error.reason) == ("unreachable", "dns")


async def test_server_that_accepts_and_says_nothing(setup):
    """A port that accepts and never speaks is a timeout."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        await setup.add_meter(url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=MOMENT)
        async with setup.open() as service:
            error = (await service.fetch_data("meter-1", "count")).error
    assert error.code == "timeout"


async def test_https_url_on_an_http_port(setup):
    """A mixed-up scheme is named as such."""
    await setup.add_meter(url=setup.upstream.url.replace("http://", "https://"))
    async with setup.open() as service:
        error = (await service.fetch_data("meter-1", "count")).error
    assert (error.code, error.reason, "http" in error.message) == ("unreachable", "protocol", True)


async def test_redirect_names_the_target_and_not_its_query(setup):
    """The message says where the service points, so that a person can correct the URL; never the query."""
    FAULTS["redirect to a login page"][0](setup.upstream)
    await setup.add_meter()
    async with setup.open() as service:
        message = (await service.fetch_data("meter-1", "count")).error.message
    assert ("https://sso.example" in message, "secret" in message) == (True, False)


async def test_recovery(setup, fault, limit):
    """Once the fault ends and its back-off has passed, the next fetch shows data."""
    await setup.add_meter(timeout=limit)
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")
        setup.upstream.recover()
        setup.upstream.start()
        setup.upstream.reply("GET", "/count", json={"count": 1})
        # Where little time is given, a busy machine is not to be taken for the fault.
        for _ in range(TRIES if limit == MOMENT else 1):
            setup.time.advance(10)
            envelope = await service.fetch_data("meter-1", "count")
            if envelope.success:
                break
        assert envelope.success
