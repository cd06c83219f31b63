"""What is wrong with a definition is told at once, each with its place."""

import pytest
from definitions import definition_text, integration_of, view_text

from dashboard_integrations.declarative import DefinitionError, parse_integration, parse_views


def problems_of(text: str) -> dict[str, str]:
    with pytest.raises(DefinitionError) as caught:
        parse_integration(text, source="sample.toml")
    assert str(caught.value).startswith("sample.toml: ")
    return {problem.place: problem.message for problem in caught.value.problems}


def test_everything_is_told_at_once() -> None:
    """Wrong values, wrong expressions, names that nothing has, in all parts of the file."""
    text = """
format = 2
id = "Sample"
colour = "red"

[config.key]
secret = 1

[config.url]

[auth]
scheme = "bearer-token"
field = "kee"

[test]
request = { path = "/a/{site}" }

[[endpoints]]
id = "one"
ttl = "5"
request = { path = "/b" }
[endpoints.view]
kind = "stat-card"
stats = [{ label = "a", value = "length(" }, { value = "b" }]

[[endpoints]]
id = "two"
request = { path = "/c?x=1" }
[endpoints.view]
kind = "dial"

[[endpoints]]
id = "three"
request = { path = "/c", query = { q = "{keyy}" } }
view = { kind = "gauge", label = "a", value = { select = "b", divide = 0 } }

[[endpoints]]
id = "four"
request = { path = "/c", query = { q = "{keyy}" } }
view = { kind = "gauge", label = "a", value = "b" }
"""
    found = problems_of(text)

    assert {
        "format": "should be 1: a later one needs a later dashboard-integrations",
        "id": "should be lower-case letters, digits and single hyphens, as in 'pi-hole'",
        "name": "required",
        "colour": "unknown field",
        "config.key.secret": "Input should be a valid boolean",
        "config.url": "every app has a field of this name already: choose another",
        "auth.field": "there is no field 'kee' in 'config'; did you mean 'key'? known: key, url",
        "test.request": "nothing is named 'site'; known: key, url",
        "endpoints.0.ttl": "Input should be a valid number",
        "endpoints.0.view.stats.0.value": "is no JMESPath expression: 'length(' cannot be read near 'length('",
        "endpoints.0.view.stats.1.label": "required",
        "endpoints.1.request.path": "has no '?' or '#': what follows '?' goes into 'query'",
        "endpoints.1.view": "must be one of 'stat-card', 'gauge', 'list', 'progress', 'alert-banner', 'chart'",
        "endpoints.2.view.value": "multiply and divide cannot be 0",
        "endpoints.3.request": "nothing is named 'keyy'; did you mean 'key'? known: key, url",
    } == found


def test_names_are_told_apart() -> None:
    """A placeholder means one thing: fields, parameters and moments have names of their own."""
    request = """request = { path = "/data" }
parameters.key = {}
moments.key = {}
moments.count = {}
parameters.count = {}"""
    found = problems_of(definition_text(config="[config.key]", request=request))

    assert {
        "endpoints.0.parameters.key": "the name is taken: choose another",
        "endpoints.0.moments.key": "the name is taken: choose another",
        "endpoints.0.moments.count": "the name is taken: choose another",
    } == found


