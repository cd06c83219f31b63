"""The HTTP contract as an OpenAPI 3.1 document, made of the route table and the types of its bodies."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody, Meta
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.views import AnyView, ViewKind
from dashboard_integrations.web.routing import Route
from dashboard_integrations.web.statuses import STATUSES

__all__ = ["LiveData", "openapi_document"]

_Json = dict[str, object]
_Mode = Literal["validation", "serialization"]

_COMPONENTS = "#/components/schemas/"
_FAILURE: _Json = {"$ref": f"{_COMPONENTS}Failure"}
_NO_META: _Json = {"type": "object", "maxProperties": 0}
_CODE = re.compile(r"``([^`]+)``")
_SNAKE_CASE = re.compile(r"[a-z]+(_[a-z]+)+")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ANY_TYPE: _Json = {}

_DESCRIPTION = """\
Live data from the services people run. Every body is an envelope, errors included: either `data` or `error`, never \
both. Keys are in camelCase; those inside an app's configuration are the integration's own.

Who may ask, and how a request says who asks, is the host's: every operation tells its action, `read` or `manage`. \
Paths are below whatever the host mounts the routes under. `HEAD` is answered as `GET`; an unknown path with 404, \
another method with 405, a body longer than 1 MiB with 413, all of them with an envelope. Answers may gain keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveData:
    """Live data of one endpoint, as it is sent; ``view`` is the ``kind`` of its ``payload``."""

    endpoint_id: str
    view: ViewKind
    payload: AnyView


def openapi_document(routes: Sequence[Route], *, version: str, title: str = "dashboard-integrations") -> _Json:
    """Return the document of ``routes``, those of ``IntegrationRoutes`` or a host's own, as JSON values.

    Public routes are left out: they send files for browsers, whose paths change with their content.
    ``version`` is what the document says of itself. Add ``security`` and ``servers`` as the host has them.
    """
    schemas = _Schemas(routes)
    paths: dict[str, _Json] = {}
    for route in (item for item in routes if item.action is not None):
        paths.setdefault(route.template, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": _DESCRIPTION},
        "servers": [{"url": "/", "description": "Where the host mounts the routes."}],
        "paths": paths,
        "components": {"schemas": schemas.components()},
    }


class _Generator(GenerateJsonSchema):
    """Describes what we send as ``Envelope.to_json`` writes it: camelCase, every key there, more keys to come."""

    def dataclass_args_schema(self, schema: core_schema.DataclassArgsSchema) -> JsonSchemaValue:
        named = schema.copy()
        named["fields"] = [field.copy() for field in schema["fields"]]
        for field in named["fields"]:
            field["serialization_alias"] = to_camel(field["name"])
        return super().dataclass_args_schema(named)

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        described = super().model_schema(schema)
        # What is sent may gain keys; a page that is older than the server drops what it does not know.
        if self.mode == "serialization":
            described.pop("additionalProperties", None)
        return described

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"]) if self.mode == "serialization" else super().default_schema(schema)

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,  # noqa: FBT001  (pydantic's signature)
    ) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


class _Schemas:
    """The schemas of every type that the routes name, by one name each."""

    def __init__(self, routes: Sequence[Route]) -> None:
        sent: set[Any] = {leaf for route in routes for leaf in _leaves(route.data)}
        described: list[tuple[Any, _Mode]] = [
            *((leaf, "serialization") for leaf in sorted({ErrorBody, Meta, LiveData, *sent}, key=str)),
            *((body, "validation") for body in _bodies(routes)),
        ]
        self._found, definitions = TypeAdapter.json_schemas(
            [(kind, mode, TypeAdapter(kind)) for kind, mode in described],
            ref_template=f"{_COMPONENTS}{{model}}",
            schema_generator=_Generator,
        )
        self._definitions = {name: _retold(schema) for name, schema in definitions["$defs"].items()}

    def components(self) -> _Json:
        """Return what references lead to."""
        failure = _envelope(success=False, data={"type": "null"}, error=self.of(ErrorBody), meta=_NO_META)
        live = _envelope(success=True, data=self.of(LiveData), error={"type": "null"}, meta=self.of(Meta))
        return dict(sorted({**self._definitions, "Failure": failure, "LiveDataEnvelope": live}.items()))

    def of(self, kind: object, *, mode: _Mode = "serialization") -> _Json:
        """Return the schema of one type."""
        return dict(self._found[kind, mode])

    def success(self, data: object) -> _Json:
        """Return the schema of an envelope with this type of data."""
        if data is EndpointData:
            return {"$ref": f"{_COMPONENTS}LiveDataEnvelope"}
        return _envelope(success=True, data=self._data(data), error={"type": "null"}, meta=_NO_META)

    def _data(self, data: object) -> _Json:
        if data is None:
            return _ANY_TYPE
        inner = get_args(data)
        if _holds_envelope(data) and get_origin(data) is Envelope:
            return {"oneOf": [self.success(inner[0]), _FAILURE]}
        if _holds_envelope(data):
            return {"type": "array", "items": self._data(inner[0])}
        return self.of(data)


def _retold(described: _Json) -> _Json:
    """Return a schema whose description, a docstring, is in Markdown and names things as JSON does."""
    told = described.get("description")
    if not isinstance(told, str):
        return described
    paragraphs = "\n\n".join(" ".join(paragraph.split()) for paragraph in told.split("\n\n"))
    return described | {"description": _CODE.sub(lambda code: f"`{_in_json(code[1])}`", paragraphs)}


