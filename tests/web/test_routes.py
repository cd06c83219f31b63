"""The HTTP contract of the integrations, without a framework."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripted_service import FETCHED_AT, ScriptedService, live_data

from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import (
    BackingOffError,
    DisabledError,
    InvalidConfigError,
    UnknownAppError,
    UnreachableError,
)
from dashboard_integrations.service import DataRequest
from dashboard_integrations.web import Action, IntegrationRoutes, Request

JSON = {"content-type": "application/json"}
KEYS = {"success", "data", "error", "meta"}


@pytest.fixture
def scripted():
    return ScriptedService()


@pytest.fixture
def routes(scripted):
    return IntegrationRoutes(scripted.service, authorize=lambda request, action: True)


def get(path, query="", **headers):
    return Request(method="GET", path=path, query=query, headers=headers)


def post(path, body):
    return Request(method="POST", path=path, headers=JSON, body=json.dumps(body).encode())


async def test_list_integrations(routes):
    """The types are listed."""
    response = await routes.dispatch(get("/api/integrations"))
    assert (
        response.status,
        json.loads(response.body),
    ) == (200, {"success": True, "data": [], "error": None, "meta": {}})


async def test_alerts(routes, scripted):
    """The alerts are listed; their path is not an app's."""
    await routes.dispatch(get("/api/integrations/alerts"))
    assert scripted.calls == [("alerts", {})]


async def test_health(routes, scripted):
    """Health is shown; its path is not an app's."""
    response = await routes.dispatch(get("/api/integrations/health"))
    assert scripted.calls == [("health", {})]
    assert (200, {"apps": [], "plugins": [], "blockedLoop": None}) == (
        response.status,
        json.loads(response.body)["data"],
    )


async def test_fetch_data(routes):
    """Live data comes with its payload and its age."""
    response = await routes.dispatch(get("/api/integrations/1/data/speed"))
    assert json.loads(response.body) == {
        "success": True,
        "data": {"endpointId": "speed", "view": "stat-card", "payload": {"kind": "stat-card", "stats": []}},
        "error": None,
        "meta": {
            "fetchedAt": "2026-11-18T11:06:40Z",
            "expiresAt": "2026-11-18T11:06:50Z",
            "age": 0.0,
            "stale": False,
            "refreshError": None,
            "nextRefresh": "2026-11-18T11:06:50Z",
        },
    }


async def test_fetch_data_passes_ids_and_parameters(routes, scripted):
    """Ids come from the path, parameters from the query."""
    await routes.dispatch(get("/api/integrations/a%2Fb/data/speed", "range=1h"))
    assert scripted.calls == [("fetch_data", {"app_id": "a/b", "endpoint_id": "speed", "parameters": {"range": "1h"}})]


async def test_repeated_parameter(routes, scripted):
    """A parameter that could be read in two ways is not read."""
    response = await routes.dispatch(get("/api/integrations/1/data/speed", "a=1&a=2"))
    assert (response.status, scripted.calls) == (400, [])


async def test_stale_data_is_a_success(routes, scripted):
    """A failed refresh with a snapshot at hand is 200 and says why."""
    error = Envelope.failure(UnreachableError("refused")).error
    scripted.answers["fetch_data"] = live_data(now=FETCHED_AT + 60, refresh_error=error)
    response = await routes.dispatch(get("/api/integrations/1/data/speed"))
    assert (
        response.status,
        json.loads(response.body)["meta"]["stale"],
        json.loads(response.body)["meta"]["refreshError"]["code"],
    ) == (200, True, "unreachable")


async def test_not_modified(routes):
    """A client that has the snapshot gets 304."""
    tag = dict((await routes.dispatch(get("/api/integrations/1/data/speed"))).headers)["etag"]
    response = await routes.dispatch(get("/api/integrations/1/data/speed", **{"if-none-match": tag}))
    assert (response.status, response.body) == (304, b"")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownAppError("no app"), 404),
        (DisabledError("off"), 409),
        (UnreachableError("refused"), 502),
        (BackingOffError("wait", retry_after=3), 503),
    ],
)
async def test_failures(routes, scripted, error, status):
    """A failure has the status of its code."""
    scripted.answers["fetch_data"] = Envelope.failure(error)
    assert (await routes.dispatch(get("/api/integrations/1/data/speed"))).status == status


async def test_test_connection(routes, scripted):
    """A test passes on what was typed and answers with what was found."""
    body = {"integrationType": "transmission", "config": {"url": "http://nas"}}
    response = await routes.dispatch(post("/api/integrations/test", body))
    expected = {"config": {"url": "http://nas"}, "integration_type": "transmission", "app_id": None}
    assert [("test_connection", expected)] == scripted.calls
    assert json.loads(response.body)["data"] == {"version": "4.0.3", "account": None, "details": {}}


async def test_test_connection_of_an_app(routes, scripted):
    """A test of a saved app needs no type."""
    await routes.dispatch(post("/api/integrations/test", {"appId": "1", "config": {}}))
    assert scripted.calls == [("test_connection", {"config": {}, "integration_type": None, "app_id": "1"})]


async def test_invalid_config(routes, scripted):
    """A configuration that does not fit is 422 with the fields of the form."""
    scripted.answers["test_connection"] = Envelope.failure(InvalidConfigError("no", fields={"url": "a URL"}))
    response = await routes.dispatch(post("/api/integrations/test", {"integrationType": "x", "config": {}}))
    assert (response.status, json.loads(response.body)["error"]["fields"]) == (422, {"url": "a URL"})