@pytest.mark.parametrize(
    ("view", "place", "told"),
    [
        (view_text("gauge", 'label = "x"'), "endpoints.0.view.value", "required"),
        (
            view_text("gauge", 'label = "x"', 'value = "v"', 'maximum = { select = "m", optional = true }'),
            "endpoints.0.view.maximum",
            "cannot be optional",
        ),
        (
            view_text("gauge", 'label = "x"', 'value = "v"', "maximum = true"),
            "endpoints.0.view.maximum",
            "valid number",
        ),
        (
            view_text("gauge", 'label = "x"', 'value = "v"', 'status = { map = { a = "ok" } }'),
            "endpoints.0.view.status",
            "say what to select",
        ),
        (
            view_text("gauge", 'label = "x"', 'value = "v"', 'status = { select = "v", map = { a = "good" } }'),
            "endpoints.0.view.status.map.a",
            "Input should be 'ok'",
        ),
        (
            view_text(
                "gauge",
                'label = "x"',
                'value = "v"',
                'thresholds = [{ value = 2, status = "ok" }, { value = 1, status = "critical" }]',
            ),
            "endpoints.0.view",
            "thresholds ascend",
        ),
        (view_text("stat-card", "stats = []"), "endpoints.0.view.stats", "at least 1"),
        (
            view_text("stat-card", 'stats = [{ label = "a", value = { select = "a", type = "text", round = 1 } }]'),
            "endpoints.0.view.stats.0.value",
            "are for numbers",
        ),
        (view_text("list", 'rows = "a"', "item = {}"), "endpoints.0.view.item.title", "required"),
        (
            view_text("list", 'rows = "a"', "limit = 5000", 'item = { title = "t" }'),
            "endpoints.0.view.limit",
            "less than or equal to 1000",
        ),
        (
            view_text("list", 'rows = "a"', 'item = { title = { select = "t", optional = true } }'),
            "endpoints.0.view.item.title",
            "cannot be optional",
        ),
        (view_text("chart", 'rows = "a"'), "endpoints.0.view", "'layout' is required"),
        (view_text("chart", 'layout = "pie"'), "endpoints.0.view", "must be one of 'points', 'columns', 'groups'"),
        (
            view_text("chart", 'layout = "points"', 'rows = "a"', 'series = [{ label = "a", value = "b" }]'),
            "endpoints.0.view",
            "either time or category",
        ),
        (
            view_text("chart", 'layout = "columns"', 'series = [{ label = "a", values = "b" }]'),
            "endpoints.0.view",
            "either times or categories",
        ),
        ("view = 3", "endpoints.0.view", "object"),
        ("", "endpoints.0.view", "required"),
    ],
)
def test_a_view_that_cannot_be_is_told(view: str, place: str, told: str) -> None:
    """At the key that is wrong."""
    found = problems_of(definition_text(view=view))

    assert [place] == list(found)
    assert told in found[place]


@pytest.mark.parametrize(
    ("request_text", "place", "told"),
    [
        ("", "endpoints.0", "either 'request', or several 'requests'"),
        ('request = { path = "/a" }\nrequests.b = { path = "/b" }', "endpoints.0", "either 'request'"),
        ('request = { path = "http://evil.example/a" }', "endpoints.0.request.path", "leave out scheme and host"),
        ('request = { path = "//evil.example/a" }', "endpoints.0.request.path", "leave out scheme and host"),
        ('request = { path = "/a/../b" }', "endpoints.0.request.path", "no '.' or '..'"),
        ('request = { path = "/a/%2E%2e/b" }', "endpoints.0.request.path", "no '.' or '..'"),
        ('request = { path = "/a#b" }', "endpoints.0.request.path", "no '?' or '#'"),
        ('request = { path = "/a b" }', "endpoints.0.request.path", "white space"),
        ('request = { path = "/a\\\\b" }', "endpoints.0.request.path", "backslash"),
        ('request = { path = "/{a.b}" }', "endpoints.0.request.path", "is no name"),
        ('request = { path = "/a", method = "DELETE" }', "endpoints.0.request.method", "'GET' or 'POST'"),
        ('request = { path = "/a", headers = { host = "x" } }', "endpoints.0.request.headers", "not for a definition"),
        ('request = { path = "/a", headers = { "a b" = "x" } }', "endpoints.0.request.headers", "no name for a header"),
        ('request = { path = "/a", headers = { a = "x\\ny" } }', "endpoints.0.request.headers", "control character"),
        ('request = { path = "/a", headers = { a = "1", A = "2" } }', "endpoints.0.request.headers", "named twice"),
        ('request = { path = "/a", form = { a = "1" } }', "endpoints.0.request", "a GET has no body"),
        (
            'request = { path = "/a", method = "POST", form = { a = "1" }, json = {} }',
            "endpoints.0.request",
            "one body",
        ),
        (
            'request = { path = "/a", method = "POST", json = { a = 2026-01-01 } }',
            "endpoints.0.request.json",
            "no word",
        ),
        ('request = { path = "/a", method = "POST", json = [nan] }', "endpoints.0.request.json", "no word"),
        (
            'request = { path = "/a", method = "POST", json = [[[[[[[[[1]]]]]]]]] }',
            "endpoints.0.request.json",
            "8 levels",
        ),
        ('request = { path = "/a", query = { a = [1] } }', "endpoints.0.request.query.a", "should be text"),
        ('request = { path = "/a", error = "message" }', "endpoints.0.request", "give both"),
        ('request = { path = "/a", expect = "a ==" }', "endpoints.0.request.expect", "no JMESPath expression"),
    ],
)
def test_a_request_that_cannot_be_is_told(request_text: str, place: str, told: str) -> None:
    """Before anything is sent."""
    found = problems_of(definition_text(request=request_text))

    assert [place] == list(found)
    assert told in found[place]


