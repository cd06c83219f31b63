"""Thousands of requests made of the OpenAPI document: every answer is one that the document tells of."""

import secrets
from collections import Counter

import anyio
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from schemathesis import GenerationMode
from schemathesis.python.asgi import shutdown_lifespans

from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.auth import ApiKeyHeader
from dashboard_integrations.authoring import HttpIntegration, endpoint
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import Connection
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.testing import FakeService
from dashboard_integrations.views import Alert, AlertBanner, Gauge, Severity, Stat, StatCard
from dashboard_integrations.web import IntegrationRoutes
from dashboard_integrations.web.openapi import openapi_document

pytestmark = pytest.mark.slow

CASES = 300
# those of the document: files for browsers are not in it
ROUTES = [
    route
    for route in IntegrationRoutes(None, authorize=lambda request, action: True).routes
    if route.action and not route.streams
]
DOCUMENT = openapi_document(ROUTES, version="0")
KEYS = {"success", "data", "error", "meta"}
CHECKS = [
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
]


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

    @endpoint(ttl=1)
    async def count(self, connection: Connection[Config]) -> StatCard:
        """How much it counted."""
        answer = await connection.get_json("/count")
        return StatCard(stats=[Stat(label="Count", value=answer["count"])])

    @endpoint(ttl=1)
    async def level(self, connection: Connection[Config]) -> Gauge:
        """How full it is; not said."""
        return Gauge(label="Level", value=(await connection.get_json("/level"))["level"])

    @endpoint(ttl=1)
    async def alarms(self, connection: Connection[Config]) -> AlertBanner:
        """What is wrong."""
        return AlertBanner(alerts=[Alert(id="full", severity=Severity.WARNING, title="Full")])


APPS = ["works", "down", "off", "sealed-elsewhere", "nobody"]
ENDPOINTS = ["count", "level", "alarms", "nothing"]


async def fill(apps, upstream):
    meter = Meter()
    for app_id in APPS[:-1]:
        # nobody listens on port 9 of loopback
        url = "http://127.0.0.1:9" if app_id == "down" else upstream.url
        config = {"url": url, "api_key": "canary", "timeout": 1}
        await apps.create(name=app_id, integration=meter, config=config, app_id=app_id, enabled=app_id != "off")


@pytest.fixture(scope="module")
def schema():
    """Give the document over an application with apps of every state."""
    with FakeService() as upstream:
        upstream.reply("GET", "/version", json={"version": "2.1"})
        upstream.reply("GET", "/count", json={"count": 42})
        registry = Registry()
        registry.register(Meter)
        repository = InMemoryAppRepository()
        anyio.run(fill, AppService(repository, cipher=ConfigCipher([secrets.token_bytes(32)])), upstream)
        cipher = ConfigCipher([secrets.token_bytes(32)])
        readable = InMemoryAppRepository()
        apps = AppService(readable, cipher=cipher)
        anyio.run(fill, apps, upstream)
        lost = anyio.run(repository.get, "sealed-elsewhere")
        anyio.run(readable.delete, lost.id)
        anyio.run(readable.add, lost)
        service = IntegrationService(apps=apps, registry=registry, batch_patience=0.2, deadline=2.0)
        schema = schemathesis.openapi.from_dict(DOCUMENT)
        schema.app = IntegrationApp(service, authorize=lambda request, action: True)
        yield schema
        shutdown_lifespans()


def known(case, app_id, endpoint_id):
    """Put ids that exist, or nearly, where a generated one stands: by chance alone none would be met."""
    if app_id is None:
        return case
    case.path_parameters = {name: {"appId": app_id}.get(name, endpoint_id) for name in case.path_parameters or {}}
    for item in _objects(case.body):
        if "appId" in item:
            item["appId"] = app_id
        if "endpointId" in item:
            item["endpointId"] = endpoint_id
        if "integrationType" in item:
            item["integrationType"] = "meter"
    return case


def _objects(value):
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, dict):
        yield value
        yield from _objects(value.get("requests"))


BREAKABLE = [route for route in ROUTES if route.body is not None or "{" in route.template]


@pytest.mark.parametrize(
    ("route", "mode"),
    [
        *((route, GenerationMode.POSITIVE) for route in ROUTES),
        *((route, GenerationMode.NEGATIVE) for route in BREAKABLE),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_every_answer_is_as_the_document_says(schema, record_property, route, mode):
    """Whether the request fits the document or breaks it: no 500, and every body an envelope that fits."""
    operation = schema[route.template][route.method]
    statuses = Counter()

    @settings(max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        case=operation.as_strategy(generation_mode=mode),
        app_id=st.sampled_from([None, *APPS]),
        endpoint_id=st.sampled_from(ENDPOINTS),
    )
    def ask(case, app_id, endpoint_id):
        response = known(case, app_id, endpoint_id).call_and_validate(checks=CHECKS)
        statuses[response.status_code] += 1
        assert response.status_code != 500
        assert response.status_code == 304 or set(response.json()) == KEYS

    ask()
    record_property("cases", str(dict(statuses)))
    print(route.name, mode.value, dict(statuses))  # noqa: T201  (with -s: what was met)
