"""The transport over real sockets: what is sent, what comes back, and what each failure is called."""

import gc
import gzip
import logging
import socket
import threading
from contextlib import contextmanager, suppress

import anyio
import pytest
from waiting import Held, until

from dashboard_integrations.auth import ApiKeyHeader, ApiKeyQuery, CookieLogin
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.errors import (
    BadResponseError,
    InvalidConfigError,
    UnreachableError,
    UpstreamTimeoutError,
)
from dashboard_integrations.exchange import HttpRequest
from dashboard_integrations.http import HttpPool
from dashboard_integrations.status import error_for_status
from dashboard_integrations.testing import FakeReply, FakeService


class KeyConfig(ServiceConfig):
    key: str = "canary-key"


def _get(path, **parts):
    return HttpRequest(method="GET", path=path, **parts)


@contextmanager
def _raw_server(answer):
    """Run a server that sends ``answer`` to each connection and closes it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    client.recv(65_536)
                    client.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


async def test_a_response_comes_back_whole(service, transport_to):
    """Status, headers, body, cookies and a URL without its query."""
    service.reply("GET", "/base/x", text="hi", status=418, headers={"X-A": "1", "Set-Cookie": ["s=1; path=/", "t=2"]})
    async with transport_to(f"{service.url}/base/") as transport:
        response = await transport.send(_get("/x", params={"k": "v"}))
    assert (418, "1", b"hi", {"s": "1", "t": "2"}, f"{service.url}/base/x") == (
        response.status,
        response.headers["x-a"],
        response.content,
        response.cookies,
        response.url,
    )


async def test_a_request_goes_out_as_it_is(service, transport_to):
    """Method, query, headers (beyond ASCII in UTF-8) and body arrive."""
    service.reply("PUT", "/x", status=204)
    async with transport_to(service.url) as transport:
        await transport.send(
            HttpRequest(method="put", path="x", params={"a": "1 2"}, headers={"X-Name": "ü"}, content=b"body")
        )
    request = service.requests[0]
    assert ("PUT", {"a": "1 2"}, "ü".encode().decode("latin-1"), b"body") == (
        request.method,
        request.query,
        request.headers["x-name"],
        request.body,
    )


async def test_it_names_itself(service, transport_to):
    """Services can tell in their logs who calls."""
    async with transport_to(service.url) as transport:
        await transport.send(_get("x"))
    assert service.requests[0].headers["user-agent"].startswith("dashboard-integrations/")


async def test_a_hundred_calls_open_one_connection(service, transport_to):
    """The connection is kept between calls."""
    service.reply("GET", "/x", json={})
    async with transport_to(service.url) as transport:
        for _ in range(100):
            await transport.send(_get("x"))
    assert service.connections == 1


async def test_no_more_than_eight_connections_are_opened(service, transport_to):
    """Many calls at once wait for each other instead of flooding the service."""
    with Held(FakeReply(json={})) as held:
        service.reply("GET", "/x", held)
        async with transport_to(service.url, timeout=60) as transport, anyio.create_task_group() as tasks:
            for _ in range(30):
                tasks.start_soon(transport.send, _get("x"))
            await until(lambda: held.arrived == 8)
            await anyio.wait_all_tasks_blocked()
            held.release()
    assert (len(service.requests), service.connections) == (30, 8)


async def test_cookies_are_not_kept(service, transport_to):
    """What a response sets is not sent with the next request."""
    service.reply("GET", "/x", headers={"Set-Cookie": "a=1"})
    async with transport_to(service.url) as transport:
        await transport.send(_get("x"))
        await transport.send(_get("x"))
    assert "cookie" not in service.requests[1].headers


async def test_gzip_is_decoded(service, transport_to):
    """A compressed body comes back as what it stands for."""
    service.reply("GET", "/x", body=gzip.compress(b"plain"), headers={"Content-Encoding": "gzip"})
    async with transport_to(service.url) as transport:
        assert (await transport.send(_get("x"))).content == b"plain"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_redirects_within_the_origin_are_followed(service, transport_to, method):
    """Reading follows a redirect to another path, credentials included."""
    service.reply(method, "/a", status=302, headers={"Location": "/b?x=1"})
    service.reply(method, "/b", json={})
    async with transport_to(service.url) as transport:
        response = await transport.send(HttpRequest(method=method, path="a", headers={"authorization": "s"}))
    assert (
        response.status,
        service.requests[1].query,
        service.requests[1].headers["authorization"],
    ) == (200, {"x": "1"}, "s")


async def test_a_post_is_not_redirected(service, transport_to):
    """A call that may change something is not sent somewhere else; its 3xx comes back."""
    service.reply("POST", "/a", status=307, headers={"Location": "/b"})
    async with transport_to(service.url) as transport:
        response = await transport.send(HttpRequest(method="POST", path="a"))
    assert (response.status, len(service.requests)) == (307, 1)


async def test_a_redirect_to_another_origin_is_not_followed(service, transport_to):
    """Another port is another origin: nothing is sent there."""
    with FakeService() as other:
        service.reply("GET", "/a", status=301, headers={"Location": f"{other.url}/a?token=canary"})
        async with transport_to(service.url) as transport:
            response = await transport.send(_get("a", headers={"authorization": "secret"}))
    assert (response.status, other.requests) == (301, [])


async def test_a_redirect_to_another_origin_is_explained(service, transport_to):
    """The error names where the service wants us, and not what else the address holds."""
    with FakeService() as other:
        service.reply("GET", "/a", status=301, headers={"Location": f"{other.url}/a?token=canary"})
        async with transport_to(service.url) as transport:
            error = error_for_status(await transport.send(_get("a")))
    assert ("redirect", f"{service.url}/a redirects to {other.url}: put that into the URL") == (
        error.reason,
        error.message,
    )


async def test_a_circle_of_redirects_ends(service, transport_to):
    """After five redirects it is enough."""
    service.reply("GET", "/a", status=302, headers={"Location": "/a"})
    async with transport_to(service.url) as transport:
        with pytest.raises(BadResponseError, match="more than 5 times") as caught:
            await transport.send(_get("a"))
    assert (caught.value.reason, len(service.requests)) == ("redirect", 6)


async def test_a_hanging_service_is_given_up_in_time(service, transport_to):
    """The time limit holds, and its error names the service and the seconds."""
    service.hang()
    async with transport_to(service.url, timeout=0.2) as transport:
        with (
            anyio.fail_after(30),
            pytest.raises(UpstreamTimeoutError, match=rf"{service.url} did not answer within 0.2 seconds"),
        ):
            await transport.send(_get("x"))


async def test_a_trickling_body_does_not_stretch_the_limit(transport_to):
    """The limit is for the whole call: single bytes that keep coming do not renew it."""

    async def trickle(stream):
        async with stream:
            await stream.receive()
            await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            with suppress(anyio.BrokenResourceError):
                while True:
                    await stream.send(b"x")
                    await anyio.sleep(0.02)

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    url = f"http://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}"
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, trickle)
        async with transport_to(url, timeout=0.3) as transport:
            with anyio.fail_after(30), pytest.raises(UpstreamTimeoutError):
                await transport.send(_get("x"))
        tasks.cancel_scope.cancel()


async def test_calls_given_up_do_not_block_later_ones(service, transport_to):
    """Every connection that hung is free again when the service recovers."""
    service.reply("GET", "/x", json={})
    service.hang()
    async with transport_to(service.url, timeout=60) as transport:
        async with anyio.create_task_group() as tasks:
            for _ in range(12):
                tasks.start_soon(transport.send, _get("x"))
            await until(lambda: len(service.requests) == 8)
            await anyio.wait_all_tasks_blocked()
            tasks.cancel_scope.cancel()
        service.recover()
        assert (await transport.send(_get("x"))).status == 200


@pytest.mark.parametrize(
    "reply",
    [
        FakeReply(body=b"x" * 101),
        FakeReply(body=gzip.compress(b"x" * 101), headers={"Content-Encoding": "gzip"}),
        FakeReply(body=b"", headers={"Content-Length": "101"}),
    ],
)
async def test_too_large_answers_are_refused(service, transport_to, reply):
    """The cap counts what an answer unfolds to, and believes a length that is too large."""
    service.reply("GET", "/x", reply)
    async with transport_to(service.url, max_response_bytes=100) as transport:
        with pytest.raises(BadResponseError, match="100 bytes") as caught:
            await transport.send(_get("x"))
    assert caught.value.reason == "too-large"


async def test_giving_up_on_a_body_leaves_nothing_open(service, transport_to):
    """The pieces of an answer that is too large are put away properly (trio warns otherwise), and life goes on."""
    service.reply("GET", "/x", FakeReply(body=gzip.compress(b"x" * 500_000), headers={"Content-Encoding": "gzip"}))
    service.reply("GET", "/y", body=b"x" * 100)
    async with transport_to(service.url, max_response_bytes=100) as transport:
        with pytest.raises(BadResponseError):
            await transport.send(_get("x"))
        gc.collect()
        assert (await transport.send(_get("y"))).status == 200


async def test_a_connection_that_breaks_off_while_sending_leaves_nothing_open(transport_to):
    """A body that could not be sent whole is put away properly: trio would warn of what is left of it."""

    def close_at_once(listener):
        with suppress(OSError):
            while True:
                listener.accept()[0].close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=close_at_once, args=(listener,), daemon=True)
        thread.start()
        async with transport_to(f"http://127.0.0.1:{listener.getsockname()[1]}") as transport:
            with pytest.raises(UnreachableError) as caught:
                await transport.send(HttpRequest(method="POST", path="x", content=b"x" * 5_000_000))
        gc.collect()
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    assert caught.value.reason == "reset"


async def test_the_length_of_what_head_leaves_out_does_not_count(service, transport_to):
    """A HEAD answer names the length of a body that it does not have."""
    service.reply("HEAD", "/x", headers={"Content-Length": "1000000"})
    async with transport_to(service.url, max_response_bytes=100) as transport:
        assert (await transport.send(HttpRequest(method="HEAD", path="x"))).status == 200


async def test_a_lying_length_is_a_truncated_answer(service, transport_to):
    """A body shorter than announced is not taken for the whole."""
    service.reply("GET", "/x", body=b"x" * 5, headers={"Content-Length": "50"})
    async with transport_to(service.url) as transport:
        with pytest.raises(BadResponseError) as caught:
            await transport.send(_get("x"))
    assert caught.value.reason == "truncated"


async def test_an_unfinished_chunked_body_is_a_truncated_answer(transport_to):
    """A chunked body that stops without its last chunk is not taken for the whole."""
    with _raw_server(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n") as url:
        async with transport_to(url) as transport:
            with pytest.raises(BadResponseError) as caught:
                await transport.send(_get("x"))
    assert caught.value.reason == "truncated"


async def test_nobody_listening_is_refused(service, transport_to):
    """A closed port has the reason ``refused``."""
    service.stop()
    async with transport_to(service.url) as transport:
        with pytest.raises(UnreachableError, match="nothing listens there") as caught:
            await transport.send(_get("x"))
    assert caught.value.reason == "refused"


async def test_an_unknown_name_is_dns(transport_to):
    """A host name that does not resolve has the reason ``dns``."""
    async with transport_to(f"http://{'too-long' * 10}.invalid") as transport:  # known without asking a name server
        with pytest.raises(UnreachableError, match="host name") as caught:
            await transport.send(_get("x"))
    assert caught.value.reason == "dns"


@pytest.mark.parametrize("url", ["http://ü..de", "http://xn--a.de"])
async def test_an_impossible_name_is_an_invalid_field(transport_to, url):
    """What cannot be a host name is said at the URL's field."""
    async with transport_to(url) as transport:
        with pytest.raises(InvalidConfigError) as caught:
            await transport.send(_get("x"))
    assert list(caught.value.fields) == ["url"]


