"""The router behaves as FastAPI's users expect one to."""

import subprocess
import sys
from contextlib import asynccontextmanager

import pytest
from asgi_client import ask, lifespan
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.testclient import TestClient
from scripted_service import ScriptedService

from dashboard_integrations.adapters.fastapi import integration_router

BASE = "/api/integrations"


@pytest.fixture
def scripted():
    return ScriptedService()


@pytest.fixture
def router(scripted):
    return integration_router(scripted.service, authorize=lambda request, action: True)


def including(router, prefix="", **options):
    app = FastAPI(**options)
    app.include_router(router, prefix=prefix)
    return app


def nested(router):
    outer = APIRouter(prefix="/outer")
    outer.include_router(router, prefix="/inner")
    return including(outer)


@pytest.mark.parametrize(
    "including_app",
    [including, lambda router: including(router, "/x"), nested, lambda router: including(router, lifespan=None)],
    ids=["plain", "prefix", "nested", "no lifespan"],
)
async def test_lifespan_starts_and_stops_the_service(scripted, router, including_app):
    """An application that includes the router runs the service with itself."""
    async with lifespan(including_app(router)) as sent:
        assert scripted.running
    assert not scripted.running
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_lifespan_beside_the_applications_own(scripted, router):
    """The application's own lifespan is run around the service's."""
    seen = []

    @asynccontextmanager
    async def own(app):
        seen.append(scripted.running)
        yield {"state": "kept"}
        seen.append(scripted.running)

    async with lifespan(including(router, lifespan=own)):
        seen.append(scripted.running)
    assert seen == [False, True, False]


async def test_lifespan_leaves_a_running_service_alone(scripted, router):
    """What the application's own lifespan started, it stops; including the router twice starts nothing twice."""

    @asynccontextmanager
    async def own(app):
        async with scripted:
            yield

    app = including(router, lifespan=own)
    app.include_router(router, prefix="/again")
    async with lifespan(app) as sent:
        assert scripted.running
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_with_the_test_client(scripted, router):
    """FastAPI's own test client starts the service and gets an answer."""
    with TestClient(including(router)) as client:
        assert (scripted.running, client.get(BASE).status_code) == (True, 200)


def test_openapi_lists_the_routes(router):
    """The routes show in the application's documentation, and nothing else does."""
    document = including(router, "/x").openapi()
    shown = {
        (method, path): operation["summary"]
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
    assert shown == {
        ("get", "/x/api/integrations"): "List the integration types",
        ("post", "/x/api/integrations/test"): "Test a configuration without saving it",
        ("get", "/x/api/integrations/{appId}/data/{endpointId}"): "Show live data of one endpoint",
        ("post", "/x/api/integrations/{appId}/retry"): "Forget the failures of an app, which is then called at once",
        ("post", "/x/api/integrations/data"): "Show live data of many endpoints at once",
        ("get", "/x/api/integrations/alerts"): "List the active alerts of all apps",
        ("get", "/x/api/integrations/health"): "Show how all apps and plugins are",
        ("get", "/x/api/integrations/stream"): "Watch live data as server-sent events",
    }


def test_openapi_describes_what_is_asked_for(router):
    """Path parameters and bodies are described in full, without a reference that leads nowhere."""
    paths = including(router).openapi()["paths"]
    parameters = paths[f"{BASE}/{{appId}}/data/{{endpointId}}"]["get"]["parameters"]
    data = paths[f"{BASE}/data"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    item = data["properties"]["requests"]["items"]
    assert [described["name"] for described in parameters] == [
        "appId",
        "endpointId",
    ]
    assert (list(item["properties"]), item["additionalProperties"]) == (["appId", "endpointId", "parameters"], False)
    assert "$ref" not in str(data)


def test_names_of_the_routes(router):
    """url_for finds the routes by name."""
    app = including(router, "/x")
    assert app.url_path_for("fetch_data", appId="1", endpointId="speed") == "/x/api/integrations/1/data/speed"


async def test_native_is_the_request(scripted):
    """Authorize can look into FastAPI's request, for what a middleware left there."""
    seen = []
    router = integration_router(
        scripted.service, authorize=lambda request, action: bool(seen.append(type(request.native)))
    )
    await ask(including(router), "GET", BASE)
    assert [Request] == seen


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
@pytest.mark.parametrize("path", [BASE, f"{BASE}/1/data/speed", f"{BASE}/nowhere"])
async def test_dependencies_guard_everything(scripted, router, method, path):
    """What the application asks for with a dependency, it asks for on every path and method below."""

    def refuse():
        raise HTTPException(status_code=418)

    app = FastAPI()
    app.include_router(router, dependencies=[Depends(refuse)])
    assert ((await ask(app, method, path)).status, scripted.calls) == (418, [])


async def test_the_applications_other_routes(router):
    """The router answers nothing beside its own base path."""
    app = including(router)
    app.get("/api/integrations-page")(lambda: "mine")
    page = await ask(app, "GET", "/api/integrations-page")
    other = await ask(app, "GET", "/api/other")
    assert (page.body, other.status, other.body) == (b'"mine"', 404, b'{"detail":"Not Found"}')


async def test_client_that_leaves_while_it_sends(scripted, router):
    """A request that never became whole does nothing, and is no failure."""
    app = including(router)
    messages = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]

    async def receive():
        return messages.pop(0)

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": f"{BASE}/data", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert (sent[0]["status"], scripted.calls) == (499, [])


def test_missing_extra():
    """Without FastAPI the import says how to install it."""
    code = "import sys; sys.modules['fastapi'] = None; import dashboard_integrations.adapters.fastapi"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].startswith("ImportError: ")
    assert "pip install 'dashboard-integrations[fastapi]'" in done.stderr
