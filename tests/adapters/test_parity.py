"""Every adapter gives the same answer: the same status, the same headers, the same bytes."""

import json

import pytest
from asgi_client import Answer, ask
from fastapi import FastAPI
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scripted_service import ScriptedService
from starlette.applications import Starlette
from starlette.routing import Mount

from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.adapters.fastapi import integration_router
from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import BackingOffError
from dashboard_integrations.ui import packaged_assets
from dashboard_integrations.web import Access, IntegrationRoutes, Request

BASE = "/api/integrations"
JSON = [("content-type", "application/json")]
FILE = packaged_assets().path("elements.js")
BATCH = b'{"requests": [{"appId": "1", "endpointId": "e"}]}'


def authorize(request, action):
    if "x-stranger" in request.headers:
        return Access.UNAUTHENTICATED
    return request.headers.get("cookie") != "user=guest; role=none"


def asgi(service):
    return IntegrationApp(service, authorize=authorize), ""


def mounted(service):
    return Starlette(routes=[Mount("/sub", IntegrationApp(service, authorize=authorize))]), "/sub"


def fastapi(service):
    app = FastAPI()
    app.include_router(integration_router(service, authorize=authorize))
    return app, ""


def fastapi_with_prefix(service):
    app = FastAPI()
    app.include_router(integration_router(service, authorize=authorize), prefix="/x/{tenant}")
    return app, "/x/a%20b"


def fastapi_mounted(service):
    inner, _ = fastapi(service)
    return Starlette(routes=[Mount("/sub", inner)]), "/sub"


ADAPTERS = [asgi, mounted, fastapi, fastapi_with_prefix, fastapi_mounted]

TABLE = [
    ("GET", BASE, [], b""),
    ("HEAD", BASE, [], b""),
    ("GET", f"{BASE}/", [], b""),
    ("GET", f"{BASE}?a=1", [], b""),
    ("POST", BASE, JSON, b"{}"),
    ("OPTIONS", BASE, [("origin", "https://example.org")], b""),
    ("BREW", f"{BASE}/test", [], b""),
    ("GET", f"{BASE}/test", [], b""),
    ("POST", f"{BASE}/test", JSON, b'{"integrationType": "x", "config": {}}'),
    ("POST", f"{BASE}/test", [("content-type", "text/plain")], b'{"integrationType": "x", "config": {}}'),
    ("POST", f"{BASE}/test", [], b'{"integrationType": "x", "config": {}}'),
    ("POST", f"{BASE}/test", JSON, b'{"config": 1, "more": 2}'),
    ("POST", f"{BASE}/test", JSON, b"[NaN]"),
    ("POST", f"{BASE}/test", JSON, b" " * (1024 * 1024 + 1)),
    ("POST", f"{BASE}/data", JSON, BATCH),
    ("GET", f"{BASE}/data", [], b""),
    ("DELETE", f"{BASE}/alerts", [], b""),
    ("GET", f"{BASE}/alerts", [], b""),
    ("GET", f"{BASE}/health", [], b""),
    ("POST", f"{BASE}/health", JSON, b"{}"),
    ("GET", f"{BASE}/1/data/speed", [], b""),
    ("HEAD", f"{BASE}/1/data/speed", [], b""),
    ("GET", f"{BASE}/1/data/speed", [("if-none-match", "*")], b""),
    ("GET", f"{BASE}/1/data/speed?a=1&a=2", [], b""),
    ("GET", f"{BASE}/a%2Fb/data/%C3%A9", [], b""),
    ("GET", f"{BASE}/1/data/speed/", [], b""),
    ("POST", f"{BASE}/1/retry", JSON, b"{}"),
    ("POST", f"{BASE}/a%2Fb/retry", JSON, b"{}"),
    ("POST", f"{BASE}/1/retry", [], b""),
    ("GET", f"{BASE}/1/retry", [], b""),
    ("GET", f"{BASE}/ui/elements.js", [], b""),
    ("GET", f"{BASE}/ui/elements.js", [("x-stranger", "1")], b""),
    ("HEAD", f"{BASE}/ui/elements.js", [("accept-encoding", "gzip, br")], b""),
    ("GET", f"{BASE}/ui/elements.js", [("if-none-match", "*")], b""),
    ("POST", f"{BASE}/ui/elements.js", [("x-stranger", "1")], b""),
    ("GET", FILE, [], b""),
    ("GET", FILE, [("accept-encoding", "gzip")], b""),
    ("GET", FILE, [("x-stranger", "1"), ("if-none-match", "*")], b""),
    ("HEAD", FILE, [], b""),
    ("PUT", FILE, [], b""),
    ("GET", f"{FILE}x", [("x-stranger", "1")], b""),
    ("GET", f"{BASE}/ui/0123456789ab/base.js", [], b""),
    ("GET", f"{BASE}/ui/data/base.js", [("x-stranger", "1")], b""),
    ("GET", f"{BASE}/1/data/speed/more/than/there/is", [], b""),
    ("GET", f"{BASE}/%ff/data/speed", [], b""),
    ("GET", f"{BASE}/%25/data/speed", [], b""),
    ("GET", f"{BASE}/1/data/speed", [("x-stranger", "1")], b""),
    ("GET", f"{BASE}/nowhere", [("x-stranger", "1")], b""),
    ("GET", f"{BASE}/1/data/speed", [("cookie", "user=guest"), ("cookie", "role=none")], b""),
]
LINE_BREAKS = [
    ("GET", f"{BASE}%0A", [], b""),
    ("GET", f"{BASE}/1/data/a%0Ab", [], b""),
    ("GET", f"{BASE}/1/data/a%0A", [], b""),
    ("GET", f"{BASE}/a%0Ab/c/d/e/f", [], b""),
]


