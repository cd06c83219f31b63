"""Descriptions of an API."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.auth import ApiKeyHeader, ApiKeyQuery
from dashboard_integrations.scaffold.auth_plans import AuthKind
from dashboard_integrations.scaffold.errors import ScaffoldError
from dashboard_integrations.scaffold.openapi import Description, read_description
from dashboard_integrations.scaffold.schema_samples import Described, sample_of

STATUS = {
    "type": "object",
    "properties": {
        "version": {"type": "string", "example": "1.2"},
        "uptime": {"type": "integer"},
        "load": {"type": "number"},
        "ok": {"type": "boolean"},
        "started": {"type": "string", "format": "date-time"},
        "state": {"enum": ["running", "paused"]},
        "disks": {"type": "array", "items": {"$ref": "#/components/schemas/Disk"}},
        "labels": {"type": "object", "additionalProperties": {"type": "integer"}},
        "maybe": {"type": ["null", "string"]},
    },
}
DISK = {
    "allOf": [{"properties": {"name": {"type": "string"}}}, {"properties": {"size": {"type": "integer", "minimum": 0}}}]
}


def document(**more: Any) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "servers": [{"url": "/api/{version}", "variables": {"version": {"default": "v1"}}}],
        "security": [{"key": []}],
        "components": {
            "schemas": {"Status": STATUS, "Disk": DISK},
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "basic": {"type": "http", "scheme": "basic"},
                "query": {"type": "apiKey", "in": "query", "name": "k"},
            },
        },
        "paths": {
            "/things/{id}": {"get": {"responses": {}}},
            "/things": {"get": {"responses": {"200": response({"type": "array", "items": {"type": "string"}})}}},
            "/status": {
                "get": {"summary": "How it is", "responses": {"200": response({"$ref": "#/components/schemas/Status"})}}
            },
            "/search": {"get": {"parameters": [{"in": "query", "name": "q", "required": True}], "responses": {}}},
            "/do": {"post": {"responses": {}}},
            **more,
        },
    }


def response(schema: object, **more: object) -> dict[str, object]:
    return {"content": {"application/json": {"schema": schema, **more}}}


def test_what_can_be_asked_as_it_is_is_listed():
    """GETs without a parameter that only a person knows, the most telling first, below the server's path."""
    assert ["/api/v1/status", "/api/v1/things"] == [item.path for item in Description(document()).operations()]


def test_the_answer_is_made_of_examples_and_types():
    """References are followed, parts put together."""
    found = Description(document()).operation("/status")
    assert "How it is" == found.summary
    assert {
        "version": "1.2",
        "uptime": 1,
        "load": 1.5,
        "ok": True,
        "started": "2026-01-01T09:00:00Z",
        "state": "running",
        "disks": [{"name": "name", "size": 0}],
        "labels": {"id-1": 1},
        "maybe": "maybe",
    } == found.sample


def test_an_example_comes_first():
    """Of the media type, or one of its named ones."""
    one = {"get": {"responses": {"200": response({}, example={"a": 1})}}}
    named = {"get": {"responses": {"2XX": response({}, examples={"x": {"value": {"b": 2}}})}}}
    description = Description(document(**{"/one": one, "/named": named}))
    assert [{"a": 1}, {"b": 2}] == [description.operation(path).sample for path in ("/one", "/named")]


def test_required_parameters_take_their_example_or_default():
    """What is not required is left out."""
    parameters = [
        {"in": "query", "name": "a", "required": True, "example": 3},
        {"in": "query", "name": "b", "required": True, "schema": {"default": True}},
        {"in": "query", "name": "c", "schema": {"default": 1}},
        {"in": "header", "name": "d", "required": True},
    ]
    description = Description(document(**{"/x": {"get": {"parameters": parameters, "responses": {}}}}))
    assert {"a": "3", "b": "true"} == description.operation("/x").request.params


@pytest.mark.parametrize(
    ("security", "kind", "scheme"),
    [
        (None, AuthKind.API_KEY_HEADER, ApiKeyHeader("X-Key", "api_key")),
        ([], AuthKind.NONE, None),
        ([{"query": []}], AuthKind.API_KEY_QUERY, ApiKeyQuery("k", "api_key")),
        ([{"query": []}, {"basic": []}], AuthKind.BASIC, ...),
        ([{"unknown": []}], AuthKind.NONE, None),
    ],
)
def test_the_scheme_of_an_operation(security, kind, scheme):
    """Its own, else the document's; of several the best one."""
    operation = {"responses": {}, **({} if security is None else {"security": security})}
    found = Description(document(**{"/x": {"get": operation}})).operation("/x").auth
    assert kind is found.kind
    assert scheme is ... or scheme == found.scheme