async def test_retry(routes, scripted):
    """A person's retry reaches the app that the path names."""
    response = await routes.dispatch(post("/api/integrations/1/retry", {}))
    assert [("retry", {"app_id": "1"})] == scripted.calls
    assert (200, {"success": True, "data": None, "error": None, "meta": {}}) == (
        response.status,
        json.loads(response.body),
    )


async def test_retry_of_an_unknown_app(routes, scripted):
    """There is nothing to forget."""
    scripted.answers["retry"] = Envelope.failure(UnknownAppError("no app"))
    assert (await routes.dispatch(post("/api/integrations/1/retry", {}))).status == 404


@pytest.mark.parametrize("headers", [{}, {"content-type": "application/x-www-form-urlencoded"}])
async def test_no_page_of_another_site_retries(routes, scripted, headers):
    """What such a page can send without asking first is refused: credentials would be tried again."""
    request = Request(method="POST", path="/api/integrations/1/retry", headers=headers)
    assert ((await routes.dispatch(request)).status, scripted.calls) == (415, [])


async def test_fetch_many(routes, scripted):
    """A batch is a list of envelopes; a failure is in its own, and the batch is 200."""
    scripted.answers["fetch_many"] = Envelope.of([live_data(), Envelope.failure(UnknownAppError("no app"))])
    requests = [{"appId": "1", "endpointId": "a"}, {"appId": "2", "endpointId": "b", "parameters": {"c": 1}}]
    response = await routes.dispatch(post("/api/integrations/data", {"requests": requests}))
    expected = [
        DataRequest(app_id="1", endpoint_id="a", parameters={}),
        DataRequest(app_id="2", endpoint_id="b", parameters={"c": 1}),
    ]
    assert [("fetch_many", {"requests": expected})] == scripted.calls
    assert (response.status, [item["success"] for item in json.loads(response.body)["data"]]) == (200, [True, False])


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("GET", "/api/integrations", Action.READ),
        ("POST", "/api/integrations/test", Action.MANAGE),
        ("GET", "/api/integrations/1/data/speed", Action.READ),
        ("POST", "/api/integrations/1/retry", Action.MANAGE),
        ("POST", "/api/integrations/data", Action.READ),
        ("GET", "/api/integrations/alerts", Action.READ),
        ("GET", "/api/integrations/health", Action.READ),
    ],
)
async def test_actions(scripted, method, path, action):
    """Looking is read, testing is manage."""
    asked = []

    def authorize(request, wanted):
        asked.append(wanted)
        return False

    await IntegrationRoutes(scripted.service, authorize=authorize).dispatch(Request(method=method, path=path))
    assert ([action], []) == (asked, scripted.calls)


def test_authorize_is_required(scripted):
    """Nobody mounts the routes open by forgetting to close them."""
    with pytest.raises(TypeError, match="authorize"):
        IntegrationRoutes(scripted.service)


CALLS = ["list_integrations", "test_connection", "fetch_data", "retry", "fetch_many", "alerts", "health"]
BODIES = {
    "/api/integrations/1/retry": {},
    "/api/integrations/test": {"integrationType": "x", "config": {}},
    "/api/integrations/data": {"requests": [{"appId": "1", "endpointId": "e"}]},
}


@pytest.mark.parametrize("answer", [None, Envelope.failure(UnreachableError("no")), ZeroDivisionError(), 42])
async def test_every_body_is_an_envelope(scripted, routes, answer):
    """Every route, whatever the service does, answers with exactly the keys of an envelope."""
    if answer is not None:
        scripted.answers = dict.fromkeys(CALLS, answer)
    for route in (item for item in routes.routes if item.action is not None):
        path = route.template.format(appId="1", endpointId="e")
        for method in ("GET", "POST", "PUT"):
            request = Request(method=method, path=path, headers=JSON, body=json.dumps(BODIES.get(path)).encode())
            response = await routes.dispatch(request)
            assert set(json.loads(response.body)) == KEYS
            assert response.status != 500


segments = st.sampled_from(
    ["api", "integrations", "test", "data", "alerts", "health", "retry", "ui", "1", "%2F", "%", "%00", "..", "", "é"]
)
paths = st.one_of(
    st.text(),
    st.lists(segments | st.text(max_size=5), max_size=7).map(lambda parts: "/" + "/".join(parts)),
    st.sampled_from(["", "/test", "/data", "/alerts", "/1/data/speed", "/1/retry", "/ui/a/b"]).map(
        "/api/integrations".__add__
    ),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["config", "requests"]), inner),
    max_leaves=10,
)
bodies = st.binary() | json_values.map(lambda value: json.dumps(value).encode())
anything = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "OPTIONS"]) | st.text(),
    path=paths,
    query=st.text() | st.sampled_from(["a=1", "a=1&a=2", "%", "a=%ff"]),
    headers=st.dictionaries(
        st.sampled_from(["content-type", "if-none-match", "accept"]),
        st.text() | st.sampled_from(["application/json", "*", 'W/"a"']),
    ),
    body=bodies,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(request_=anything)
async def test_nothing_breaks_it(routes, request_):
    """No request is answered with 500 or with something that is no envelope."""
    response = await routes.dispatch(request_)
    assert response.status in {200, 304, 400, 404, 405, 413, 415}
    if response.body or (request_.method != "HEAD" and response.status != 304):
        assert set(json.loads(response.body)) == KEYS
