"""A declared integration behind the facade."""

import threading
from collections.abc import Iterator

import anyio
import pytest
from definitions import integration_of, view_text

from dashboard_integrations.connection import AppInfo, Connection
from dashboard_integrations.errors import ErrorCode, UnknownEndpointError
from dashboard_integrations.exchange import HttpRequest, HttpResponse
from dashboard_integrations.testing import FakeService, assert_code, assert_data, open_app

CONFIG = """
[config.site]
[config.token]
secret = true
required = false
"""


@pytest.fixture
def service() -> Iterator[FakeService]:
    with FakeService() as fake:
        fake.reply("GET", "/test", json={"version": "1.2", "user": {"name": "ali"}, "nodes": 3})
        fake.reply("GET", "/data", json={"value": 1})
        yield fake


async def test_the_connection_test_tells_what_is_selected(service: FakeService) -> None:
    """Version, account and details."""
    test = """
[test]
request = { path = "/test" }
version = "version"
account = "user.name"
details = { Nodes = "to_string(nodes)", Site = { select = "site", optional = true } }
"""
    async with open_app(integration_of(test=test), config={"url": service.url}) as app:
        report = assert_data(await app.test())

    assert ("1.2", "ali", {"Nodes": "3"}) == (report.version, report.account, report.details)


async def test_the_connection_test_fails_by_its_selector(service: FakeService) -> None:
    """A version that is not there is not made up."""
    test = 'test = { request = { path = "/test" }, version = "build" }'
    async with open_app(integration_of(test=test), config={"url": service.url}) as app:
        error = assert_code(await app.test(), ErrorCode.BAD_RESPONSE, reason="shape")

    assert "test.version (build) selects nothing" in error.message


async def test_values_go_where_placeholders_are(service: FakeService) -> None:
    """Into path, query, headers and a JSON body; what is not set is left out."""
    request = """
parameters.count = { type = "integer", default = 5 }
parameters.filter = { required = false }
moments.since = { ago = 3600, format = "iso" }

[endpoints.request]
method = "POST"
path = "/sites/{site}/data"
query = { limit = "{count}", q = "is:{filter}", fixed = true, n = 3 }
headers = { X-Site = "{site}", X-Token = "{token}" }
json = { count = "{count}", since = "{since}", filter = "{filter}", literal = "{{x}}", all = [1, "{filter}"] }
"""
    service.reply("POST", "/sites/a%2Fb%20%3F/data", json={"value": 1})
    integration = integration_of(config=CONFIG, request=request)
    async with open_app(integration, config={"url": service.url, "site": "a/b ?"}) as app:
        await app.show("data")
        await app.show("data", {"filter": "a&b", "count": "7"})
    first, second = service.requests

    assert {"limit": "5", "fixed": "true", "n": "3"} == first.query
    assert ("a/b ?", False) == (first.headers["x-site"], "x-token" in first.headers)
    assert {"count": 5, "since": "2023-11-14T21:13:20Z", "literal": "{x}", "all": [1]} == first.json()
    assert {"limit": "7", "q": "is:a&b", "fixed": "true", "n": "3"} == second.query
    assert (7, "a&b", [1, "a&b"]) == tuple(second.json()[key] for key in ("count", "filter", "all"))


async def test_a_form_is_sent_as_one(service: FakeService) -> None:
    """Encoded whole."""
    request = 'request = { method = "POST", path = "/data", form = { site = "{site}", t = "{token}" } }'
    service.reply("POST", "/data", json={"value": 1})
    async with open_app(
        integration_of(config=CONFIG, request=request), config={"url": service.url, "site": "a&b=c"}
    ) as app:
        await app.show("data")

    assert {"site": "a&b=c"} == service.requests[-1].form()


async def test_a_value_that_cannot_be_sent_is_told(service: FakeService) -> None:
    """By its field; nothing is asked."""
    request = 'request = { path = "/sites/{site}/data" }'
    async with open_app(
        integration_of(config=CONFIG, request=request), config={"url": service.url, "site": ".."}
    ) as app:
        error = assert_code(await app.failure("data"), ErrorCode.INVALID_CONFIG)

    assert ["site"] == list(error.fields)
    assert [] == service.requests


