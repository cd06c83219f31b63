"""Custom API: what a person writes into the form is checked there, asked for, and shown."""

import base64
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from dashboard_custom.custom_api import CustomApi, Shown

from dashboard_integrations import AppService, ConfigCipher, InMemoryAppRepository, InvalidConfigError
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.service import describe_integration
from dashboard_integrations.testing import FakeReply, FakeRequest, FakeService, assert_code, assert_data, open_app
from dashboard_integrations.testing.conformance import IntegrationContract
from dashboard_integrations.views import Alert, AlertBanner, Chart, Gauge, ListView, Progress, Severity, StatCard

DEFINITION = """
[test]
request = { path = "/api/stats", expect = "!(version == `null`)" }
version = "version"

[[endpoints]]
id = "visitors"
request = { path = "/api/stats", query = { site = "blog" } }
view = { kind = "stat-card", stats = [{ label = "Visitors", value = "today.visitors" }] }

[[endpoints]]
id = "pages"
request = { path = "/api/stats" }
view = { kind = "stat-card", stats = [{ label = "Pages", value = "today.pages" }] }

[[endpoints]]
id = "load"
request = { path = "/api/stats" }
view = { kind = "gauge", label = "Load", value = "load", unit = "%" }

[[endpoints]]
id = "top"
request = { path = "/api/stats" }
view = { kind = "list", rows = "top", item = { title = "page", value = "count" } }

[[endpoints]]
id = "jobs"
request = { path = "/api/stats" }
view = { kind = "progress", rows = "jobs", bar = { label = "name", value = "done" } }

[[endpoints]]
id = "errors"
request = { path = "/api/stats" }
[endpoints.view]
kind = "alert-banner"
rows = "errors"
alert = { id = "code", title = "text", severity = "'warning'" }

[[endpoints]]
id = "outages"
request = { path = "/api/stats" }
[endpoints.view]
kind = "alert-banner"
rows = "outages"
alert = { id = "code", title = "text", severity = "'critical'" }

[[endpoints]]
id = "history"
request = { path = "/api/stats" }
[endpoints.view]
kind = "chart"
layout = "points"
rows = "days"
category = "day"
series = [{ label = "Visitors", value = "visitors", style = "bar" }]
"""
STATS = {
    "version": "4.1",
    "today": {"visitors": 12, "pages": 30},
    "load": 40,
    "top": [{"page": "/", "count": 9}],
    "jobs": [{"name": "backup", "done": 50}],
    "errors": [{"code": "e1", "text": "slow"}],
    "outages": [{"code": "e1", "text": "mail is down"}],
    "days": [{"day": "Mon", "visitors": 3}, {"day": "Tue", "visitors": 5}],
}
ONE = """
[[endpoints]]
id = "one"
request = { path = "/data" }
view = { kind = "stat-card", stats = [{ label = "One", value = "one" }] }
"""


@pytest.fixture
def service() -> Iterator[FakeService]:
    """Run an API that answers with statistics."""
    with FakeService() as fake:
        fake.reply("GET", "/api/stats", json=STATS)
        fake.reply("GET", "/data", json={"one": 1})
        yield fake


def config(service: FakeService, **changes: object) -> dict[str, object]:
    """Return what the form of an app sends."""
    return {"url": service.url, "endpoint_definition": DEFINITION, **changes}


async def refused(**changes: object) -> dict[str, str]:
    """Return what the form says of each field when it is saved."""
    integration = CustomApi()
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([bytes(range(32))]))
    entered = {"url": "http://nas.local", "endpoint_definition": ONE, **changes}
    with pytest.raises(InvalidConfigError) as caught:
        await apps.create(name="App", integration=integration, config=entered)
    return dict(caught.value.fields)


async def test_each_kind_of_view_shows_the_first_that_is_declared(service: FakeService) -> None:
    """One endpoint for each kind; with alerts, all that there are."""
    async with open_app(CustomApi, config=config(service)) as app:
        shown = {endpoint.id: await app.show(endpoint.id) for endpoint in CustomApi().endpoints}
    card, gauge, rows, bars, alerts, chart = shown.values()

    assert ["stat-card", "gauge", "list", "progress", "alert-banner", "chart"] == list(shown)
    assert isinstance(card, StatCard)
    assert ("Visitors", 12) == (card.stats[0].label, card.stats[0].value)
    assert isinstance(gauge, Gauge)
    assert 40 == gauge.value
    assert isinstance(rows, ListView)
    assert [("/", 9)] == [(item.title, item.value) for item in rows.items]
    assert isinstance(bars, Progress)
    assert [("backup", 50)] == [(bar.label, bar.value) for bar in bars.bars]
    assert isinstance(chart, Chart)
    assert (["Mon", "Tue"], [3, 5]) == (chart.categories, chart.series[0].values)
    expected = [
        Alert(id="errors: e1", severity=Severity.WARNING, title="slow"),
        Alert(id="outages: e1", severity=Severity.CRITICAL, title="mail is down"),
    ]
    assert AlertBanner(alerts=expected) == alerts


