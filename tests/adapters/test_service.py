"""The routes over the real service and a real upstream, through every adapter."""

import json
import secrets
import threading

import anyio
import httpx
import pytest
import uvicorn
from asgi_client import ask
from fastapi import FastAPI
from pydantic import SecretStr
from waiting import Held, until

from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.adapters.fastapi import integration_router
from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.auth import ApiKeyHeader
from dashboard_integrations.authoring import HttpIntegration, endpoint
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import Connection
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.testing import FakeReply, FakeService
from dashboard_integrations.views import Gauge
from dashboard_integrations.web import IntegrationRoutes

BASE = "/api/integrations"
CANARY = "canary-5ecret-value"
JSON = [("content-type", "application/json")]
KEYS = {"success", "data", "error", "meta"}


class Config(ServiceConfig):
    api_key: SecretStr | None = None


class Meter(HttpIntegration[Config]):
    """A meter that counts."""

    id = "meter"
    name = "Meter"
    auth = ApiKeyHeader("X-Api-Key", "api_key")

    async def test_connection(self, connection: Connection[Config]) -> ConnectionReport:
        answer = await connection.get_json("/version")
        return ConnectionReport(version=answer["version"])

    @endpoint(ttl=60)
    async def level(self, connection: Connection[Config]) -> Gauge:
        """How full it is."""
        answer = await connection.get_json("/level")
        return Gauge(label="Level", value=answer["level"])


@pytest.fixture
def upstream():
    with FakeService() as fake:
        fake.reply("GET", "/version", json={"version": "2.1"})
        fake.reply("GET", "/level", json={"level": 42})
        yield fake


@pytest.fixture
def service():
    registry = Registry()
    registry.register(Meter)
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    return IntegrationService(apps=apps, registry=registry, batch_patience=60, refresh_patience=60)


async def add_meter(service, url, app_id="meter-1", *, enabled=True):
    config = {"url": url, "api_key": CANARY}
    integration = service.registry.get("meter")
    await service.apps.create(name=app_id, integration=integration, config=config, app_id=app_id, enabled=enabled)


def asgi(service):
    return IntegrationApp(service, authorize=lambda request, action: True)


def fastapi(service):
    app = FastAPI()
    app.include_router(integration_router(service, authorize=lambda request, action: True))
    return app


@pytest.mark.parametrize("adapter", [asgi, fastapi])
async def test_one_upstream_call_for_a_thousand_viewers(service, upstream, adapter):
    """However many ask at once for what nobody has asked for yet, the service behind is asked once."""
    await add_meter(service, upstream.url)
    app, answers = adapter(service), []

    async def view():
        answers.append(await ask(app, "GET", f"{BASE}/meter-1/data/level"))

    with Held(FakeReply(json={"level": 42})) as held:
        upstream.reply("GET", "/level", held)
        async with service, anyio.create_task_group() as tasks:
            for _ in range(1_000):
                tasks.start_soon(view)
            await until(lambda: held.arrived)
            await anyio.wait_all_tasks_blocked()
            held.release()
    assert [request.path for request in upstream.requests] == ["/level"]
    assert {(answer.status, json.loads(answer.body)["data"]["payload"]["value"]) for answer in answers} == {(200, 42)}


REQUESTS = [
    ("GET", BASE, b"", 200),
    ("POST", f"{BASE}/test", b'{"integrationType": "meter", "config": {"url": "URL"}}', 200),
    ("POST", f"{BASE}/test", b'{"appId": "meter-1", "integrationType": "meter", "config": {}}', 200),
    ("POST", f"{BASE}/test", b'{"appId": "meter-1", "config": {}}', 200),
    ("POST", f"{BASE}/test", b'{"config": {}}', 400),
    ("POST", f"{BASE}/test", b'{"integrationType": "metre", "config": {}}', 404),
    ("POST", f"{BASE}/test", b'{"appId": "meter-9", "integrationType": "meter", "config": {}}', 404),
    ("POST", f"{BASE}/test", b'{"integrationType": "meter", "config": {"url": "ftp://nas", "more": 1}}', 422),
    ("POST", f"{BASE}/test", b'{"appId": "meter-1", "config": {"url": "http://127.0.0.2:1"}}', 422),
    ("POST", f"{BASE}/test", b'{"integrationType": "meter", "config": {"url": "http://127.0.0.1:1"}}', 502),
    ("GET", f"{BASE}/meter-1/data/level", b"", 200),
    ("GET", f"{BASE}/meter-1/data/level?range=1h", b"", 400),
    ("GET", f"{BASE}/meter-1/data/depth", b"", 404),
    ("GET", f"{BASE}/meter-9/data/level", b"", 404),
    ("GET", f"{BASE}/off/data/level", b"", 409),
    ("GET", f"{BASE}/dead/data/level", b"", 502),
    ("POST", f"{BASE}/meter-1/retry", b"{}", 200),
    ("POST", f"{BASE}/meter-9/retry", b"{}", 404),
    ("POST", f"{BASE}/data", b'{"requests": [{"appId": "meter-1", "endpointId": "level"}]}', 200),
    ("POST", f"{BASE}/data", b'{"requests": [{"appId": "nobody", "endpointId": "level"}]}', 200),
    ("POST", f"{BASE}/data", b'{"requests": []}', 400),
    ("GET", f"{BASE}/alerts", b"", 200),
    ("GET", f"{BASE}/health", b"", 200),
    ("GET", f"{BASE}/nowhere", b"", 404),
    ("PATCH", BASE, b"", 405),
]


