"""Requests as data: what is asked of a service, with placeholders for the app's configuration and the parameters."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from dashboard_integrations.declarative._expression import ExpressionText
from dashboard_integrations.declarative._http_words import check_header_name, check_path
from dashboard_integrations.declarative._section import Seconds, Section
from dashboard_integrations.declarative._template import Name, Template, TemplateText

__all__ = ["AnswerFormat", "Moment", "MomentFormat", "Request", "TemplateTree", "names_in"]

_MOST_PARTS = 200
_DEEPEST = 8


class AnswerFormat(StrEnum):
    """What an answer is read as."""

    JSON = "json"
    TEXT = "text"


class MomentFormat(StrEnum):
    """How a point in time is written."""

    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    ISO = "iso"
    DATE = "date"


class Moment(Section):
    """A point in time that is computed for each call and has a name: ``ago`` seconds before now (less than 0: after).

    ``step`` puts it on a multiple of so many seconds, the last one: a chart whose points stay where they are.
    """

    ago: float = Field(default=0, ge=-31_536_000, le=315_360_000, allow_inf_nan=False)
    step: Seconds | None = None
    format: Annotated[MomentFormat, Field(strict=False)] = MomentFormat.SECONDS


TemplateTree = Template | int | float | bool | list[Any] | dict[str, Any]  # Any: recursive, which pydantic need not see
"""A JSON body: its texts are templates."""


def _tree(value: object) -> TemplateTree:
    budget = [_MOST_PARTS]
    return _branch(value, budget, depth=1)


def _branch(value: object, budget: list[int], *, depth: int) -> TemplateTree:
    budget[0] -= 1
    if depth > _DEEPEST or budget[0] < 0:
        raise ValueError(f"has more than {_MOST_PARTS} parts, or is nested more than {_DEEPEST} levels deep")
    if isinstance(value, str):
        return Template.parse(value)
    if isinstance(value, dict):
        return {str(key): _branch(item, budget, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_branch(item, budget, depth=depth + 1) for item in value]
    if isinstance(value, bool | int | float) and value == value and value not in (float("inf"), float("-inf")):  # noqa: PLR0124
        return value
    raise ValueError("holds something that JSON has no word for: a date goes into quotes")


def _scalar(value: object) -> Template:
    if isinstance(value, bool):
        return Template.parse(str(value).lower())
    return Template.parse(str(value) if isinstance(value, int | float) else value)


ScalarText = Annotated[TemplateText, BeforeValidator(_scalar)]


class Request(Section):
    """One request. What is sent where an optional value is missing is left out, but for the path, which needs it.

    ``expect`` selects of the answer what has to be ``true``, for services that report failure with status 200, and
    ``error`` their own words for it.
    """

    path: TemplateText
    method: Literal["GET", "POST"] = "GET"
    query: Mapping[str, ScalarText] = Field(default_factory=dict, max_length=50)
    headers: Mapping[str, ScalarText] = Field(default_factory=dict, max_length=20)
    json_body: Annotated[object, BeforeValidator(_tree)] = Field(default=None, alias="json")
    form: Mapping[str, ScalarText] | None = Field(default=None, max_length=50)
    format: Annotated[AnswerFormat, Field(strict=False)] = AnswerFormat.JSON
    expect: ExpressionText | None = None
    error: ExpressionText | None = None

    @field_validator("path")
    @classmethod
    def _stays_below(cls, path: Template) -> Template:
        check_path("".join(part if isinstance(part, str) else "x" for part in path.parts))
        return path

    @field_validator("headers")
    @classmethod
    def _may_be_set(cls, headers: Mapping[str, Template]) -> Mapping[str, Template]:
        for name, value in headers.items():
            check_header_name(name)
            if not all(isinstance(part, Name) or part.isprintable() for part in value.parts):
                raise ValueError(f"{name!r} has a control character in its value")
        if len({name.lower() for name in headers}) != len(headers):
            raise ValueError("a header is named twice")
        return headers

    @model_validator(mode="after")
    def _has_one_body(self) -> Self:
        if self.json_body is not None and self.form is not None:
            raise ValueError("a request has one body: json or form")
        if self.method == "GET" and (self.json_body is not None or self.form is not None):
            raise ValueError("a GET has no body: set method = 'POST', or use 'query'")
        if self.error is not None and self.expect is None:
            raise ValueError("'error' says why 'expect' is not true: give both")
        return self

    @property
    def names(self) -> Iterator[str]:
        """Every name that a placeholder in it has."""
        templates = [self.path, *self.query.values(), *self.headers.values(), *(self.form or {}).values()]
        for template in templates:
            yield from template.names
        yield from names_in(self.json_body)


def names_in(tree: object) -> Iterator[str]:
    """Yield every name that a placeholder in a body has."""
    if isinstance(tree, Template):
        yield from tree.names
    elif isinstance(tree, dict | list):
        for item in tree.values() if isinstance(tree, dict) else tree:
            yield from names_in(item)