@pytest.mark.parametrize(
    ("described", "kind"),
    [
        ({"type": "http", "scheme": "Bearer"}, AuthKind.BEARER),
        ({"type": "http", "scheme": "digest"}, AuthKind.DIGEST),
        ({"type": "oauth2", "flows": {"clientCredentials": {}}}, AuthKind.OAUTH2),
        ({"type": "oauth2", "flows": {"implicit": {}}}, AuthKind.BEARER),
        ({"type": "oauth2", "flow": "application"}, AuthKind.OAUTH2),
        ({"type": "openIdConnect"}, AuthKind.BEARER),
        ({"type": "basic"}, AuthKind.BASIC),
        ({"type": "apiKey", "in": "cookie", "name": "SID"}, AuthKind.API_KEY_HEADER),
        ({"type": "mutualTLS"}, AuthKind.NONE),
    ],
)
def test_every_kind_of_scheme(described, kind):
    """OpenAPI 3 and Swagger 2."""
    whole = document(**{"/x": {"get": {"security": [{"one": []}], "responses": {}}}})
    whole["components"]["securitySchemes"]["one"] = described
    assert kind is Description(whole).operation("/x").auth.kind


def test_swagger_2():
    """``basePath``, ``securityDefinitions``, and a schema right in the response."""
    found = Description(
        {
            "swagger": "2.0",
            "basePath": "/api/v2",
            "securityDefinitions": {"basic": {"type": "basic"}},
            "security": [{"basic": []}],
            "definitions": {"S": {"type": "object", "properties": {"n": {"type": "integer"}}}},
            "paths": {"/status": {"get": {"responses": {"200": {"schema": {"$ref": "#/definitions/S"}}}}}},
        }
    ).operation("api/v2/status")
    assert ("/api/v2/status", {"n": 1}, AuthKind.BASIC) == (found.path, found.sample, found.auth.kind)


def test_yaml_is_read_too():
    """The same document."""
    text = "openapi: 3.0.0\npaths:\n  /a:\n    get:\n      responses:\n        200: {description: x}\n"
    assert ["/a"] == [item.path for item in read_description(text.encode(), name="api.yaml").operations()]


def test_a_date_in_yaml_is_a_text():
    """And a number as key is one too, as in JSON."""
    example = "application/json: {example: {d: 2026-01-01}}"
    text = f"openapi: 3.0.0\npaths: {{/a: {{get: {{responses: {{200: {{content: {{{example}}}}}}}}}}}}}"
    assert {"d": "2026-01-01"} == read_description(text.encode(), name="api.yaml").operation("/a").sample


@pytest.mark.parametrize("url", ["http://[bad", "http://{host}:{port}", "", "{base}/x"])
def test_an_address_that_says_nothing_is_no_path(url):
    """It is the author's service that counts."""
    assert "/status" in [item.path for item in Description({**document(), "servers": [{"url": url}]}).operations()]


@pytest.mark.parametrize(
    "content", [b"[]", b"{}", b'{"openapi": "3.1.0"}', b"a: [", b"\xff\xfe", b"openapi: !!python/object:x.Y {}"]
)
def test_what_is_no_description_is_told(content):
    """Nothing in it is run."""
    with pytest.raises(ScaffoldError, match=r"description|JSON"):
        read_description(content, name="the file")


def test_an_operation_that_is_not_there_is_told():
    """With those that are."""
    with pytest.raises(ScaffoldError, match="/api/v1/status, /api/v1/things"):
        Description(document()).operation("/nothing")


def test_a_schema_that_holds_itself_ends():
    """It is cut off at a depth."""
    node = {
        "type": "object",
        "properties": {"next": {"$ref": "#/n"}, "all": {"type": "array", "items": {"$ref": "#/n"}}},
    }
    json.dumps(sample_of({"$ref": "#/n"}, Described({"n": node})))
    assert None is sample_of({"$ref": "#/a"}, Described({"a": {"$ref": "#/a"}}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "properties",
                    "items",
                    "$ref",
                    "allOf",
                    "oneOf",
                    "enum",
                    "example",
                    "additionalProperties",
                    "x",
                ]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_schema_has_a_sample_or_none(schema):
    """Whatever stands there."""
    json.dumps(sample_of(schema, Described({"a": schema})))


@given(JSON, JSON, JSON)
def test_any_description_is_read_or_refused(operation, response, extra):
    """A mistake in a document is no crash."""
    whole = document(**{"/x": {"get": {"responses": {"200": response}, "parameters": extra}}, "/y": operation})
    whole["servers"] = extra
    try:
        found = Description(whole).operations()
    except ScaffoldError:
        return
    assert all(item.path for item in found)
