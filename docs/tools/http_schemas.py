"""Write the page on every request and type of the HTTP API: ``uv run docs/tools/http_schemas.py``."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["PAGE", "page"]

REFERENCE = Path(__file__).parents[1] / "reference"
PAGE = REFERENCE / "http-schemas.md"

Json = Mapping[str, Any]

_INTRODUCTION = """\
# HTTP API: requests and types

Made from [openapi.json](openapi.json); what the routes are for, with examples, is told in the [HTTP API](http-api.md).
Every key of an answer is there, `null` where there is nothing; answers may gain keys.
"""
_LIMITS = (
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minItems", "at least {} items"),
    ("maxItems", "at most {} items"),
    ("minimum", "at least {}"),
    ("maximum", "at most {}"),
    ("exclusiveMinimum", "more than {}"),
)
_NOT_EMPTY = {"at least 1 items", "at least 1 characters"}


def page(document: Json) -> str:
    """Return the page for an OpenAPI document."""
    parts = [_INTRODUCTION, "## Requests\n"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parts.extend(_operation(f"{method.upper()} {path}", operation))
    parts.append("## Types\n")
    for name, schema in document["components"]["schemas"].items():
        parts.extend(_type(name, schema))
    return "\n".join(parts)


def _operation(title: str, operation: Json) -> Iterator[str]:
    yield f"### {title}\n\n{operation['summary']}. {operation['description']}\n"
    rows = [
        (f"`{item['name']}`", item["in"], _kind(item["schema"]), item.get("description", ""))
        for item in operation.get("parameters", [])
    ]
    if rows:
        yield _table(("parameter", "in", "type", "meaning"), rows)
    if body := operation.get("requestBody"):
        yield f"Body: {_kind(body['content']['application/json']['schema'])}.\n"
    answers = [(status, _told(answer), _content(answer)) for status, answer in operation["responses"].items()]
    yield _table(("status", "meaning", "body"), answers)


def _told(answer: Json) -> str:
    headers = "".join(f" `{name}`: {header['description']}" for name, header in answer.get("headers", {}).items())
    return f"{answer['description']}{headers}"


def _content(answer: Json) -> str:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    if "properties" in schema:
        return f"envelope of {_kind(schema['properties']['data'])}"
    if "allOf" in schema:
        return _kind(schema["allOf"][0])
    return _kind(schema) if schema else ""


def _type(name: str, schema: Json) -> Iterator[str]:
    yield f"### {name}\n"
    if told := schema.get("description"):
        yield f"{told}\n"
    if "enum" in schema:
        yield f"One of {_words(schema['enum'])}.\n"
    required = set(schema.get("required", ()))
    rows = [
        (f"`{key}`", f"{_kind(kind)}{'' if key in required else '; may be left out'}")
        for key, kind in schema.get("properties", {}).items()
    ]
    if rows:
        yield _table(("key", "type"), rows)


def _kind(schema: Json) -> str:
    """Tell a schema in a few words, links for named types."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema or "oneOf" in schema:
        kinds = dict.fromkeys(_kind(item) for item in schema.get("anyOf", schema.get("oneOf", ())))
        if "number" in kinds:
            kinds.pop("integer", None)
        return " or ".join(kinds)
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return f"one of {_words(schema['enum'])}"
    limits = [text.format(schema[key]) for key, text in _LIMITS if key in schema]
    limits = ["not empty" if limit in _NOT_EMPTY else limit for limit in limits]
    return ", ".join([_plain(schema), *limits])


def _plain(schema: Json) -> str:
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}" if schema.get("items") else "list"
    if schema.get("type") == "object" and isinstance(inner := schema.get("additionalProperties"), Mapping):
        return f"object of {_kind(inner)}"
    kind = schema.get("type", "any value")
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def _words(words: list[object]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(' '.join(cell.split()) for cell in line)} |" for line in lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(json.loads((REFERENCE / "openapi.json").read_text("utf-8"))), "utf-8")