async def test_a_parameter_says_which(service: FakeService) -> None:
    """By the id it has in the definition."""
    async with open_app(CustomApi, config=config(service)) as app:
        card = await app.show("stat-card", {"show": "pages"})
        alerts = await app.show("alert-banner", {"show": "outages"})
        error = assert_code(await app.failure("stat-card", {"show": "load"}), ErrorCode.INVALID_CONFIG)

    assert isinstance(card, StatCard)
    assert isinstance(alerts, AlertBanner)
    assert ("Pages", ["e1"]) == (card.stats[0].label, [alert.id for alert in alerts.alerts])
    assert {"show": "the definition has no stat-card named 'load'; it has: visitors, pages"} == dict(error.fields)


async def test_a_kind_that_is_not_declared_is_told(service: FakeService) -> None:
    """But no alerts are good news: dashboards ask every app for them."""
    async with open_app(CustomApi, config=config(service, endpoint_definition=ONE)) as app:
        error = assert_code(await app.failure("gauge"), ErrorCode.INVALID_CONFIG)
        alerts = assert_data(await app.service.alerts())
        banner = await app.show("alert-banner")

    assert {"endpoint_definition": "it declares no endpoint whose view is a gauge"} == dict(error.fields)
    assert ([], AlertBanner(alerts=[])) == (list(alerts), banner)


async def test_the_connection_test_tells_the_version(service: FakeService) -> None:
    """As the definition has it."""
    async with open_app(CustomApi, config=config(service)) as app:
        assert "4.1" == assert_data(await app.test()).version


async def test_without_a_test_the_first_view_is_tried(service: FakeService) -> None:
    """So a selector that finds nothing is seen while the form is open."""
    async with open_app(CustomApi, config=config(service)) as app:
        works = await app.test(endpoint_definition=ONE)
        fails = await app.test(endpoint_definition=ONE.replace('"one" }]', '"two" }]'))

    assert works.success
    assert "stats.0.value (two) selects nothing" in assert_code(fails, ErrorCode.BAD_RESPONSE).message


async def test_mistakes_of_the_definition_are_told_beside_the_field() -> None:
    """All at once, each with its place."""
    broken = ONE.replace('"/data"', '"/{site}"').replace('"stat-card"', '"stat-cart"') + ONE
    told = await refused(endpoint_definition=broken)

    assert ["endpoint_definition"] == list(told)
    assert "endpoints.0.view: must be one of 'stat-card'" in told["endpoint_definition"]
    assert "is not TOML" in (await refused(endpoint_definition="[[endpoints]"))["endpoint_definition"]
    assert (
        "nothing is named 'pass'"
        in (await refused(endpoint_definition=ONE.replace("/data", "/{pass}")))["endpoint_definition"]
    )


async def test_a_secret_that_was_typed_into_the_definition_is_not_repeated() -> None:
    """It has a field of its own, and is known by that."""
    secret = "a-k3y-that-is-secret"
    told = await refused(key=secret, endpoint_definition=ONE.replace('"one" }]', f'"{secret}(" }}]'))

    assert secret not in str(told)


@pytest.mark.parametrize("addition", ["", "\n# see https://example.org/\n"], ids=["plain", "with a URL"])
async def test_a_changed_definition_does_not_take_the_stored_key_along(addition: str) -> None:
    """Who may edit an app may not read its key: an expression could spell it out of an answer that repeats it."""
    with FakeService() as echo:
        echo.reply("GET", "/echo", lambda request: FakeReply(json={"q": request.query.get("q", "")}))
        spelled = ONE.replace('{ path = "/data" }', '{ path = "/echo", query = { q = "{key}" } }')
        spelled = spelled.replace('value = "one"', 'value = { select = "reverse(q)", type = "text" }') + addition
        stored = {"url": echo.url, "key": "s3cret-key", "endpoint_definition": ONE + addition}
        async with open_app(CustomApi, config=stored) as app:
            error = assert_code(
                await app.service.test_connection(app_id=app.id, config={"endpoint_definition": spelled}),
                ErrorCode.INVALID_CONFIG,
            )

    assert ["key"] == list(error.fields)
    assert [] == echo.requests


