"""The OpenAPI document: up to date, sound, and what the routes really answer."""

import json
import secrets
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner
from sample_integrations import Gallery, Keyed

from dashboard_integrations.apps import AppRecord, AppService, InMemoryAppRepository
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.cli.commands import commands
from dashboard_integrations.errors import BackingOffError, ErrorCode, UpstreamTimeoutError
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.testing import FakeService
from dashboard_integrations.views import ViewKind
from dashboard_integrations.web import Access, Action, IntegrationRoutes, Request
from dashboard_integrations.web.openapi import openapi_document
from dashboard_integrations.web.routing import Route, find_route
from dashboard_integrations.web.statuses import STATUSES

COMMITTED = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
JSON = {"content-type": "application/json"}
BASE = "/api/integrations"


def described(routes):
    """Return those in the document: files for browsers are not."""
    return [route for route in routes.routes if route.action is not None]


def routes_of(service, access=Access.ALLOW):
    return IntegrationRoutes(service, authorize=lambda request, action: access)


@pytest.fixture(scope="module")
def document():
    return openapi_document(routes_of(None).routes, version=version("dashboard-integrations"))


def closed(value):
    """Return a schema that takes no key that it does not name."""
    if isinstance(value, list):
        return [closed(item) for item in value]
    if not isinstance(value, dict):
        return value
    shut = {key: closed(item) for key, item in value.items()}
    return shut | ({"additionalProperties": False} if value.get("type") == "object" and "properties" in value else {})


class Contract:
    """Says whether an answer is one that the document tells of, with no key beyond it."""

    def __init__(self, document):
        self._document = closed(document)

    def check(self, routes, request, response):
        found = find_route(routes, request.path.replace("%ff", "x"))
        route = found.route_for(request.method)
        operation = self._document["paths"][route.template][route.method.lower()]
        told = operation["responses"][str(response.status)]
        headers = dict(response.headers)
        assert {name.lower() for name in told.get("headers", ())} - {"retry-after"} <= headers.keys()
        if "content" not in told:
            assert b"" == response.body
            return
        schema = told["content"][headers["content-type"]]["schema"]
        validator = jsonschema_rs.Draft202012Validator({**schema, "components": self._document["components"]})
        assert [] == [error.message for error in validator.iter_errors(json.loads(response.body))]


@pytest.fixture(scope="module")
def contract(document):
    return Contract(document)


def get(path, query="", **headers):
    return Request(method="GET", path=f"{BASE}{path}", query=query, headers=headers)


def post(path, body, headers=JSON):
    return Request(method="POST", path=f"{BASE}{path}", headers=headers, body=json.dumps(body).encode())


class Stuck(Gallery):
    """Fails as it is told to."""

    id = "stuck"
    failure = UpstreamTimeoutError("stuck: no answer")

    async def fetch_data(self, endpoint_id, connection):
        raise self.failure


@pytest.fixture
async def service():
    registry = Registry()
    for integration in (Gallery, Keyed, Stuck):
        registry.register(integration)
    repository, cipher = InMemoryAppRepository(), ConfigCipher([secrets.token_bytes(32)])
    apps = AppService(repository, cipher=cipher)
    gallery = registry.get("gallery")
    config = {"url": "x", "password": "p"}
    await apps.create(name="Gallery", integration=gallery, config=config, app_id="gallery")
    await apps.create(name="Off", integration=gallery, config=config, app_id="off", enabled=False)
    await apps.create(name="Stuck", integration=registry.get("stuck"), config=config, app_id="stuck")
    lost = ConfigCipher([secrets.token_bytes(32)]).seal(b"{}", app_id="lost", integration_type="gallery")
    odd = cipher.seal(b"{}", app_id="odd", integration_type="gallery")
    for app_id, sealed in (("lost", lost), ("odd", odd)):
        await repository.add(AppRecord(id=app_id, name=app_id, integration_type="gallery", integration_config=sealed))
    async with IntegrationService(apps=apps, registry=registry) as service:
        yield service


