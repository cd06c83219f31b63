"""The fields of a configuration, from an integration's JSON Schema; what is typed into them, as JSON values."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dashboard_integrations.service import IntegrationInfo

__all__ = ["FieldKind", "SchemaField", "schema_fields"]


class FieldKind(StrEnum):
    """How what is typed is read."""

    TEXT = "text"
    PASSWORD = "password"  # noqa: S105  (a kind, not a password)
    NUMBER = "number"
    YES_OR_NO = "yes-or-no"
    CHOICE = "choice"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaField:
    """One field. ``options`` are the values of a choice; ``multiline`` is what no line of a terminal takes."""

    key: str
    kind: FieldKind
    label: str
    required: bool = False
    options: Sequence[object] = ()
    multiline: bool = False

    def parse(self, text: str) -> object:
        """Return what ``text`` says as a JSON value; ``None`` for an empty one.

        Text that does not fit is returned as it is: the integration's own model refuses it with the better words.
        """
        if not text.strip():
            return None
        match self.kind:
            case FieldKind.JSON:
                return _json(text)
            case FieldKind.NUMBER:
                return _number(text)
            case FieldKind.YES_OR_NO:
                return {"true": True, "yes": True, "on": True, "1": True}.get(text.strip().lower(), False)
            case FieldKind.CHOICE:
                return next((option for option in self.options if str(option) == text), text)
            case _:
                return text


def schema_fields(info: IntegrationInfo) -> Sequence[SchemaField]:
    """Return the fields of both schemas of an integration, in their order."""
    schemas = [info.auth_config_schema, *([info.extra_config_schema] if info.extra_config_schema else [])]
    return [field for schema in schemas for field in _fields_of(schema)]


def _fields_of(schema: Mapping[str, Any]) -> Sequence[SchemaField]:
    required = schema.get("required", ())
    definitions = schema.get("$defs", {})
    return [
        _field(key, _flat(described, definitions), required=key in required)
        for key, described in schema.get("properties", {}).items()
    ]


def _flat(described: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a property with its one alternative besides ``null``, if there is one, spread into it."""
    parts = [described[name] for name in ("allOf", "anyOf", "oneOf") if name in described]
    alternatives = [item for part in parts for item in part if item.get("type") != "null"]
    if "$ref" in described:
        alternatives.append(definitions.get(described["$ref"].rpartition("/")[2], {}))
    if len(alternatives) > 1:
        return {**described, "type": "object"}
    return {**(_flat(alternatives[0], definitions) if alternatives else {}), **described}


def _field(key: str, described: Mapping[str, Any], *, required: bool) -> SchemaField:
    return SchemaField(
        key=key,
        kind=_kind(described),
        label=described.get("title") or key,
        required=required,
        options=tuple(described.get("enum") or ([described["const"]] if "const" in described else ())),
        multiline=bool(described.get("x-multiline")),
    )


def _kind(described: Mapping[str, Any]) -> FieldKind:
    if described.get("writeOnly"):
        return FieldKind.PASSWORD
    if "enum" in described or "const" in described:
        return FieldKind.CHOICE
    return {
        "boolean": FieldKind.YES_OR_NO,
        "integer": FieldKind.NUMBER,
        "number": FieldKind.NUMBER,
        "string": FieldKind.TEXT,
    }.get(str(described.get("type")), FieldKind.JSON)


def _json(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value


def _number(text: str) -> object:
    value = _json(text)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if is_number else text
