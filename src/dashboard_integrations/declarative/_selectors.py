"""Selectors of the parts of a view: an expression, and what is made of what it selects.

Each may be written as its expression alone.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Self, TypeVar

from pydantic import Field, model_validator

from dashboard_integrations.declarative._expression import ExpressionText
from dashboard_integrations.declarative._section import Line, Section
from dashboard_integrations.views import Severity, Status

__all__ = [
    "LinkSelector",
    "NumberSelector",
    "RowsSelector",
    "Selector",
    "SeveritySelector",
    "StatusSelector",
    "StatusThreshold",
    "TextSelector",
    "TimeFormat",
    "TimeSelector",
    "ValueSelector",
    "ValueType",
    "needed",
]


class TimeFormat(StrEnum):
    """How a service writes a point in time; ISO 8601 without an offset is in UTC."""

    ISO = "iso"
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"


class ValueType(StrEnum):
    """What a value has to be."""

    NUMBER = "number"
    TEXT = "text"


SelectorT = TypeVar("SelectorT", bound="Selector")


class Selector(Section):
    """Base: ``select`` is the expression; with ``optional`` nothing may be selected, and nothing is shown."""

    select: ExpressionText
    optional: bool = False

    @model_validator(mode="before")
    @classmethod
    def _may_be_its_expression(cls, given: Any) -> Any:  # Any: what stands in the file
        return {"select": given} if isinstance(given, str) else given


def needed(selector: SelectorT) -> SelectorT:
    """Refuse ``optional`` where a view cannot be without."""
    if selector.optional:
        raise ValueError("cannot be optional: nothing can be shown without it")
    return selector


class NumberSelector(Selector):
    """A number, scaled and rounded. Text is not taken for a number: JMESPath has ``to_number()``."""

    multiply: float = Field(default=1, allow_inf_nan=False)
    divide: float = Field(default=1, allow_inf_nan=False)
    round: int | None = Field(default=None, ge=0, le=10)

    @model_validator(mode="after")
    def _can_be_computed(self) -> Self:
        if self.divide == 0 or self.multiply == 0:
            raise ValueError("multiply and divide cannot be 0")
        return self


class TextSelector(Selector):
    """Text; ``map`` replaces some texts by others. What is no text is not made one: JMESPath has ``to_string()``."""

    map: Mapping[str, Line] = Field(default_factory=dict, max_length=100)


class ValueSelector(NumberSelector):
    """A number, or text with ``type = "text"``."""

    type: Annotated[ValueType, Field(strict=False)] = ValueType.NUMBER
    map: Mapping[str, Line] = Field(default_factory=dict, max_length=100)

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        computes = self.multiply != 1 or self.divide != 1 or self.round is not None
        if self.type is ValueType.TEXT and computes:
            raise ValueError("multiply, divide and round are for numbers: leave out type = 'text'")
        if self.type is ValueType.NUMBER and self.map:
            raise ValueError("map is for text: set type = 'text'")
        return self


class TimeSelector(Selector):
    """A point in time."""

    format: Annotated[TimeFormat, Field(strict=False)] = TimeFormat.ISO


class LinkSelector(Selector):
    """An absolute http or https URL, or a path that begins with ``/`` and is below the app's URL."""


class RowsSelector(Selector):
    """A list; with ``optional``, ``null`` is an empty one."""


class StatusThreshold(Section):
    """From this value upwards, until the next threshold, the status is this."""

    value: float = Field(allow_inf_nan=False)
    status: Annotated[Status, Field(strict=False)]


class StatusSelector(Section):
    """A status: selected as a word, by a ``map`` of what is selected, or by ``thresholds`` of a number.

    Without ``select``, thresholds are those of the value it stands beside. ``below`` is the status below the first
    threshold, ``otherwise`` that of anything the map does not name.
    """

    select: ExpressionText | None = None
    optional: bool = False
    map: Mapping[str, Annotated[Status, Field(strict=False)]] = Field(default_factory=dict, max_length=100)
    otherwise: Annotated[Status, Field(strict=False)] | None = None
    thresholds: Sequence[StatusThreshold] = Field(default=(), max_length=10)
    below: Annotated[Status, Field(strict=False)] = Status.OK

    @model_validator(mode="before")
    @classmethod
    def _may_be_its_expression(cls, given: Any) -> Any:  # Any: what stands in the file
        return {"select": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if self.map and self.thresholds:
            raise ValueError("a status is from a map or from thresholds: leave one out")
        if self.select is None and not self.thresholds:
            raise ValueError("say what to select, or give thresholds for the value itself")
        values = [threshold.value for threshold in self.thresholds]
        if values != sorted(set(values)):
            raise ValueError("thresholds ascend")
        return self


class SeveritySelector(Selector):
    """A severity: selected as a word, or by a ``map``; ``otherwise`` is that of anything the map does not name."""

    map: Mapping[str, Annotated[Severity, Field(strict=False)]] = Field(default_factory=dict, max_length=100)
    otherwise: Annotated[Severity, Field(strict=False)] | None = None
