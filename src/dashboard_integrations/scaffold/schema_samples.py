"""A sample of what a JSON Schema describes: its examples where it has some, else a value of each type."""

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Described", "list_of", "mapping_of", "sample_of"]

_DEEPEST = 10
_MOST_FIELDS = 200
_TEXTS = {
    "date-time": "2026-01-01T09:00:00Z",
    "date": "2026-01-01",
    "email": "someone@example.org",
    "hostname": "host.example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.org/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def mapping_of(value: Any) -> Mapping[str, Any]:
    """Return ``value`` if it is an object, else an empty one: descriptions have mistakes."""
    return value if isinstance(value, Mapping) else {}


def list_of(value: Any) -> Sequence[Any]:
    """Return ``value`` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


class Described:
    """Resolves references within one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def resolved(self, item: Any) -> Any:
        """Return what ``item`` refers to, an empty mapping when that is nowhere; else ``item``."""
        for _ in range(_DEEPEST):
            if not isinstance(item, Mapping) or not isinstance(item.get("$ref"), str):
                return item
            item = self._target(item["$ref"])
        return {}

    def _target(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            return {}
        found: Any = self._document
        for part in reference[2:].split("/"):
            found = found.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(found, Mapping) else None
        return found if isinstance(found, Mapping) else {}


def sample_of(schema: object, described: Described, *, name: str = "", depth: int = 0) -> object:
    """Return a value that ``schema`` describes; ``None`` when it does not say what."""
    found = _whole(described.resolved(schema), described)
    if not isinstance(found, Mapping) or depth > _DEEPEST:
        return None
    for key in ("example", "const", "default"):
        if found.get(key) is not None:
            return found[key]
    for key in ("examples", "enum"):
        for value in list_of(found.get(key)):
            return value
    for key in ("oneOf", "anyOf"):
        for choice in list_of(found.get(key)):
            if (value := sample_of(choice, described, name=name, depth=depth + 1)) is not None:
                return value
    return _typed(found, described, name=name, depth=depth)


def _whole(schema: Any, described: Described) -> Any:
    """Return a schema with all that it is made of in one."""
    if not isinstance(schema, Mapping) or not isinstance(schema.get("allOf"), list):
        return schema
    whole: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
    for part in (_whole(described.resolved(item), described) for item in schema["allOf"]):
        if isinstance(part, Mapping):
            properties = {**mapping_of(part.get("properties")), **mapping_of(whole.get("properties"))}
            whole = {**part, **whole, **({"properties": properties} if properties else {})}
    return whole


def _typed(schema: Mapping[str, Any], described: Described, *, name: str, depth: int) -> object:
    kinds = schema.get("type")
    kind = next((item for item in kinds if item != "null"), None) if isinstance(kinds, list) else kinds
    if kind == "object" or "properties" in schema or isinstance(schema.get("additionalProperties"), Mapping):
        return _object(schema, described, depth)
    if kind == "array" or "items" in schema:
        item = sample_of(schema.get("items"), described, name=name, depth=depth + 1)
        return [] if item is None else [item]
    if kind == "string":
        return _TEXTS.get(str(schema.get("format")), name or "text")
    return {"integer": schema.get("minimum", 1), "number": 1.5, "boolean": True}.get(str(kind))


def _object(schema: Mapping[str, Any], described: Described, depth: int) -> dict[str, object]:
    properties = mapping_of(schema.get("properties"))
    found = {
        str(key): sample_of(item, described, name=str(key), depth=depth + 1)
        for key, item in list(properties.items())[:_MOST_FIELDS]
    }
    more = schema.get("additionalProperties")
    if not properties and isinstance(more, Mapping):
        found["id-1"] = sample_of(more, described, depth=depth + 1)
    return found
