"""Connecting over real sockets: what was judged is what is connected to, once for each connection."""

import contextlib
import socket
import threading

import anyio
import pytest
from waiting import until

from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.errors import BlockedAddressError, UnreachableError
from dashboard_integrations.exchange import HttpRequest
from dashboard_integrations.http import HttpPool, NetworkPolicy
from dashboard_integrations.http._network import resolve_host
from dashboard_integrations.status import error_for_status
from dashboard_integrations.testing import FakeReply, FakeService

GET = HttpRequest(method="GET", path="x")
METADATA = "169.254.169.254"


class FakeNames:
    """Answers look-ups one after the other, the last answer again and again, and remembers the questions."""

    def __init__(self, *answers):
        self._answers = list(answers)
        self.asked = []

    async def __call__(self, host, port):
        await anyio.lowlevel.checkpoint()
        self.asked.append((host, port))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def send():
    """Return a function that sends one request, through a pool of its own."""

    async def send_once(url, *, request=GET, network=None, resolve=resolve_host, **config):
        async with HttpPool(network=network, resolve=resolve) as pool:
            settings = ServiceConfig(url=url, **config)
            app = pool.app(key="app", config=settings, auth=None, max_response_bytes=1_000)
            return await app.transport.send(request)

    return send_once


@pytest.fixture
def port(service):
    service.reply("GET", "/x", json={})
    return int(service.url.rpartition(":")[2])


async def _refusal(call):
    with pytest.raises(BlockedAddressError) as caught:
        await call
    return caught.value.reason


async def test_the_judged_address_is_the_one_connected_to(send, service, port):
    """A name is looked up once: an answer that changes after the check comes too late."""
    names = FakeNames(["127.0.0.1"], [METADATA])
    response = await send(f"http://nas.test:{port}", resolve=names)
    assert (200, [("nas.test", port)]) == (response.status, names.asked)


async def test_the_host_header_stays_the_name(send, service, port):
    """The service is asked by the name in the URL, not by the address behind it."""
    await send(f"http://nas.test:{port}", resolve=FakeNames(["127.0.0.1"]))
    assert service.requests[0].headers["host"] == f"nas.test:{port}"


async def test_a_name_with_one_bad_address_is_refused_as_a_whole(send, service, port):
    """A good address beside the bad one does not help, and nothing is connected to."""
    names = FakeNames(["127.0.0.1", METADATA])
    assert await _refusal(send(f"http://nas.test:{port}", resolve=names)) == "metadata"
    assert service.connections == 0


async def test_a_name_that_turns_bad_is_refused_at_the_next_connection(service, port):
    """Each new connection is judged anew, also when earlier ones were fine."""
    service.reply("GET", "/x", json={}, headers={"Connection": "close"})
    async with HttpPool(resolve=FakeNames(["127.0.0.1"], [METADATA])) as pool:
        config = ServiceConfig(url=f"http://nas.test:{port}")
        app = pool.app(key="app", config=config, auth=None, max_response_bytes=1_000)
        assert (await app.transport.send(GET)).status == 200
        assert await _refusal(app.transport.send(GET)) == "metadata"
    assert len(service.requests) == 1


async def test_a_redirect_that_reconnects_is_judged_again(send, service, port):
    """A redirect within the origin cannot be the second half of a rebinding."""
    service.reply("GET", "/x", status=302, headers={"Location": "/y", "Connection": "close"})
    names = FakeNames(["127.0.0.1"], [METADATA])
    assert await _refusal(send(f"http://nas.test:{port}", resolve=names)) == "metadata"
    assert (["/x"], 2) == ([request.path for request in service.requests], len(names.asked))