@pytest.mark.parametrize("adapter", [asgi, fastapi])
async def test_every_body_is_an_envelope(service, upstream, adapter):
    """Every outcome has its status, the shape of an envelope, and no secret in it."""
    await add_meter(service, upstream.url)
    await add_meter(service, upstream.url, "off", enabled=False)
    await add_meter(service, "http://127.0.0.1:1", "dead")
    app = adapter(service)
    async with service:
        for method, target, body, status in REQUESTS:
            sent = body.replace(b"URL", upstream.url.encode())
            answer = await ask(app, method, target, headers=JSON, body=sent)
            assert (target, status, KEYS) == (target, answer.status, set(json.loads(answer.body)))
            assert CANARY.encode() not in answer.body


async def test_every_route_is_asked(service):
    """The requests above leave no route out but the stream and files for browsers."""
    table = IntegrationRoutes(service, authorize=lambda request, action: True).routes
    routes = [route for route in table if route.action is not None and not route.streams]
    asked = {(method, target) for method, target, _, status in REQUESTS if status == 200}
    templates = {(route.method, route.template.format(appId="meter-1", endpointId="level")) for route in routes}
    assert templates - asked == set()


async def test_batch_keeps_the_order(service, upstream):
    """A failure in a batch is in its own envelope, in its own place."""
    await add_meter(service, upstream.url)
    wanted = [{"appId": app_id, "endpointId": "level"} for app_id in ("nobody", "meter-1")]
    async with service:
        body = json.dumps({"requests": wanted}).encode()
        answer = await ask(asgi(service), "POST", f"{BASE}/data", headers=JSON, body=body)
    envelopes = json.loads(answer.body)["data"]
    assert [KEYS, KEYS] == [set(envelope) for envelope in envelopes]
    assert [False, True] == [envelope["success"] for envelope in envelopes]


@pytest.mark.parametrize("adapter", [asgi, fastapi])
async def test_not_modified(service, upstream, adapter):
    """A client that has the snapshot already gets 304 and nothing else."""
    await add_meter(service, upstream.url)
    app = adapter(service)
    async with service:
        first = await ask(app, "GET", f"{BASE}/meter-1/data/level")
        tag = dict(first.headers)["etag"]
        second = await ask(app, "GET", f"{BASE}/meter-1/data/level", headers=[("if-none-match", tag)])
    assert (304, b"", tag) == (second.status, second.body, dict(second.headers)["etag"])


class Server(uvicorn.Server):
    """A server in a thread of its own."""

    def __enter__(self):
        self._thread = threading.Thread(target=self.run)
        self._thread.start()
        while not self.started and self._thread.is_alive():
            self._thread.join(0.01)
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"

    def __exit__(self, *exc_info):
        self.should_exit = True
        self._thread.join()


@pytest.mark.parametrize("adapter", [asgi, fastapi])
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_behind_a_real_server(service, upstream, adapter, anyio_backend):
    """A real server starts the service, answers over a socket, and stops it."""
    await add_meter(service, upstream.url)
    config = uvicorn.Config(adapter(service), port=0, lifespan="on", log_config=None)
    with Server(config) as url:
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            data = await client.get(f"{BASE}/meter-1/data/level")
            head = await client.head(f"{BASE}/meter-1/data/level")
            known = await client.get(f"{BASE}/meter-1/data/level", headers={"if-none-match": data.headers["etag"]})
            long = await client.post(f"{BASE}/data", content=b" " * 3_000_000)
            lost = await client.get(f"{BASE}/%ff/data/level")
        assert service.running
    assert [200, 200, 304, 413, 404] == [answer.status_code for answer in (data, head, known, long, lost)]
    assert (data.json()["data"]["payload"]["value"], head.content, known.content) == (42, b"", b"")
    assert not service.running