async def test_several_requests_have_names(service: FakeService) -> None:
    """Under which selectors find their answers."""
    request = 'requests = { one = { path = "/data" }, two = { path = "/text", format = "text" } }'
    view = view_text("gauge", 'label = "Sum"', 'value = "sum([one.value, to_number(two)])"')
    service.reply("GET", "/text", text="41")
    async with open_app(integration_of(request=request, view=view), config={"url": service.url}) as app:
        gauge = await app.show("data")

    assert 42 == gauge.value  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        ({"ok": True, "value": 1}, None, ""),
        ({"ok": False, "why": "disk full"}, ErrorCode.UPSTREAM_ERROR, "reports: disk full"),
        ({"ok": False}, ErrorCode.BAD_RESPONSE, "ok == `true` is not true"),
        ({}, ErrorCode.BAD_RESPONSE, "ok == `true` is not true"),
    ],
)
async def test_an_answer_may_have_to_say_that_it_is_well(
    service: FakeService, answer: object, code: ErrorCode | None, told: str
) -> None:
    """For services that report failure with status 200."""
    request = 'request = { path = "/data", expect = "ok == `true`", error = "why" }'
    service.reply("GET", "/data", json=answer)
    async with open_app(integration_of(request=request), config={"url": service.url}) as app:
        if code is None:
            await app.show("data")
        else:
            assert told in assert_code(await app.failure("data"), code).message


@pytest.mark.parametrize(
    ("how", "body", "reason"),
    [
        ("json", "<html><body>Sign in</body></html>", "html"),
        ("json", "not json", "not-json"),
        ("json", "", "empty"),
        ("json", "[" * 100_000, "not-json"),
        ("text", "<!doctype html><html></html>", "html"),
    ],
    ids=["html", "not-json", "empty", "deep", "text-html"],
)
async def test_what_is_no_answer_is_told(service: FakeService, how: str, body: str, reason: str) -> None:
    """As for any integration."""
    service.reply("GET", "/data", text=body)
    request = f'request = {{ path = "/data", format = "{how}" }}'
    async with open_app(integration_of(request=request), config={"url": service.url}) as app:
        assert reason == assert_code(await app.failure("data"), ErrorCode.BAD_RESPONSE).reason


async def test_an_answer_that_is_too_long_is_not_read(service: FakeService) -> None:
    """Four megabytes are enough for a card."""
    service.reply("GET", "/data", body=b"[" + b"1," * 2_200_000 + b"1]")
    async with open_app(integration_of(), config={"url": service.url}) as app:
        assert "too-large" == assert_code(await app.failure("data"), ErrorCode.BAD_RESPONSE).reason


async def test_an_expensive_selector_is_told(service: FakeService) -> None:
    """It is the definition that is wrong, and its place is named."""
    nested = "[?" * 8 + "@" + "]" * 8
    view = view_text("stat-card", f"stats = [{{ label = 'a', value = 'length({nested})' }}]")
    rows: object = list(range(7))
    for _ in range(6):
        rows = [rows] * 7
    service.reply("GET", "/data", json=rows)
    async with open_app(integration_of(view=view), config={"url": service.url}) as app:
        error = assert_code(await app.failure("data"), ErrorCode.BAD_RESPONSE, reason="shape")

    assert "takes too long over an answer of this size" in error.message


async def test_selection_leaves_the_event_loop_free() -> None:
    """Answers are parsed and looked through in another thread."""
    threads: list[int] = []

    class Watched(HttpResponse):
        def json(self, model: object = None) -> object:
            threads.append(threading.get_ident())
            return {"value": 1}

    class Transport:
        async def send(self, request: HttpRequest) -> HttpResponse:
            return Watched(status=200, headers={}, content=b"{}", url="http://nas.local/data")

    integration = integration_of()
    config = integration.auth_config.model_validate({"url": "http://nas.local"})
    connection = Connection(config=config, app=AppInfo("app", "App"), transport=Transport())
    await integration.fetch_data("data", connection)

    assert 1 == len(threads)
    assert threading.get_ident() != threads[0]


async def test_an_unknown_endpoint_is_told(service: FakeService) -> None:
    """With those there are."""
    with pytest.raises(UnknownEndpointError, match="has no endpoint 'dat'; did you mean 'data'"):
        await integration_of().fetch_data("dat", None)  # type: ignore[arg-type]


async def test_a_card_is_one_call_for_all_who_look(service: FakeService) -> None:
    """Freshness is that of any integration."""
    integration = integration_of(request='ttl = 60\nrequest = { path = "/data" }')
    async with open_app(integration, config={"url": service.url}) as app:
        await app.show("data")
        async with anyio.create_task_group() as tasks:
            for _ in range(5):
                tasks.start_soon(app.service.fetch_data, app.id, "data")

    assert 1 == len(service.requests)
