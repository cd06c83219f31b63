"""Paths and queries are read in one way or not at all."""

import pytest
from pydantic import BaseModel

from dashboard_integrations.errors import ErrorCode, InvalidRequestError
from dashboard_integrations.web import Action
from dashboard_integrations.web.routing import Route, find_route, query_parameters


class Body(BaseModel):
    """Any."""


async def handler(request, path):
    raise NotImplementedError


def route(method, template, action=Action.READ):
    return Route(name="it", method=method, template=template, action=action, summary="It", handler=handler)


ROUTES = (
    route("GET", "/api/things"),
    route("POST", "/api/things", Action.MANAGE),
    route("POST", "/api/things/test"),
    route("GET", "/api/things/{id}/data/{part}"),
)


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/api/things", {}),
        ("/%61pi/things", {}),
        ("/api/things/test", {}),
        ("/api/things/a/data/b", {"id": "a", "part": "b"}),
        ("/api/things/a%2Fb/data/%C3%A9+%20", {"id": "a/b", "part": "é+ "}),
        ("/api/things/%2e%2e/data/..", {"id": "..", "part": ".."}),
        ("/api/things/é/data/b", {"id": "é", "part": "b"}),
    ],
)
def test_finds(path, parameters):
    """A path is split before its segments are decoded."""
    found = find_route(ROUTES, path)
    assert found is not None
    assert parameters == found.parameters


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "api/things",
        "/api/things/",
        "//api/things",
        "/API/things",
        "/api%2Fthings",
        "/api/things/other",
        "/api/things//data/b",
        "/api/things/a/data/",
        "/api/things/a/data/b/",
        "/api/things/a/data/b/c",
        "/api/things/%/data/b",
        "/api/things/%zz/data/b",
        "/api/things/%ff/data/b",
        "/api/things/%ed%a0%80/data/b",
        "/api/things/\ud800/data/b",
        "/api/things/a%00/data/b",
        "/api/things/a%0A/data/b",
        "/api/things%0A",
    ],
)
def test_finds_nothing(path):
    """Another path, a trailing slash, bad encoding and control characters are no route."""
    assert find_route(ROUTES, path) is None


@pytest.mark.parametrize(
    ("path", "allow"),
    [("/api/things", "GET, HEAD, POST"), ("/api/things/test", "POST"), ("/api/things/a/data/b", "GET, HEAD")],
)
def test_allow(path, allow):
    """Allow lists the methods of the path; HEAD goes with GET."""
    assert allow == find_route(ROUTES, path).allow


@pytest.mark.parametrize(
    ("method", "action"),
    [("GET", "read"), ("HEAD", "read"), ("POST", "manage"), ("PUT", "manage")],
)
def test_action(method, action):
    """A method nobody answers needs the most that can be done at its path."""
    assert action == find_route(ROUTES, "/api/things").action(method)


def test_what_anybody_may_do():
    """Only the method that is public is; another at its path needs leave."""
    found = find_route([route("GET", "/api/file", None)], "/api/file")
    assert (None, None, "read") == (found.action("GET"), found.action("HEAD"), found.action("POST"))


def test_a_route_says_who_may_use_it():
    """Nothing is public because somebody forgot to say so."""
    with pytest.raises(TypeError, match="action"):
        Route(name="it", method="GET", template="/api/it", summary="It", handler=handler)


@pytest.mark.parametrize(
    "what", [{"method": "POST"}, {"data": str}, {"body": Body}, {"errors": (ErrorCode.UNKNOWN_APP,)}]
)
def test_what_is_not_a_file_is_not_public(what):
    """Data cannot be opened to everybody, by mistake or on purpose."""
    whole = {"name": "it", "method": "GET", "template": "/api/it", "summary": "It", "handler": handler} | what
    with pytest.raises(ValueError, match="the route 'it' needs an action"):
        Route(**whole, action=None)


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("", {}),
        ("a=1&b=%C3%A9", {"a": "1", "b": "é"}),
        ("a", {"a": ""}),
        ("a=x+y%2Bz", {"a": "x y+z"}),
        ("a=1;b=2", {"a": "1;b=2"}),
    ],
)
def test_query(query, parameters):
    """A query is a mapping of names to texts."""
    assert parameters == query_parameters(query)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("a=1&b=2&a=3", {"a": "given more than once"}),
        ("a=%ff", {}),
        ("a=\xe9", {}),
        ("&".join(f"p{number}=1" for number in range(101)), {}),
    ],
)
def test_query_that_cannot_be_read(query, fields):
    """A repeated parameter, bad encoding and too many parameters are refused."""
    with pytest.raises(InvalidRequestError) as caught:
        query_parameters(query)
    assert fields == caught.value.fields