@pytest.fixture
def scripted():
    return ScriptedService()


async def ask_directly(service, method, target, *, headers=(), body=b""):
    """Return what the routes themselves answer."""
    path, _, query = target.partition("?")
    joined = {name: "; ".join(value for other, value in headers if other == name) for name, _ in headers}
    request = Request(method=method, path=path, query=query, headers=joined, body=body)
    response = await IntegrationRoutes(service, authorize=authorize).dispatch(request)
    return Answer(status=response.status, headers=list(response.headers), body=response.body)


async def check_same_answer(service, adapter, case):
    method, target, headers, body = case
    app, prefix = adapter(service)
    expected = await ask_directly(service, method, target, headers=headers, body=body)
    assert expected == await ask(app, method, prefix + target, headers=headers, body=body)


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("case", TABLE)
async def test_same_answer(scripted, adapter, case):
    """Below any prefix, an adapter sends what the routes decide."""
    await check_same_answer(scripted.service, adapter, case)


@pytest.mark.parametrize("adapter", [asgi, fastapi, fastapi_with_prefix])
@pytest.mark.parametrize("case", LINE_BREAKS)
async def test_same_answer_to_line_breaks(scripted, adapter, case):
    """A line break in a path, which Starlette's own routes mistake for the end, is no way around."""
    await check_same_answer(scripted.service, adapter, case)


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("answer", [Envelope.failure(BackingOffError("wait", retry_after=1.5)), ZeroDivisionError()])
async def test_same_failure(scripted, adapter, answer):
    """Foreseen or not, a failure looks the same everywhere."""
    scripted.answers["fetch_data"] = answer
    app, prefix = adapter(scripted.service)
    expected = await ask_directly(scripted.service, "GET", f"{BASE}/1/data/e")
    assert expected == await ask(app, "GET", f"{prefix}{BASE}/1/data/e")


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_ids_arrive_decoded(scripted, adapter):
    """An id may have a slash; it is told from those of the path by its encoding."""
    app, prefix = adapter(scripted.service)
    await ask(app, "GET", f"{prefix}{BASE}/api%2Fintegrations/data/%C3%A9?a=%26")
    expected = {"app_id": "api/integrations", "endpoint_id": "é", "parameters": {"a": "&"}}
    assert [("fetch_data", expected)] == scripted.calls


def test_authorize_is_required(scripted):
    """Nobody mounts the routes open by forgetting to close them."""
    for mount in (IntegrationApp, integration_router):
        with pytest.raises(TypeError, match="authorize"):
            mount(scripted.service)


paths = st.lists(
    st.sampled_from(["test", "data", "alerts", "ui", "retry", "1", "a%2Fb", "%0A", "%ff", "%00", "%", "..", ""])
    | st.text(alphabet="ab%/.é~", max_size=4),
    max_size=5,
).map("/".join)


anything = st.tuples(
    st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PATCH"]),
    st.builds("{}/{}?{}".format, st.just(BASE), paths, st.text(alphabet="a=&%f+;?", max_size=8)),
    st.sampled_from(["application/json", "text/plain", "é"]).map(lambda value: [("content-type", value)]),
    st.binary(max_size=20) | st.sampled_from([BATCH, b"[]", b"{}"]),
)


@pytest.mark.parametrize("adapter", [asgi, fastapi])
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(case=anything)
@example(case=("GET", "/api/integrations/%é/retry?", [], b""))
async def test_nothing_breaks_it(scripted, adapter, case):
    """Below the base path everything is answered alike, and never with 500 or with something that is no envelope."""
    method, target, headers, body = case
    app, prefix = adapter(scripted.service)
    answer = await ask(app, method, prefix + target, headers=headers, body=body)
    assert answer == await ask_directly(scripted.service, method, target, headers=headers, body=body)
    assert answer.status < 500
    if method != "HEAD":
        assert set(json.loads(answer.body)) == {"success", "data", "error", "meta"}