REQUESTS = {
    "no stream": (501, get("/stream", "watch=gallery:stats")),
    "a stream of nothing": (400, replace(get("/stream"), can_stream=True)),
    "types": (200, get("")),
    "alerts": (200, get("/alerts")),
    "health": (200, get("/health")),
    **{
        name: (200, get(f"/gallery/data/{name}"))
        for name in ("stats", "gauge", "rows", "downloads", "troubles", "history")
    },
    "parameters": (200, get("/gallery/data/chosen", "count=3")),
    "wrong parameters": (400, get("/gallery/data/chosen", "count=many")),
    "unknown app": (404, get("/nobody/data/stats")),
    "unknown endpoint": (404, get("/gallery/data/nothing")),
    "bad encoding": (404, get("/%ff/data/stats")),
    "switched off": (409, get("/off/data/stats")),
    "lost key": (409, get("/lost/data/stats")),
    "does not fit": (422, get("/odd/data/stats")),
    "no answer": (504, get("/stuck/data/stats")),
    "known": (304, get("/gallery/data/stats", **{"if-none-match": "*"})),
    "many": (
        200,
        post(
            "/data",
            {
                "requests": [
                    {"appId": "gallery", "endpointId": "stats"},
                    {"appId": "nobody", "endpointId": "stats"},
                    {"appId": "lost", "endpointId": "stats"},
                ]
            },
        ),
    ),
    "none": (400, post("/data", {"requests": []})),
    "too many bytes": (413, post("/data", "x" * 1024 * 1024)),
    "no JSON": (415, post("/data", {}, headers={})),
    "retry": (200, post("/gallery/retry", {})),
    "retry of the unknown": (404, post("/nobody/retry", {})),
    "retry of more": (400, post("/gallery/retry", {"endpointId": "stats"})),
    "retry that is not JSON": (415, post("/gallery/retry", {}, headers={})),
    "test": (200, post("/test", {"integrationType": "gallery", "config": {"url": "x", "password": "p"}})),
    "test of an app": (200, post("/test", {"appId": "gallery", "config": {}})),
    "refused test": (502, post("/test", {"integrationType": "gallery", "config": {"url": "x"}})),
    "test that does not fit": (422, post("/test", {"integrationType": "gallery", "config": {"colour": "red"}})),
    "test of nothing": (400, post("/test", {"config": {}})),
    "test of the unknown": (404, post("/test", {"integrationType": "nothing", "config": {}})),
}


@pytest.mark.parametrize(("status", "request_"), REQUESTS.values(), ids=REQUESTS)
async def test_an_answer_is_as_the_document_says(service, contract, status, request_):
    """Status, headers and body of every route, in success and failure, with no key that is not told."""
    routes = routes_of(service)
    response = await routes.dispatch(request_)
    contract.check(routes.routes, request_, response)
    assert status == response.status


async def test_a_failing_upstream_is_as_the_document_says(service, contract):
    """A service that fails is 502, then it is left alone and that is 503, and both are in health and alerts."""
    with FakeService() as upstream:
        upstream.reply("GET", "/", status=429, headers={"retry-after": "60"})
        await service.apps.create(
            name="Keyed",
            integration=service.registry.get("keyed"),
            config={"url": upstream.url, "token": "t"},
            app_id="keyed",
        )
        routes = routes_of(service)
        statuses = []
        for request in (get("/keyed/data/status"), get("/keyed/data/status"), get("/health"), get("/alerts")):
            response = await routes.dispatch(request)
            contract.check(routes.routes, request, response)
            statuses.append(response.status)
    assert [503, 503, 200, 200] == statuses


@pytest.mark.parametrize(("access", "status"), [(Access.UNAUTHENTICATED, 401), (Access.FORBIDDEN, 403)])
async def test_a_refusal_is_as_the_document_says(service, contract, access, status):
    """On every route."""
    routes = routes_of(service, access)
    for route in described(routes):
        request = Request(method=route.method, path=route.template.format(appId="gallery", endpointId="stats"))
        response = await routes.dispatch(request)
        contract.check(routes.routes, request, response)
        assert status == response.status