async def test_a_dropped_connection_is_reset(service, transport_to):
    """A connection closed without an answer has the reason ``reset`` and a hint at https."""
    service.drop()
    async with transport_to(service.url) as transport:
        with pytest.raises(UnreachableError, match="without an answer; if it expects https") as caught:
            await transport.send(_get("x"))
    assert caught.value.reason == "reset"


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "not HTTP"),
        (b"\x15\x03\x03\x00\x02\x02\x46", "expects https"),
        (
            b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
            "expects https",
        ),
    ],
)
async def test_another_protocol_is_recognised(transport_to, answer, hint):
    """What is not HTTP, and a TLS port called without TLS, have the reason ``protocol``."""
    with _raw_server(answer) as url:
        async with transport_to(url) as transport:
            with pytest.raises(UnreachableError, match=hint) as caught:
                await transport.send(_get("x"))
    assert caught.value.reason == "protocol"


async def test_https_on_a_plain_port_is_recognised(service, transport_to):
    """TLS towards a port without it has the reason ``protocol`` and says what to change."""
    async with transport_to(service.url.replace("http://", "https://")) as transport:
        with pytest.raises(UnreachableError, match="change https:// to http://") as caught:
            await transport.send(_get("x"))
    assert caught.value.reason == "protocol"


@pytest.mark.parametrize(
    "request_",
    [
        _get("http://evil.example/x"),
        _get("../x"),
        _get("x", headers={"X-A": "a\r\nX-B: b"}),
        _get("x", headers={"X A": "a"}),
    ],
)
async def test_an_unsendable_request_is_a_mistake(service, transport_to, request_):
    """What can only be a bug of the integration raises, and nothing is sent."""
    async with transport_to(service.url) as transport:
        with pytest.raises(ValueError, match=r"path|header"):
            await transport.send(request_)
    assert service.requests == []


