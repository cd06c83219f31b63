"""Reads values out of an answer: of the type that is declared, or an error that names the selector."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NoReturn
from urllib.parse import urlsplit

from dashboard_integrations.declarative._evaluation import Evaluator, FailedEvaluationError
from dashboard_integrations.declarative._expression import Expression
from dashboard_integrations.declarative._selectors import (
    LinkSelector,
    NumberSelector,
    RowsSelector,
    Selector,
    SeveritySelector,
    StatusSelector,
    StatusThreshold,
    TextSelector,
    TimeFormat,
    TimeSelector,
    ValueSelector,
    ValueType,
)
from dashboard_integrations.errors import BadResponseError
from dashboard_integrations.views import Severity, Status

__all__ = ["Reader"]

_LARGEST = 1e300
_LONGEST_SHOWN = 40
_LONGEST_TEXT = 100_000
_LATEST = 253_402_300_799.0  # the end of the year 9999, the last that a datetime can be in


class Reader:
    """Reads one answer for one call; ``service`` is the name to say, ``url`` what links are relative to."""

    def __init__(self, *, service: str, url: str, evaluator: Evaluator | None = None) -> None:
        self._service = service
        self._url = url
        self._evaluator = evaluator or Evaluator()

    def select(self, expression: Expression, document: object, place: str) -> object:
        """Return whatever is selected; raise ``BadResponseError``."""
        try:
            return self._evaluator.evaluate(expression, document)
        except FailedEvaluationError as error:
            self._fail(expression, place, str(error))

    def rows(self, selector: RowsSelector, document: object, place: str) -> Sequence[object]:
        """Return a list."""
        selected = self._selected(selector, document, place)
        if selected is None:
            return ()
        if not isinstance(selected, list):
            self._fail_type(selector, place, selected, "a list")
        return selected

    def number(self, selector: NumberSelector, document: object, place: str) -> float | None:
        """Return a finite number, scaled and rounded."""
        return self._as_number(selector, self._selected(selector, document, place), place)

    def numbers(self, selector: NumberSelector, document: object, place: str) -> Sequence[float | None]:
        """Return a list of numbers, each scaled and rounded."""
        selected = self.select(selector.select, document, place)
        if not isinstance(selected, list):
            self._fail_type(selector, place, selected, "a list of numbers")
        return [self._as_number(selector, self._allowed(selector, item, place), place) for item in selected]

    def text(self, selector: TextSelector, document: object, place: str) -> str | None:
        """Return text."""
        return self._as_text(selector, self._selected(selector, document, place), selector.map, place)

    def texts(self, selector: TextSelector, document: object, place: str) -> Sequence[str]:
        """Return a list of texts."""
        selected = self.select(selector.select, document, place)
        if not isinstance(selected, list):
            self._fail_type(selector, place, selected, "a list of texts")
        return [self._needed(selector, self._as_text(selector, item, selector.map, place), place) for item in selected]

    def needed_text(self, selector: TextSelector, document: object, place: str) -> str:
        """Return text, which is not empty."""
        text = self.text(selector, document, place)
        return self._needed(selector, text, place)

    def value(self, selector: ValueSelector, document: object, place: str) -> float | str | None:
        """Return a number or text, as is declared."""
        if selector.type is ValueType.NUMBER:
            return self.number(selector, document, place)
        return self._as_text(selector, self._selected(selector, document, place), selector.map, place)

    def bound(self, bound: float | NumberSelector, document: object, place: str) -> float:
        """Return an end of a range."""
        if not isinstance(bound, NumberSelector):
            return bound
        found = self.number(bound, document, place)
        return found if found is not None else self._fail_type(bound, place, None, "a number")

    def time(self, selector: TimeSelector, document: object, place: str) -> datetime | None:
        """Return a point in time, in UTC."""
        return self._as_time(selector, self._selected(selector, document, place), place)

    def times(self, selector: TimeSelector, document: object, place: str) -> Sequence[datetime]:
        """Return a list of points in time."""
        selected = self.select(selector.select, document, place)
        if not isinstance(selected, list):
            self._fail_type(selector, place, selected, "a list of times")
        return [self.needed_time(selector, self._as_time(selector, item, place), place) for item in selected]

    def needed_time(self, selector: TimeSelector, found: datetime | None, place: str) -> datetime:
        """Return ``found`` unless there is none."""
        return found if found is not None else self._fail_type(selector, place, None, "a time")

    def link(self, selector: LinkSelector | None, document: object, place: str) -> str | None:
        """Return an absolute http or https URL."""
        if selector is None:
            return None
        selected = self._selected(selector, document, place)
        if selected is None or selected == "":
            return None if selector.optional else self._fail_type(selector, place, selected, "a link")
        if not isinstance(selected, str):
            self._fail_type(selector, place, selected, "a link")
        link = f"{self._url}{selected}" if selected.startswith("/") and not selected.startswith("//") else selected
        if not _is_link(link):
            self._fail(selector.select, place, "selects something that is no http or https URL")
        return link

    def status(
        self, selector: StatusSelector | None, document: object, place: str, *, beside: float | str | None = None
    ) -> Status | None:
        """Return a status; ``beside`` is the value that it stands beside."""
        if selector is None:
            return None
        selected: object = beside
        if selector.select is not None:
            selected = self.select(selector.select, document, place)
        if selected is None and (selector.optional or selector.select is None):
            return Status.UNKNOWN
        if selector.thresholds:
            return self._by_threshold(selector, selected, place)
        words = selector.map or {status.value: status for status in Status}
        return words.get(_key(selected)) or selector.otherwise or self._no_word(selector.select, selected, place)

    def severity(self, selector: SeveritySelector, document: object, place: str) -> Severity:
        """Return a severity."""
        selected = self.select(selector.select, document, place)
        words = selector.map or {severity.value: severity for severity in Severity}
        return words.get(_key(selected)) or selector.otherwise or self._no_word(selector.select, selected, place)

    def fail(self, place: str, problem: str) -> NoReturn:
        """Raise the error for an answer whose parts do not go together."""
        raise BadResponseError(f"{self._service} answered in an unexpected shape: {place} {problem}", reason="shape")

    def _selected(self, selector: Selector, document: object, place: str) -> object:
        return self._allowed(selector, self.select(selector.select, document, place), place)

    def _allowed(self, selector: Selector, selected: object, place: str) -> object:
        if selected is None and not selector.optional:
            self._fail(
                selector.select,
                place,
                "selects nothing (null): check it, and the version of the service; where that is no mistake, say"
                " optional = true",
            )
        return selected

    def _as_number(self, selector: NumberSelector, selected: object, place: str) -> float | None:
        if selected is None:
            return None
        if isinstance(selected, bool) or not isinstance(selected, int | float):
            hint = "; to_number() makes one of text" if isinstance(selected, str) else ""
            self._fail_type(selector, place, selected, f"a number{hint}")
        # Not a difference to NaN: an integer may be too large to be a float.
        if not abs(selected) < _LARGEST:
            if selector.optional and isinstance(selected, float):
                return None
            self._fail(selector.select, place, "selects a number that is not finite, or too large")
        scaled = _scaled(selector, selected)
        if not abs(scaled) < _LARGEST:
            self._fail(selector.select, place, "is too large when it is scaled")
        return scaled

    def _as_text(self, selector: Selector, selected: object, words: Mapping[str, str], place: str) -> str | None:
        if selected is None:
            return None
        if not isinstance(selected, str):
            self._fail_type(selector, place, selected, "text; to_string() makes text of anything")
        return words.get(selected, selected)[:_LONGEST_TEXT]

    def _as_time(self, selector: TimeSelector, selected: object, place: str) -> datetime | None:
        if selected is None:
            return None
        if selector.format is TimeFormat.ISO:
            if not isinstance(selected, str):
                self._fail_type(selector, place, selected, "a time as ISO 8601 text; set format for a number")
            return self._from_iso(selector, selected, place)
        if isinstance(selected, bool) or not isinstance(selected, int | float):
            self._fail_type(selector, place, selected, "a time as a number; to_number() makes one of text")
        seconds = selected / 1_000 if selector.format is TimeFormat.MILLISECONDS else selected
        if not 0 <= seconds <= _LATEST:
            self._fail(selector.select, place, f"selects no time in {selector.format.value} since 1970")
        return datetime.fromtimestamp(seconds, UTC)

    def _from_iso(self, selector: TimeSelector, text: str, place: str) -> datetime:
        try:
            found = datetime.fromisoformat(text)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            self._fail(selector.select, place, "selects text that is no time in ISO 8601")

    def _by_threshold(self, selector: StatusSelector, selected: object, place: str) -> Status:
        if isinstance(selected, bool) or not isinstance(selected, int | float) or not math.isfinite(selected):
            self.fail(place, f"needs a number for its thresholds, not {_kind(selected)}{_of(selector.select)}")
        return _status_at(selected, selector.thresholds, below=selector.below)

    def _needed(self, selector: Selector, text: str | None, place: str) -> str:
        if text is None or not text.strip():
            self._fail_type(selector, place, text, "text that is not empty")
        return text

    def _no_word(self, expression: Expression | None, selected: object, place: str) -> NoReturn:
        shown = _key(selected)
        shown = shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
        self.fail(place, f"has no word for {shown!r}{_of(expression)}: add it to its map, or say 'otherwise'")

    def _fail_type(self, selector: Selector, place: str, selected: object, expected: str) -> NoReturn:
        self._fail(selector.select, place, f"selects {_kind(selected)} where there should be {expected}")

    def _fail(self, expression: Expression, place: str, problem: str) -> NoReturn:
        raise BadResponseError(
            f"{self._service} answered in an unexpected shape: {place} ({expression.text}) {problem}",
            reason="shape",
            details={"selector": expression.text, "place": place},
        )


def _scaled(selector: NumberSelector, number: float) -> float:
    if selector.multiply != 1 or selector.divide != 1:
        number = number * selector.multiply / selector.divide
    if selector.round is None:
        return number
    return round(number, selector.round or None)


def _status_at(number: float, thresholds: Sequence[StatusThreshold], *, below: Status) -> Status:
    reached = [threshold.status for threshold in thresholds if number >= threshold.value]
    return reached[-1] if reached else below


def _key(selected: object) -> str:
    """Return what a map calls a value: JSON has words for what is no text."""
    if isinstance(selected, bool):
        return str(selected).lower()
    if isinstance(selected, str | int | float):
        return str(selected)[: 10 * _LONGEST_SHOWN]
    return "null" if selected is None else _kind(selected)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return f"{str(value).lower()}"
    names = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "nothing (null)")


def _of(expression: Expression | None) -> str:
    return "" if expression is None else f" ({expression.text})"


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_plain = text.isprintable() and not any(character.isspace() for character in text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and is_plain and len(text) <= 2_000  # noqa: PLR2004