async def test_a_failing_host_is_as_the_document_says(contract):
    """What nobody foresaw is 502 on every route: here the service has not been started, or there is none."""
    routes = routes_of(None)
    bodies = {
        "test_connection": {"config": {}},
        "fetch_many": {"requests": [{"appId": "a", "endpointId": "b"}]},
        "retry": {},
    }
    for route in described(routes):
        path = route.template.removeprefix(BASE).format(appId="gallery", endpointId="stats")
        request = post(path, bodies[route.name]) if route.name in bodies else get(path)
        if route.streams:
            request = replace(get(path, "watch=gallery:stats"), can_stream=True)
        response = await routes.dispatch(request)
        contract.check(routes.routes, request, response)
        assert 502 == response.status


def test_the_committed_document_is_up_to_date(document):
    """Otherwise run ``dashboard-integrations openapi --output docs/reference/openapi.json``."""
    assert document == json.loads(COMMITTED.read_text("utf-8"))


def test_the_command_writes_the_document(tmp_path):
    """As it is committed, byte for byte."""
    target = tmp_path / "openapi.json"
    runner = CliRunner()
    printed = runner.invoke(commands, ["openapi"])
    runner.invoke(commands, ["openapi", "--output", str(target)])
    assert (0, printed.stdout, COMMITTED.read_bytes()) == (
        printed.exit_code,
        target.read_text("utf-8"),
        target.read_bytes(),
    )


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    """A folder is no file."""
    assert 2 == CliRunner().invoke(commands, ["openapi", "--output", str(tmp_path)]).exit_code


def test_every_route_says_what_its_data_is(document):
    """And has an operation of its own, told apart by an id."""
    routes = described(routes_of(None))
    operations = [item for path in document["paths"].values() for item in path.values()]
    assert [] == [route.name for route in routes if route.data is None and not route.streams]
    assert len(routes) == len(operations) == len({item["operationId"] for item in operations})


def test_files_for_browsers_are_not_in_the_document(document):
    """Their paths change with their content, and what they send is no envelope."""
    assert [path for path in document["paths"] if path.startswith(f"{BASE}/ui/")] == []


def test_every_schema_is_one(document):
    """Each is JSON Schema 2020-12, and every reference leads to one."""
    components = document["components"]
    for schema in components["schemas"].values():
        jsonschema_rs.meta.validate(schema)
        jsonschema_rs.Draft202012Validator({**schema, "components": components})
    references = {part.split('"')[0] for part in json.dumps(document).split('"#/components/schemas/')[1:]}
    assert references <= components["schemas"].keys()


def test_every_view_is_told_apart_by_its_kind(document):
    """All six, as alternatives with a discriminator."""
    payload = document["components"]["schemas"]["LiveData"]["properties"]["payload"]
    assert ("kind", set(ViewKind), len(ViewKind)) == (
        payload["discriminator"]["propertyName"],
        set(payload["discriminator"]["mapping"]),
        len(payload["oneOf"]),
    )


def test_every_error_code_has_its_status(document):
    """Where any failure can happen, each code stands below its status."""
    responses = document["paths"][f"{BASE}/{{appId}}/data/{{endpointId}}"]["get"]["responses"]
    for code in ErrorCode:
        assert f"`{code.value}`" in responses[str(int(STATUSES[code]))]["description"]


def test_security_is_the_host_s(document):
    """The document says nothing of how to sign in, and leads to no server of its own."""
    assert (False, ["/"]) == ("security" in json.dumps(document), [item["url"] for item in document["servers"]])


def test_a_description_is_for_readers_of_json(document):
    """No Python in it: neither ``None`` nor double backticks nor names of attributes."""
    told = [schema.get("description", "") for schema in document["components"]["schemas"].values()]
    assert [] == [text for text in told if "``" in text or "None" in text or "_" in text]


def test_a_host_describes_its_own_routes():
    """A route that does not say what it answers with is described as far as it goes."""

    async def handle(request, path):
        raise BackingOffError("never asked")

    route = Route(
        name="add_thing", method="POST", template="/api/things", action=Action.MANAGE, summary="Add", handler=handle
    )
    operation = openapi_document([route], version="1")["paths"]["/api/things"]["post"]
    assert ("addThing", {"200", "401", "403", "502"}) == (operation["operationId"], set(operation["responses"]))