async def test_messages_name_the_origin_only(service):
    """An error's message holds no path, query, key or body."""
    service.drop()
    config = KeyConfig(url=f"{service.url}/canary-path")
    async with HttpPool() as pool:
        app = pool.app(key="a", config=config, auth=ApiKeyQuery("key", "key"), max_response_bytes=100)
        with pytest.raises(UnreachableError) as caught:
            await app.transport.send(_get("x", params={"q": "canary-query"}))
    assert "canary" not in repr(caught.value)


async def test_nothing_secret_is_logged(service, caplog):
    """Keys in URLs and headers, cookies and bodies stay out of the logs, whatever the level."""
    service.reply("POST", "/login", headers={"Set-Cookie": "sid=canary-cookie"})
    service.reply("GET", "/x", json={"a": "canary-body"}, headers={"X-Answer": "canary-header"})
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.connection", "httpcore.http11"):
        caplog.set_level(logging.DEBUG, logger=name)
    config = KeyConfig(url=service.url)
    async with HttpPool() as pool:
        for auth in (
            ApiKeyQuery("key", "key"),
            ApiKeyHeader("x-key", "key"),
            CookieLogin("login", form={"key": "key"}),
        ):
            app = pool.app(key="a", config=config, auth=auth, max_response_bytes=100)
            await app.transport.send(_get("x", params={"q": "canary-query"}))
    told = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert ("canary" in told, "http-call" in told) == (False, True)


async def test_a_call_is_logged_with_what_is_safe(service, transport_to, caplog):
    """One debug event per call: method, origin, status and duration."""
    caplog.set_level(logging.DEBUG, logger="dashboard_integrations.http")
    service.reply("GET", "/x", json={})
    async with transport_to(service.url) as transport:
        await transport.send(_get("x"))
    (record,) = (record for record in caplog.records if record.name == "dashboard_integrations.http.transport")
    assert ("http-call", "GET", service.url, 200, None, True) == (
        record.getMessage(),
        record.method,
        record.origin,
        record.status,
        record.error,
        record.duration > 0,
    )