@pytest.mark.parametrize(
    ("auth", "place", "told"),
    [
        ('scheme = "magic"', "auth", "must be one of 'api-key-header'"),
        ("header = 3", "auth", "'scheme' is required"),
        ('scheme = "bearer-token"', "auth.field", "required"),
        ('scheme = "api-key-header"\nheader = "Host"\nfield = "key"', "auth.header", "not for a definition"),
        ('scheme = "token-login"\npath = "/../x"\nbody = { a = "key" }\ntoken = "t"', "auth.path", "no '.' or '..'"),
        (
            'scheme = "token-login"\npath = "/x"\nbody = { a = "password" }\ntoken = "t"',
            "auth.body.a",
            "no field 'password'",
        ),
        ('scheme = "cookie-login"\npath = "/x"\nform = {}', "auth.form", "at least 1"),
    ],
)
def test_an_auth_that_cannot_be_is_told(auth: str, place: str, told: str) -> None:
    """Its fields are those of the form."""
    found = problems_of(definition_text(config=f"[config.key]\nsecret = true\n[auth]\n{auth}"))

    assert [place] == list(found)
    assert told in found[place]


def test_two_endpoints_of_one_id_are_told() -> None:
    """Two endpoints of one id cannot be told apart."""
    text = (
        definition_text()
        + definition_text().partition("[[endpoints]]")[1]
        + definition_text().partition("[[endpoints]]")[2]
    )

    assert {"endpoints.1.id": "another endpoint has the id 'data'"} == problems_of(text)


def test_hundreds_of_problems_are_cut() -> None:
    """The message stays readable; the problems are all there."""
    unknown = "\n".join(f"k{number} = 1" for number in range(100))
    with pytest.raises(DefinitionError) as caught:
        parse_integration(unknown + definition_text())

    assert (100, True) == (len(caught.value.problems), str(caught.value).endswith("and 80 more"))


def test_views_of_an_app_have_neither_ttl_nor_parameters() -> None:
    """There, an app's form says the one, and nobody the other."""
    text = """
[[endpoints]]
id = "a"
ttl = 5
request = { path = "/{key}/{kee}" }
view = { kind = "gauge", label = "a", value = "b" }
"""
    with pytest.raises(DefinitionError) as caught:
        parse_views(text, names=["key"])

    assert ["endpoints.0.ttl: unknown field"] == [str(problem) for problem in caught.value.problems]
    with pytest.raises(DefinitionError, match="nothing is named 'kee'; did you mean 'key'"):
        parse_views(text.replace("ttl = 5", ""), names=["key"])


def test_a_right_one_is_right() -> None:
    """The shortest there is."""
    made = integration_of()

    assert ("sample", "Sample", "sample", 30.0) == (made.id, made.name, made.icon, made.endpoints[0].ttl)
