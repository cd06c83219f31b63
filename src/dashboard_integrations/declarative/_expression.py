"""Selectors: JMESPath expressions, compiled and checked before anything is asked of a service."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, InstanceOf

from dashboard_integrations.declarative._jmespath import Functions, JMESPathError, parse

__all__ = ["Expression", "ExpressionText"]

_LONGEST = 1_000
_SHOWN = 60
_DEEPEST = 40

_QUOTED = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?P<literal>(?:\\.|[^`\\])*)`""", re.DOTALL)
_READS_BELOW = frozenset(
    {"filter_projection", "flatten", "index_expression", "projection", "subexpression", "value_projection"}
)

Node = dict[str, Any]  # Any: what jmespath makes its tree of


@dataclass(frozen=True, slots=True)
class Expression:
    """A JMESPath expression; two are equal when their texts are."""

    text: str
    tree: Node = field(compare=False, repr=False)

    @classmethod
    def compile(cls, text: object) -> Self:
        """Return the expression that ``text`` is; raise ``ValueError`` that says what is wrong, and where in it."""
        if isinstance(text, cls):
            return text
        if not isinstance(text, str) or not text.strip():
            raise ValueError("should be a JMESPath expression, as text")
        if len(text) > _LONGEST:
            raise ValueError(f"is longer than {_LONGEST:,} characters: a selector is short")
        _refuse(_literal_problems(text), text)
        tree = _parsed(text)
        _refuse(_problems(tree), text)
        return cls(text, tree)


ExpressionText = Annotated[InstanceOf[Expression], BeforeValidator(Expression.compile)]
"""A field that is read as an expression."""


def _refuse(problems: Iterator[str], text: str) -> None:
    for problem in problems:
        raise ValueError(f"{problem}, in {_shown(text)}")


def _literal_problems(text: str) -> Iterator[str]:
    """Yield what is wrong with literals: jmespath takes any text for one, and warns that it will not for ever."""
    for match in _QUOTED.finditer(text):
        literal = match.group("literal")
        if literal is None:
            continue
        try:
            json.loads(literal.replace("\\`", "`"))
        except (ValueError, RecursionError):
            yield f"between backticks stands JSON, and {_shown(literal)} is none: text is written 'so'"


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _parsed(text: str) -> Node:
    try:
        return dict(parse(text).parsed)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except JMESPathError as error:
        position = getattr(error, "lex_position", None)
        near = "" if position is None else f" near {text[max(position - 10, 0) : position + 10]!r}"
        raise ValueError(f"is no JMESPath expression: {_shown(text)} cannot be read{near}") from None
    except Exception as error:  # noqa: BLE001  (jmespath lets some of its own mistakes escape)
        raise ValueError(f"is no JMESPath expression: {_shown(text)} cannot be read ({type(error).__name__})") from None


def _problems(tree: Node) -> Iterator[str]:
    waiting: list[tuple[object, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if not isinstance(node, dict) or "type" not in node:
            continue
        if depth > _DEEPEST:
            yield f"it is nested more than {_DEEPEST} levels deep"
            return
        if node["type"] == "function_expression":
            yield from _call_problems(str(node["value"]), len(node["children"]))
        if node["type"] in _READS_BELOW and node["children"][0]["type"] == "not_expression":
            yield "'!a.b' is read as '(!a).b', which is nothing: write '!(a.b)'"
        if node["type"] == "slice" and 0 in node["children"][2:]:
            yield "a slice cannot have the step 0"
        if node["type"] != "literal":
            waiting.extend((child, depth + 1) for child in node.get("children", ()))


def _call_problems(name: str, given: int) -> Iterator[str]:
    known = Functions.FUNCTION_TABLE
    if name not in known:
        yield f"there is no function {name[:60]}(): there are {', '.join(sorted(known))}"
        return
    signature = known[name]["signature"]
    is_variadic = bool(signature and signature[-1].get("variadic"))
    if given < len(signature) or (given > len(signature) and not is_variadic):
        least = " at least" if is_variadic else ""
        yield f"{name}() takes{least} {len(signature)} argument{'' if len(signature) == 1 else 's'}, not {given}"
