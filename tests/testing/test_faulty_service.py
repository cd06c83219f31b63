"""The faulty service: raw sockets, quick to end, and well again on the same address."""

import contextlib
import socket
import threading

import httpx
import pytest
from waiting import until_in_thread

from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing import FakeReply
from dashboard_integrations.testing.faults import (
    FAULTS,
    TLS_FAULTS,
    Fault,
    FaultyService,
    OnConnection,
    OnRequest,
    Port,
)

BY_NAME = {fault.name: fault for fault in FAULTS}
TEAPOT = Fault(name="teapot", act=FakeReply(status=418), code=ErrorCode.UPSTREAM_ERROR)


@pytest.fixture
def well():
    with FaultyService() as service:
        service.reply("GET", "/x", json={"well": True})
        service.reply("POST", "/login", text="in")
        yield service


MOMENT = 0.3
LONG = 60


def get(service, path="/x", method="GET", *, seconds=LONG):
    return httpx.request(method, f"{service.url}{path}", timeout=seconds)


def test_names_are_unique():
    """A fault is known by its name."""
    names = [fault.name for fault in (*FAULTS, *TLS_FAULTS)]
    assert len(set(names)) == len(names)


def test_without_a_fault_it_is_a_fake_service(well):
    """Nothing has befallen it yet."""
    assert get(well).json() == {"well": True}


def test_a_reply_as_fault(well):
    """A fault may be an answer, given to everything."""
    well.begin(TEAPOT)
    assert [get(well).status_code, get(well, "/other").status_code] == [418, 418]


def test_requests_are_recorded_while_faulty(well):
    """What met the fault was asked nevertheless."""
    well.begin(TEAPOT)
    get(well)
    assert [request.path for request in well.requests] == ["/x"]


def test_spared_requests():
    """A login may go well while everything else fails."""
    with FaultyService(TEAPOT, spares=lambda request: request.path == "/login") as service:
        service.reply("POST", "/login", text="in")
        assert [get(service, "/login", "POST").status_code, get(service).status_code] == [200, 418]


@pytest.mark.parametrize("name", ["refused", "hang-at-connect", "reset-at-connect", "reset-in-body", "hang-in-body"])
def test_recovery_on_the_same_address(well, name):
    """A port, a connection or a request that failed works again."""
    address = well.url
    well.begin(BY_NAME[name])
    with pytest.raises(httpx.TransportError):
        get(well, seconds=MOMENT)
    well.recover()
    assert (address, {"well": True}) == (well.url, get(well).json())


def test_a_full_queue_neither_accepts_nor_refuses(well):
    """A connection to it takes until its time limit."""
    well.begin(BY_NAME["hang-at-connect"])
    host, _, port = well.url.removeprefix("http://").partition(":")
    with pytest.raises(TimeoutError):
        socket.create_connection((host, int(port)), timeout=MOMENT)


def test_a_reset_is_a_reset(well):
    """Not an end of the connection: the client's system reports it."""
    well.begin(Fault(name="reset", act=OnConnection(lambda line: line.reset()), code=ErrorCode.UNREACHABLE))
    host, _, port = well.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=LONG) as client, pytest.raises(ConnectionResetError):
        client.recv(1)


def test_a_script_reads_and_writes_bytes(well):
    """What a script sends is what arrives."""
    well.begin(Fault(name="echo", act=OnConnection(lambda line: line.send(b"> ", line.read())), code=None))
    host, _, port = well.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=LONG) as client:
        client.sendall(b"hello")
        assert b"".join(iter(lambda: client.recv(100), b"")) == b"> hello"


def test_a_connection_goes_on_when_the_script_says_so(well):
    """After a script that keeps the connection, the next request on it is answered."""
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
    well.begin(Fault(name="hi", act=OnRequest(lambda line: line.send(said), keep_alive=True), code=None))
    with httpx.Client(base_url=well.url) as client:
        texts = [client.get("/x").text]
        well.recover()
        texts.append(client.get("/x").text)
    assert (["hi", '{"well": true}'], 1) == (texts, well.connections)


def _threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("fake-service")]


@pytest.mark.parametrize("name", ["hang-at-connect", "hang-in-body", "drip-of-headers", "endless-body"])
def test_it_ends_at_once(name):
    """However a client hangs on it, it stops within a moment."""
    with FaultyService(BY_NAME[name]) as service, contextlib.ExitStack() as clients:
        host, _, port = service.url.removeprefix("http://").partition(":")
        with contextlib.suppress(TimeoutError):
            client = clients.enter_context(socket.create_connection((host, int(port)), timeout=MOMENT))
            client.sendall(b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
            client.recv(10)
        service.stop()
        until_in_thread(lambda: not _threads())


def test_a_dead_port_from_the_start():
    """A fault that takes the port holds it, so that nobody else gets it before the recovery."""
    with FaultyService(Fault(name="off", act=Port.REFUSES, code=ErrorCode.UNREACHABLE)) as service:
        with pytest.raises(httpx.ConnectError):
            get(service)
        service.recover()
        assert get(service).status_code == 404


def test_a_fault_of_https_needs_a_service_of_https():
    """A fault that makes no sense for the service is a mistake of the test, and told as one."""
    with pytest.raises(TypeError, match="https"), FaultyService(TLS_FAULTS[0]):
        pass
