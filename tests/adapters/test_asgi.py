"""The ASGI application speaks ASGI with servers old and new."""

import json

import anyio
import pytest
from asgi_client import ask, lifespan
from scripted_service import ScriptedService
from starlette.applications import Starlette
from starlette.routing import Mount

from dashboard_integrations.adapters.asgi import IntegrationApp

DATA = "/api/integrations/a%2Fb/data/speed"


@pytest.fixture
def scripted():
    return ScriptedService()


@pytest.fixture
def app(scripted):
    return IntegrationApp(scripted.service, authorize=lambda request, action: True)


async def talk(app, scope, *incoming):
    """Return what ``app`` sends when these messages come in."""
    messages = list(incoming)
    sent = []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    return sent


@pytest.mark.parametrize(
    ("target", "scope"),
    [
        (DATA, {}),
        (DATA, {"raw_path": f"{DATA}?a=1".encode()}),
        (f"/sub{DATA}", {"root_path": "/sub"}),
        (f"/sub{DATA}", {"root_path": "/sub/"}),
        (f"/su%62{DATA}", {"root_path": "/sub"}),
        (f"/sub{DATA}", {"root_path": "/sub", "path": "/api/integrations/a/b/data/speed"}),
        (DATA, {"root_path": "/sub"}),
    ],
    ids=["plain", "raw path with query", "root path", "slash", "encoded", "older server", "stripped by a proxy"],
)
async def test_path_below_the_mount(app, scripted, target, scope):
    """Servers disagree about root_path and raw_path; an id with a slash arrives with all of them."""
    await ask(app, "GET", target, **scope)
    assert scripted.calls == [("fetch_data", {"app_id": "a/b", "endpoint_id": "speed", "parameters": {}})]


@pytest.mark.parametrize("raw_path", [None, b"", b"/something/else"])
async def test_path_without_usable_raw_path(app, scripted, raw_path):
    """A server without raw_path, or a middleware that rewrote the path alone: what was decoded is taken."""
    await ask(app, "GET", "/api/integrations/a%20b%25/data/%C3%A9", raw_path=raw_path)
    assert scripted.calls == [("fetch_data", {"app_id": "a b%", "endpoint_id": "é", "parameters": {}})]


@pytest.mark.parametrize(
    ("target", "root_path"),
    [("/sub/api/integrations", ""), ("/subway/api/integrations", "/sub"), ("/sub", "/sub"), ("", "")],
)
async def test_other_paths(app, target, root_path):
    """What is not below the mount is not answered as if it were."""
    assert (await ask(app, "GET", target, root_path=root_path)).status == 404


async def test_native_is_the_scope(scripted):
    """Authorize can look into the scope, for what a middleware left there."""
    seen = []
    app = IntegrationApp(scripted.service, authorize=lambda request, action: bool(seen.append(request.native)))
    await ask(app, "GET", "/api/integrations", user="ada")
    assert [native["user"] for native in seen] == ["ada"]


async def test_body_in_chunks(app, scripted):
    """A body may come in pieces."""
    body = b'{"integrationType": "x", "config": {}}'
    headers = [("content-type", "application/json")]
    await ask(app, "POST", "/api/integrations/test", headers=headers, body=body, chunk=1)
    assert [name for name, _ in scripted.calls] == ["test_connection"]


async def test_client_that_leaves_while_it_sends(app, scripted):
    """A request that never became whole is not answered and does nothing."""
    scope = {"type": "http", "method": "POST", "path": "/api/integrations/data", "headers": []}
    part = {"type": "http.request", "body": b"{", "more_body": True}
    assert (await talk(app, scope, part, {"type": "http.disconnect"}), scripted.calls) == ([], [])


async def test_client_that_leaves_before_the_answer(app):
    """A server that says that the client has gone is no failure."""

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        raise ConnectionResetError

    await app({"type": "http", "method": "GET", "path": "/api/integrations", "headers": []}, receive, send)


async def test_lifespan_starts_and_stops_the_service(app, scripted):
    """A server that runs the application runs the service with it."""
    async with lifespan(app) as sent:
        assert scripted.running
    assert not scripted.running
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_lifespan_leaves_a_running_service_alone(app, scripted):
    """What the host started, the host stops."""
    async with scripted:
        async with lifespan(app) as sent:
            assert [message["type"] for message in sent] == ["lifespan.startup.complete"]
        assert scripted.running


class Broken(ScriptedService):
    def __init__(self, *, at_start):
        super().__init__()
        self._at_start = at_start

    async def __aenter__(self):
        if self._at_start:
            raise OSError("redis://:s3cret@cache refused")
        return self

    async def __aexit__(self, *exc_info):
        raise OSError("redis://:s3cret@cache went away")


@pytest.mark.parametrize(
    ("at_start", "last"),
    [(True, "lifespan.startup.failed"), (False, "lifespan.shutdown.failed")],
)
async def test_lifespan_that_fails(at_start, last):
    """A service that does not start or stop is told to the server, without what may be secret."""
    app = IntegrationApp(Broken(at_start=at_start).service, authorize=lambda request, action: True)
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "lifespan.startup"}

    with pytest.raises(OSError, match="cache"):
        await app({"type": "lifespan"}, receive, send)
    assert {"type": last, "message": "integrations: OSError"} == sent[-1]


async def test_websocket_is_closed(app):
    """Nobody waits for a websocket that is not there."""
    scope = {"type": "websocket", "path": "/api/integrations"}
    assert await talk(app, scope, {"type": "websocket.connect"}) == [{"type": "websocket.close"}]


async def test_unknown_connection(app):
    """A kind of connection that ASGI does not have yet is refused."""
    with pytest.raises(ValueError, match="'quic'"):
        await talk(app, {"type": "quic"})


async def test_mounted_without_running_service(scripted):
    """Mounted, the host starts the service: until then a request fails as an envelope."""
    scripted.answers["alerts"] = RuntimeError("this IntegrationService is not running")
    outer = Starlette(routes=[Mount("/sub", IntegrationApp(scripted.service, authorize=lambda request, action: True))])
    async with lifespan(outer):
        answer = await ask(outer, "GET", "/sub/api/integrations/alerts")
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (502, "internal")


async def test_cancellation_reaches_the_service(scripted):
    """A server that gives up a request gives up the waiting as well."""
    ended = []

    async def authorize(request, action):
        asked.set()
        try:
            await anyio.sleep_forever()
        except anyio.get_cancelled_exc_class():
            ended.append("cancelled")
            raise

    asked = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask, IntegrationApp(scripted.service, authorize=authorize), "GET", "/api/integrations")
        await asked.wait()
        tasks.cancel_scope.cancel()
    assert ended == ["cancelled"]
