"""The fake service: real sockets, declared answers, scripted faults."""

import json
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from http.client import HTTPConnection, RemoteDisconnected
from urllib.parse import urlsplit

import anyio
import pytest
import trustme
from waiting import until_in_thread

from dashboard_integrations.testing import FakeReply, FakeRequest, FakeService

LONG = 60


@pytest.fixture
def service():
    """Return a running service."""
    with FakeService() as running:
        yield running


def _get(url, **options):
    with urllib.request.urlopen(url, timeout=LONG, **options) as response:
        return response.read()


def _status(url):
    try:
        with urllib.request.urlopen(url, timeout=LONG) as response:
            return response.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_declared_json_is_answered(service):
    """What a test declares is what a client receives."""
    service.reply("GET", "/api/status", json={"version": "2.1"})
    assert json.loads(_get(f"{service.url}/api/status")) == {"version": "2.1"}


def test_a_list_of_headers_is_sent_one_by_one(service):
    """A header with several values, such as Set-Cookie, takes a list."""
    service.reply("GET", "/", headers={"Set-Cookie": ["a=1", "b=2"]})
    with urllib.request.urlopen(f"{service.url}/", timeout=LONG) as response:
        assert response.headers.get_all("set-cookie") == ["a=1", "b=2"]


def test_unknown_paths_are_404_and_json(service):
    """A path nobody declared is answered with 404 and a body that names it."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        _get(f"{service.url}/nowhere")
    with caught.value as error:
        assert (error.code, json.load(error)) == (404, {"error": "nothing is declared for GET /nowhere"})


def test_answers_are_used_in_order_and_the_last_repeats(service):
    """A sequence of answers plays once; its last one stays."""
    service.reply("GET", "/x", FakeReply(status=500), FakeReply(status=200))
    assert [_status(f"{service.url}/x") for _ in range(3)] == [500, 200, 200]


def test_a_function_answers_by_the_request(service):
    """An answer may be a function of the request."""
    service.reply("GET", "/x", lambda request: FakeReply(text=request.query["name"]))
    assert _get(f"{service.url}/x?name=nas") == b"nas"


def test_a_function_that_raises_is_a_500_that_says_so(service):
    """A failing assertion inside an answer shows in the test's output instead of hanging the client."""
    service.reply("GET", "/x", lambda request: FakeReply(text=request.query["name"]))
    with pytest.raises(urllib.error.HTTPError) as caught:
        _get(f"{service.url}/x")
    with caught.value as error:
        assert json.load(error)["error"] == "the declared answer failed: KeyError('name')"


def test_requests_are_recorded(service):
    """Every request is kept with its method, path, query, lower-case headers and body."""
    service.reply("POST", "/login", json={})
    urllib.request.urlopen(
        urllib.request.Request(f"{service.url}/login?a=1", data=b'{"user": "anna"}', headers={"X-Key": "k"}),
        timeout=LONG,
    ).close()
    request = service.requests[0]
    assert (
        request.method,
        request.path,
        request.query,
        request.headers["x-key"],
        request.json(),
    ) == ("POST", "/login", {"a": "1"}, "k", {"user": "anna"})


def test_form_fields_are_readable():
    """A form body reads as a dictionary."""
    assert FakeRequest(method="POST", path="/", body=b"user=anna&pass=").form() == {"user": "anna", "pass": ""}


def test_connections_are_counted(service):
    """One connection kept open for three requests counts once."""
    service.reply("GET", "/", json={})
    client = HTTPConnection(urlsplit(service.url).netloc, timeout=LONG)
    for _ in range(3):
        client.request("GET", "/")
        client.getresponse().read()
    client.close()
    assert service.connections == 1


def test_a_delayed_answer_comes_late(service):
    """``delay`` holds an answer back."""
    service.reply("GET", "/", json={}, delay=0.2)
    began = time.monotonic()
    _get(f"{service.url}/")
    assert time.monotonic() - began >= 0.2


def test_hang_never_answers_and_closing_ends_it():
    """A hanging request ends with the service, at once."""
    errors = []

    def call(url):
        try:
            _get(url)
        except (RemoteDisconnected, ConnectionError, urllib.error.URLError) as error:
            errors.append(error)

    with FakeService() as service:
        service.hang()
        thread = threading.Thread(target=call, args=(service.url,))
        thread.start()
        until_in_thread(lambda: service.requests)
    thread.join(30)
    assert len(errors) == 1


def test_drop_closes_without_an_answer_until_it_recovers(service):
    """``drop`` breaks requests off, ``recover`` ends that."""
    service.reply("GET", "/", json={})
    service.drop()
    with pytest.raises(RemoteDisconnected):
        _get(f"{service.url}/")
    service.recover()
    assert _get(f"{service.url}/") == b"{}"


def test_stop_refuses_and_start_listens_on_the_same_port(service):
    """A stopped service refuses connections and can come back where it was."""
    service.reply("GET", "/", json={})
    service.stop()
    with pytest.raises(urllib.error.URLError, match="refused"):
        _get(f"{service.url}/")
    service.start()
    assert _get(f"{service.url}/") == b"{}"


def test_no_thread_outlives_the_service():
    """Closing ends every thread, also those of idle connections."""
    with FakeService() as service:
        client = socket.create_connection(("127.0.0.1", urlsplit(service.url).port))
        until_in_thread(lambda: service.connections)
    client.close()
    until_in_thread(lambda: not _threads())


def _threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("fake-service")]


def test_tls_is_spoken_with_the_given_context():
    """With a server context the service speaks https."""
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(client)
    with FakeService(tls=server) as service:
        service.reply("GET", "/", text="safe")
        assert (_get(service.url, context=client), service.url.startswith("https://127.0.0.1:")) == (b"safe", True)


def test_two_bodies_are_a_mistake(service):
    """A reply has one body."""
    with pytest.raises(TypeError, match="one body"):
        service.reply("GET", "/", json={}, text="x")


def test_answers_and_names_together_are_a_mistake(service):
    """An answer is given either way, not both."""
    with pytest.raises(TypeError, match="not both"):
        service.reply("GET", "/", FakeReply(), status=500)


async def test_it_serves_async_code_on_both_backends(service):
    """The threads of the service fit any event loop."""
    service.reply("GET", "/", json={})
    async with await anyio.connect_tcp("127.0.0.1", urlsplit(service.url).port) as stream:
        await stream.send(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert (await stream.receive()).startswith(b"HTTP/1.1 200")


def test_chunked_bodies_are_read(service):
    """A request body without a length is read to its end."""
    service.reply("POST", "/", json={})
    client = HTTPConnection(urlsplit(service.url).netloc, timeout=LONG)
    client.request("POST", "/", body=iter([b"one ", b"two"]), encode_chunked=True)
    client.getresponse().read()
    client.close()
    assert service.requests[0].body == b"one two"
