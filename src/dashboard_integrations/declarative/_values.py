"""Values for placeholders, and each way of writing them where they cannot be anything but a value."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from pydantic import BaseModel, SecretStr

from dashboard_integrations.declarative._requests import Moment, MomentFormat
from dashboard_integrations.declarative._template import Template
from dashboard_integrations.errors import InvalidConfigError

__all__ = ["Value", "Values"]

Value = str | int | float | bool | None

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]")
_SEPARATOR = re.compile(r"[/\\]")
_MOST_DECODINGS = 5


@dataclass(frozen=True, slots=True)
class Values:
    """The value of each name, for one call; hold it briefly, it has secrets in the clear.

    Where a value cannot go, an ``InvalidConfigError`` names its field and never quotes it.
    """

    by_name: Mapping[str, Value] = field(repr=False)

    @classmethod
    def of(cls, *models: BaseModel | None, moments: Mapping[str, Moment], now: float) -> "Values":
        """Return the values of the fields of ``models``, and of moments at the time ``now``."""
        found: dict[str, Value] = {}
        for model in models:
            if model is not None:
                found |= {name: _plain(getattr(model, name)) for name in type(model).model_fields}
        return cls(found | {name: _moment(moment, now) for name, moment in moments.items()})

    def path(self, template: Template) -> str:
        """Return a path: each value is percent-encoded whole, and none leads to another place."""
        filled = template.filled(lambda name: quote(self._needed(name), safe="", errors="strict"))
        if template.names and _leads_away(filled):
            raise _refused(template.names[0], "it would lead to another path: no part of one can be '.' or '..'")
        return filled

    def header(self, template: Template) -> str | None:
        """Return the value of a header, ``None`` when it is to be left out."""
        return self._text(template, self._of_one_line)

    def text(self, template: Template) -> str | None:
        """Return text that is encoded whole afterwards, as in a query, a form or a JSON text; ``None``: left out."""
        return self._text(template, self._needed)

    def tree(self, value: object) -> object:
        """Return the value of a JSON body, in which a lone placeholder has its value's type."""
        if isinstance(value, Template):
            only = value.only_name
            return self.text(value) if only is None else self._valid(only)
        if isinstance(value, Mapping):
            filled = {key: self.tree(item) for key, item in value.items()}
            return {key: item for key, item in filled.items() if item is not None}
        if isinstance(value, list):
            return [item for item in map(self.tree, value) if item is not None]
        return value

    def _text(self, template: Template, value_of: Callable[[str], str]) -> str | None:
        if any(self.by_name[name] in (None, "") for name in template.names):
            return None
        return template.filled(value_of)

    def _needed(self, name: str) -> str:
        value = self._valid(name)
        if value is None:
            raise _refused(name, "it is needed, and is empty")
        return value if isinstance(value, str) else _written(value)

    def _of_one_line(self, name: str) -> str:
        text = self._needed(name).strip()
        if _CONTROL.search(text):
            raise _refused(name, "it has a line break or another control character inside: paste it again")
        return text

    def _valid(self, name: str) -> Value:
        value = self.by_name[name]
        if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            raise _refused(name, "leave out what is no character")
        return None if value == "" else value


def _plain(value: object) -> Value:
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    return plain if isinstance(plain, str | int | float | bool) else None


def _written(value: float | bool) -> str:  # noqa: FBT001  (one value, whatever its type)
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004


def _moment(moment: Moment, now: float) -> Value:
    at = now - moment.ago
    if moment.step is not None:
        at = at // moment.step * moment.step
    match moment.format:
        case MomentFormat.SECONDS:
            return int(at)
        case MomentFormat.MILLISECONDS:
            return int(at * 1_000)
        case MomentFormat.DATE:
            return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"
        case MomentFormat.ISO:
            return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _leads_away(path: str) -> bool:
    """Return whether a server that decodes the path, more than once even, finds a step to elsewhere in it."""
    for _ in range(_MOST_DECODINGS):
        decoded = unquote(path, errors="replace")
        if _CONTROL.search(decoded) or any(part in {".", ".."} for part in _SEPARATOR.split(decoded)):
            return True
        if decoded == path:
            return False
        path = decoded
    return True


def _refused(name: str, problem: str) -> InvalidConfigError:
    return InvalidConfigError(f"{name} cannot be sent: {problem}", fields={name: problem})
