"""An OpenAPI description (3.x, or Swagger 2): what can be asked, how to sign in, and what answers look like."""

import importlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from dashboard_integrations.scaffold.auth_plans import (
    AuthKind,
    AuthPlan,
    auth_plan,
    cookie_header,
    key_header,
    key_query,
)
from dashboard_integrations.scaffold.errors import ScaffoldError
from dashboard_integrations.scaffold.planned_request import PlannedRequest
from dashboard_integrations.scaffold.schema_samples import Described, list_of, mapping_of, sample_of
from dashboard_integrations.scaffold.words import tokens

__all__ = ["Description", "Operation", "read_description"]

_MISSING = object()
_TELLING = [
    "overview",
    "summary",
    "status",
    "stats",
    "statistics",
    "info",
    "health",
    "dashboard",
    "system",
    "version",
    "queue",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One GET: ``path`` below the service's URL, ``summary`` for people, ``sample`` of the answer or ``None``."""

    path: str
    summary: str
    params: Mapping[str, str]
    sample: object
    auth: AuthPlan

    @property
    def request(self) -> PlannedRequest:
        """The request."""
        return PlannedRequest(path=self.path.lstrip("/"), params=self.params)

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Sorts what shows most of a service first."""
        words = tokens(self.path)
        told = [_TELLING.index(word) for word in words if word in _TELLING]
        return self.sample is None, min(told, default=len(_TELLING)), len(words)


class Description:
    """A description of an API, as far as a new integration needs it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._described = Described(document)
        self._document = document
        if not isinstance(document.get("paths"), Mapping) or not ({"openapi", "swagger"} & set(document)):
            raise ScaffoldError("this is no OpenAPI description: it should have openapi (or swagger) and paths")

    def operations(self) -> Sequence[Operation]:
        """Return every GET without a parameter that only a person can fill in, the most telling first."""
        return sorted(self._operations(), key=lambda operation: operation.rank)

    def operation(self, path: str) -> Operation:
        """Return the GET at ``path``; raise ``ScaffoldError`` with those there are."""
        found = self.operations()
        plain = f"/{path.lstrip('/')}"
        for operation in found:
            if plain in {operation.path, operation.path.removeprefix(self._base_path)}:
                return operation
        known = ", ".join(operation.path for operation in found[:20]) or "none"
        raise ScaffoldError(f"the description has no GET {plain} that can be asked as it is; it has: {known}")

    def _operations(self) -> Iterator[Operation]:
        for path, described in mapping_of(self._document["paths"]).items():
            item = self._described.resolved(described)
            operation = item.get("get") if isinstance(item, Mapping) else None
            if not isinstance(operation, Mapping) or "{" in path:
                continue
            params = self._params([*list_of(item.get("parameters")), *list_of(operation.get("parameters"))])
            if params is not None:
                yield Operation(
                    path=f"{self._base_path}{path}",
                    summary=str(operation.get("summary") or operation.get("operationId") or ""),
                    params=params,
                    sample=self._sample(operation),
                    auth=self._auth(operation),
                )

    @property
    def _base_path(self) -> str:
        servers = list_of(self._document.get("servers"))
        if servers:
            server = mapping_of(servers[0])
            url = str(server.get("url", ""))
            for name, variable in mapping_of(server.get("variables")).items():
                url = url.replace(f"{{{name}}}", str(mapping_of(variable).get("default", "")))
            path = _path_of(url)
        else:
            path = str(self._document.get("basePath", ""))
        return f"/{path.strip('/')}" if path.strip("/") and "{" not in path else ""

    def _params(self, parameters: Sequence[object]) -> Mapping[str, str] | None:
        """Return what required query parameters are sent as; ``None`` when one has neither example nor default."""
        found: dict[str, str] = {}
        for item in map(self._described.resolved, parameters):
            if not isinstance(item, Mapping) or item.get("in") != "query" or not item.get("required"):
                continue
            schema = mapping_of(self._described.resolved(item.get("schema") or item))
            known = [item.get("example"), schema.get("default"), schema.get("example"), *list_of(schema.get("enum"))]
            value = next((value for value in known if value is not None), _MISSING)
            if not isinstance(value, str | int | float):
                return None
            found[str(item.get("name", ""))] = str(value).lower() if isinstance(value, bool) else str(value)
        return found

    def _sample(self, operation: Mapping[str, Any]) -> object:
        responses = {str(status): item for status, item in mapping_of(operation.get("responses")).items()}
        chosen = next((responses[status] for status in ("200", "2XX", "201", "default") if status in responses), None)
        response = self._described.resolved(chosen)
        if not isinstance(response, Mapping):
            return None
        for kind, media in mapping_of(response.get("content")).items():
            if "json" in str(kind) and isinstance(media, Mapping):
                return self._media_sample(media)
        examples = mapping_of(response.get("examples"))
        given = next((example for kind, example in examples.items() if "json" in str(kind)), None)
        return given if given is not None else sample_of(response.get("schema"), self._described)

    def _media_sample(self, media: Mapping[str, Any]) -> object:
        if media.get("example") is not None:
            return media["example"]
        for example in map(self._described.resolved, mapping_of(media.get("examples")).values()):
            if isinstance(example, Mapping) and example.get("value") is not None:
                return example["value"]
        return sample_of(media.get("schema"), self._described)

    def _auth(self, operation: Mapping[str, Any]) -> AuthPlan:
        wanted = list_of(operation.get("security", self._document.get("security")))
        components = mapping_of(self._document.get("components"))
        known = mapping_of(components.get("securitySchemes") or self._document.get("securityDefinitions"))
        names = [name for choice in wanted for name in mapping_of(choice)]
        plans = [_plan(self._described.resolved(known[name])) for name in names if name in known]
        found = [plan for plan in plans if plan is not None]
        return min(found, key=lambda plan: _PREFERRED.index(plan.kind), default=auth_plan(AuthKind.NONE))


_PREFERRED = [
    AuthKind.API_KEY_HEADER,
    AuthKind.BEARER,
    AuthKind.BASIC,
    AuthKind.DIGEST,
    AuthKind.OAUTH2,
    AuthKind.API_KEY_QUERY,
]


def read_description(content: bytes, *, name: str) -> Description:
    """Return the description in a file's content, JSON or YAML; raise ``ScaffoldError``."""
    try:
        document = json.loads(content)
    except ValueError:
        document = _yaml(content, name)
    if not isinstance(document, Mapping):
        raise ScaffoldError(f"{name} is no OpenAPI description: it should hold an object")
    return Description(document)


def _yaml(content: bytes, name: str) -> object:
    try:
        yaml = importlib.import_module("yaml")
    except ModuleNotFoundError:
        raise ScaffoldError(f"{name} is not JSON, and YAML needs PyYAML: pip install pyyaml") from None
    try:
        # Dates and numbers as keys are things of YAML, which JSON has as texts.
        document: object = json.loads(json.dumps(yaml.safe_load(content), default=str))
    except (yaml.YAMLError, RecursionError, TypeError, ValueError) as error:
        raise ScaffoldError(f"{name} is neither JSON nor YAML") from error
    return document


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _plan(scheme: object) -> AuthPlan | None:
    if not isinstance(scheme, Mapping):
        return None
    kind, where = str(scheme.get("type", "")).lower(), str(scheme.get("in", "")).lower()
    if kind == "apikey":
        return _key_plan(str(scheme.get("name", "")), where)
    if kind == "basic" or (kind == "http" and str(scheme.get("scheme", "")).lower() == "basic"):
        return auth_plan(AuthKind.BASIC)
    if kind == "http":
        found = {"bearer": AuthKind.BEARER, "digest": AuthKind.DIGEST}.get(str(scheme.get("scheme", "")).lower())
        return None if found is None else auth_plan(found)
    if kind == "oauth2" and (
        "clientCredentials" in mapping_of(scheme.get("flows")) or scheme.get("flow") == "application"
    ):
        return auth_plan(AuthKind.OAUTH2)
    return auth_plan(AuthKind.BEARER) if kind in {"oauth2", "openidconnect"} else None


def _key_plan(name: str, where: str) -> AuthPlan | None:
    if where == "query" and name:
        return key_query(name)
    if where == "header" and name.lower() == "authorization":
        return key_header("Authorization")
    if where == "header" and name:
        return key_header(name)
    return cookie_header() if where == "cookie" else None