@pytest.mark.parametrize(
    ("authentication", "missing"),
    [
        ("api-key-header", "key"),
        ("api-key-query", "key"),
        ("bearer-token", "key"),
        ("basic", "username"),
        ("digest", "username"),
    ],
)
async def test_credentials_that_are_missing_are_told(authentication: str, missing: str) -> None:
    """At their field."""
    expected = {missing: f"the authentication '{authentication}' needs it"}

    assert expected == await refused(authentication=authentication)


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({}, {}),
        ({"authentication": "api-key-header"}, {"x-api-key": "s3cret-key"}),
        ({"authentication": "api-key-header", "key_name": "X-Other"}, {"x-other": "s3cret-key"}),
        ({"authentication": "api-key-query", "key_name": "apikey"}, {"query": "s3cret-key"}),
        ({"authentication": "bearer-token"}, {"authorization": "Bearer s3cret-key"}),
        (
            {"authentication": "basic"},
            {"authorization": f"Basic {base64.b64encode(b'ali:open sesame').decode()}"},
        ),
    ],
    ids=["none", "header", "other-header", "query", "bearer", "basic"],
)
async def test_credentials_are_sent_as_chosen(
    service: FakeService, changes: dict[str, Any], sent: dict[str, str]
) -> None:
    """And only so, whatever else is filled in."""
    filled = {"key": "s3cret-key", "username": "ali", "password": "open sesame", "endpoint_definition": ONE, **changes}
    async with open_app(CustomApi, config=config(service, **filled)) as app:
        await app.show("stat-card")
    request = service.requests[-1]
    found = {
        name: request.headers[name] for name in ("x-api-key", "x-other", "authorization") if name in request.headers
    }
    found |= {"query": request.query["apikey"]} if "apikey" in request.query else {}

    assert sent == found


async def test_digest_answers_the_challenge(service: FakeService) -> None:
    """The password itself is not sent."""

    def guarded(request: FakeRequest) -> FakeReply:
        if "authorization" in request.headers:
            return FakeReply(json={"one": 1})
        return FakeReply(status=401, headers={"www-authenticate": 'Digest realm="r", nonce="n", qop="auth"'})

    service.reply("GET", "/data", guarded)
    filled = {"authentication": "digest", "username": "ali", "password": "open sesame", "endpoint_definition": ONE}
    async with open_app(CustomApi, config=config(service, **filled)) as app:
        await app.show("stat-card")

    assert service.requests[-1].headers["authorization"].startswith('Digest username="ali"')


async def test_placeholders_name_the_fields_of_the_form(service: FakeService) -> None:
    """For an API with the key in its path."""
    service.reply("GET", "/bot/k%2Fey/state", json={"one": 1})
    definition = ONE.replace("/data", "/bot/{key}/state")
    async with open_app(CustomApi, config=config(service, key="k/ey", endpoint_definition=definition)) as app:
        await app.show("stat-card")
        error = await app.test(key=None)

    assert {"key": "it is needed, and is empty"} == dict(assert_code(error, ErrorCode.INVALID_CONFIG).fields)


def test_the_form_asks_for_the_definition_in_several_lines() -> None:
    """With an example in it; keys and passwords are secrets."""
    fields: dict[str, Any] = dict(describe_integration(CustomApi()).auth_config_schema["properties"])  # type: ignore[call-overload]
    definition = fields["endpoint_definition"]

    assert (True, True) == (definition["x-multiline"], definition["examples"][0].startswith("[[endpoints]]"))
    assert ["key", "password", "client_key"] == [name for name, field in fields.items() if field.get("writeOnly")]


async def test_the_example_of_the_form_works(service: FakeService) -> None:
    """It is what people begin with."""
    fields: dict[str, Any] = dict(describe_integration(CustomApi()).auth_config_schema["properties"])  # type: ignore[call-overload]
    async with open_app(
        CustomApi, config=config(service, endpoint_definition=fields["endpoint_definition"]["examples"][0])
    ) as app:
        card = await app.show("stat-card")

    assert isinstance(card, StatCard)
    assert 12 == card.stats[0].value


def test_what_is_shown_has_a_default() -> None:
    """A widget can be added without a choice."""
    assert Shown().show is None


class TestContract(IntegrationContract):
    """Everything that an integration has to stand."""

    integration = CustomApi
    config: ClassVar = {"authentication": "bearer-token", "key": "a-key-of-an-api", "endpoint_definition": DEFINITION}

    def declare(self, service: FakeService) -> None:
        """Declare the statistics."""
        service.reply("GET", "/api/stats", json=STATS)