def _in_json(word: str) -> str:
    if word == "None":
        return "null"
    if word.isupper():
        return word.lower().replace("_", "-")
    return to_camel(word) if _SNAKE_CASE.fullmatch(word) else word


def _leaves(data: object) -> Iterator[Any]:
    """Yield the types that pydantic is to describe: envelopes are described here."""
    if _holds_envelope(data):
        for inner in get_args(data):
            yield from _leaves(inner)
    elif data is not None and data is not EndpointData:
        yield data


def _holds_envelope(data: object) -> bool:
    return get_origin(data) is Envelope or any(map(_holds_envelope, get_args(data)))


def _bodies(routes: Iterable[Route]) -> Sequence[type[BaseModel]]:
    return [body for body in dict.fromkeys(route.body for route in routes) if body is not None]


def _envelope(*, success: bool, data: _Json, error: _Json, meta: _Json) -> _Json:
    return {
        "type": "object",
        "properties": {"success": {"type": "boolean", "const": success}, "data": data, "error": error, "meta": meta},
        "required": ["success", "data", "error", "meta"],
    }


def _operation(route: Route, schemas: _Schemas) -> _Json:
    operation: _Json = {
        "operationId": to_camel(route.name),
        "summary": route.summary,
        "description": f"Action `{route.action}`.",
    }
    parameters = [
        *map(_path_parameter, _PLACEHOLDER.findall(route.template)),
        *_live_parameters(route),
        *_stream_parameters(route),
    ]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        content = {"application/json": {"schema": schemas.of(route.body, mode="validation")}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation | {"responses": _responses(route, schemas)}


def _path_parameter(name: str) -> _Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _live_parameters(route: Route) -> Sequence[_Json]:
    if route.data is not EndpointData:
        return ()
    free = {"type": "object", "additionalProperties": {"type": "string"}}
    told = "The endpoint's own parameters, as its `parametersSchema` says."
    tags = "The `ETag` of what the client has."
    return (
        {"name": "parameters", "in": "query", "description": told, "style": "form", "explode": True, "schema": free},
        {"name": "If-None-Match", "in": "header", "description": tags, "schema": {"type": "string"}},
    )


def _stream_parameters(route: Route) -> Sequence[_Json]:
    if not route.streams:
        return ()
    wanted = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    told = "`appId:endpointId`, and after a `?` the endpoint's own parameters as a query."
    came = "The id of the last event that came, to go on from there."
    return (
        {"name": "watch", "in": "query", "required": True, "description": told, "explode": True, "schema": wanted},
        {"name": "Last-Event-ID", "in": "header", "description": came, "schema": {"type": "string"}},
    )


def _responses(route: Route, schemas: _Schemas) -> _Json:
    good: _Json = {"description": "Success.", "content": {"application/json": {"schema": schemas.success(route.data)}}}
    if route.streams:
        told = "Events, for an hour at most: the data of each is `{appId, endpointId, parameters, envelope}`."
        good = {"description": told, "content": {"text/event-stream": {"schema": {"type": "string"}}}}
    responses: dict[str, _Json] = {"200": good}
    if route.data is EndpointData:
        tag = {"ETag": _header("Names the data, for `If-None-Match`.")}
        good |= {"description": "Live data, or stale data with the reason in `meta`.", "headers": tag}
        responses["304"] = {"description": "The client has this already.", "headers": tag}
    for status, codes in sorted(_failures(route).items()):
        responses[str(int(status))] = _failure(status, sorted(codes))
    return dict(responses)


def _failures(route: Route) -> Mapping[HTTPStatus, Collection[ErrorCode]]:
    failures: dict[HTTPStatus, set[ErrorCode]] = {
        HTTPStatus.UNAUTHORIZED: {ErrorCode.AUTH_FAILED},
        HTTPStatus.FORBIDDEN: {ErrorCode.FORBIDDEN},
        STATUSES[ErrorCode.INTERNAL]: {ErrorCode.INTERNAL},
    }
    if _PLACEHOLDER.search(route.template):
        failures[HTTPStatus.NOT_FOUND] = {ErrorCode.NOT_FOUND}
    if route.body is not None:
        refused = HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        failures |= {status: {ErrorCode.INVALID_REQUEST} for status in refused}
    if route.streams:
        failures[HTTPStatus.NOT_IMPLEMENTED] = {ErrorCode.NOT_FOUND}
    for code in route.errors:
        failures.setdefault(STATUSES[code], set()).add(code)
    return failures


def _failure(status: HTTPStatus, codes: Sequence[ErrorCode]) -> _Json:
    narrowed = {"properties": {"error": {"properties": {"code": {"enum": [code.value for code in codes]}}}}}
    response: _Json = {
        "description": f"{status.phrase}: {', '.join(f'`{code.value}`' for code in codes)}.",
        "content": {"application/json": {"schema": {"allOf": [_FAILURE, narrowed]}}},
    }
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response["headers"] = {"Retry-After": _header("When to ask again, in seconds, if that is known.", "integer")}
    if status is HTTPStatus.UNAUTHORIZED:
        response["headers"] = {"WWW-Authenticate": _header("How to sign in.")}
    return response


def _header(description: str, kind: str = "string") -> _Json:
    return {"description": description, "schema": {"type": kind}}