async def test_a_redirect_to_a_metadata_address_is_not_followed(send, service):
    """It comes back, and its typed error says where it would have led."""
    service.reply("GET", "/x", FakeReply(status=302, headers={"Location": f"http://{METADATA}/latest/meta-data"}))
    error = error_for_status(await send(service.url))
    assert ("redirect", True) == (error.reason, f"redirects to http://{METADATA}, another server" in error.message)


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        (METADATA, "metadata"),
        ("2852039166", "metadata"),
        ("0xa9fea9fe", "metadata"),
        ("0xa9.0xfe.0xa9.0xfe", "metadata"),
        ("169.254.43518", "metadata"),
        ("[::ffff:169.254.169.254]", "metadata"),
        ("[64:ff9b::a9fe:a9fe]", "metadata"),
        ("[2002:a9fe:a9fe::]", "metadata"),
        ("[fe80::1%25lo]", "link-local"),
        ("[fd00:ec2::254%25lo]", "metadata"),
        ("[fe80::1]", "link-local"),
        ("0", "unspecified"),
        ("0.0.0.0", "unspecified"),
        ("[::]", "unspecified"),
        ("255.255.255.255", "reserved"),
        ("metadata.google.internal", "metadata"),
        ("metadata.google.internal.", "metadata"),
    ],
)
async def test_no_notation_gets_through(send, host, reason):
    """Whatever a URL may say for such an address, no connection is made."""
    assert await _refusal(send(f"http://{host}:9")) == reason


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "127.1", "[::ffff:127.0.0.1]"])
async def test_an_open_port_looks_like_a_closed_one(send, service, port, host):
    """Where loopback is refused, nobody learns what listens there."""
    network = NetworkPolicy(allow_loopback=False)
    told = []
    for number in (port, 9):
        with pytest.raises(BlockedAddressError) as caught:
            await send(f"http://{host}:{number}", network=network)
        told.append((caught.value.reason, caught.value.message, caught.value.details))
    assert (told[0], service.connections) == (told[1], 0)


@pytest.mark.parametrize("only", [["127.0.0.0/8"], ["nas.test"]])
async def test_a_listed_service_is_reached(send, service, port, only):
    """By its network or by its name, against what else is refused."""
    network = NetworkPolicy(allow_loopback=False, only=only)
    response = await send(f"http://nas.test:{port}", network=network, resolve=FakeNames(["127.0.0.1"]))
    assert response.status == 200


async def test_a_service_that_is_not_listed_is_refused(send, service, port):
    """With a list, the rest of the world is out of reach."""
    assert await _refusal(send(service.url, network=NetworkPolicy(only=["10.0.0.0/8"]))) == "not-listed"
    assert service.connections == 0


async def test_another_address_is_tried_when_the_first_refuses(send, service, port):
    """A name with an address where nothing listens still works."""
    names = FakeNames(["127.0.0.2", "127.0.0.1"])
    assert (await send(f"http://nas.test:{port}", resolve=names)).status == 200


async def test_no_answer_anywhere_is_unreachable(send):
    """When all addresses refuse, it is said as for one."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(UnreachableError) as caught:
        await send(f"http://nas.test:{port}", resolve=FakeNames(["127.0.0.2", "127.0.0.1"]))
    assert caught.value.reason == "refused"


@pytest.mark.parametrize("answer", [[], socket.gaierror(-2, "canary")])
async def test_a_name_that_leads_nowhere_is_unknown(send, answer):
    """No address and a failed look-up are the same to a person."""
    with pytest.raises(UnreachableError, match=r"http://nas\.test:81 cannot be reached") as caught:
        await send("http://nas.test:81", resolve=FakeNames(answer))
    assert (caught.value.reason, "canary" in caught.value.message) == ("dns", False)


async def test_ipv6_works(send):
    """A service on an IPv6 address is reached by it."""
    with FakeService(host="::1") as service:
        service.reply("GET", "/x", json={})
        assert (await send(service.url)).status == 200


async def test_the_system_is_asked_for_names_only():
    """An address is not looked up; a name gives every address it has, each once."""
    found = await resolve_host("localhost", 80)
    assert (("127.0.0.1",), True, len(set(found))) == (
        await resolve_host("::ffff:127.0.0.1", 80),
        "127.0.0.1" in found or "::1" in found,
        len(found),
    )


async def test_names_that_are_looked_up_for_long_hold_up_no_other(monkeypatch):
    """A name server that does not answer for some services costs the others nothing, on any event loop."""
    answered = threading.Event()
    waiting = []
    look_up = socket.getaddrinfo

    def getaddrinfo(host, *args, **options):
        if "dead" in str(host):
            waiting.append(host)
            answered.wait(60)
            raise socket.gaierror(socket.EAI_AGAIN, "try again")
        return look_up(host, *args, **options)

    async def ask(host):
        with contextlib.suppress(OSError):
            await resolve_host(host, 80)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    try:
        async with anyio.create_task_group() as tasks:
            for number in range(50):
                tasks.start_soon(ask, f"dead-{number}.lan")
            await until(lambda: len(waiting) == 50)
            assert await resolve_host("localhost", 80)
            answered.set()
    finally:
        answered.set()
