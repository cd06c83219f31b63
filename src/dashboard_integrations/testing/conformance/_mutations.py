"""Other answers than the recorded ones, of the same shape: to see whether an integration reads them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dashboard_integrations.testing.conformance._case import Alter
from dashboard_integrations.testing.fake_service import FakeReply, FakeRequest

__all__ = ["MUTATIONS", "always", "enlarged", "with_texts"]

_OK = range(200, 300)
_DIGITS = re.compile(r"\d+")
_MANY = 1_200
_MOST_BYTES = 3 * 1024 * 1024
_MOST_TEXT = 200


def always(reply: FakeReply) -> Alter:
    """Return a change that answers everything with ``reply``."""
    return lambda _request, _usual: reply


def with_texts(text_for: Callable[[FakeRequest], str]) -> Alter:
    """Return a change that adds to every text of a good answer what ``text_for`` says of the request."""

    def alter(request: FakeRequest, usual: FakeReply) -> FakeReply:
        added = text_for(request)
        return _changed(_everywhere(lambda value: f"{value}{added}" if isinstance(value, str) else value))(
            request, usual
        )

    return alter


def _changed(change: Callable[[Any], Any]) -> Alter:
    """Return a change of the JSON, or of the text, of every good answer."""

    def alter(_request: FakeRequest, usual: FakeReply) -> FakeReply:
        body, content_type = usual.content()
        if usual.status not in _OK or not body:
            return usual
        try:
            value = json.loads(body)
        except ValueError:
            content = str(change(body.decode(errors="replace"))).encode()
        else:
            content = json.dumps(change(value)).encode()
        headers = {"content-type": content_type} if content_type is not None else {}
        return replace(usual, json=None, text=None, body=content, headers={**headers, **usual.headers})

    return alter


def _everywhere(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function that makes a change at every leaf."""

    def walk(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: walk(item) for key, item in value.items()}
        return [walk(item) for item in value] if isinstance(value, list) else change(value)

    return walk


def _other_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    # Shares stay shares, and percentages percentages.
    return value * 0.75 + 0.1 if isinstance(value, float) else value + 1


def _other_text(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return _later(value)
    except ValueError:
        number = _DIGITS.search(value)
        return f"{value}x" if number is None else _DIGITS.sub(lambda found: str(int(found[0]) + 1), value)


def _later(value: str) -> str:
    moment = datetime.fromisoformat(value) + timedelta(days=1)
    return f"{moment:%Y-%m-%d}{value[10:]}"


def _other_flag(value: Any) -> Any:
    return not value if isinstance(value, bool) else value


def _without_items(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_items(item) for key, item in value.items()}
    return [] if isinstance(value, list) else value


MUTATIONS: Mapping[str, Alter] = {
    "other numbers": _changed(_everywhere(_other_number)),
    "other texts": _changed(_everywhere(_other_text)),
    "flags turned": _changed(_everywhere(_other_flag)),
    "empty lists": _changed(_without_items),
}
"""Answers that differ in one respect; a service could give any of them."""


def _enlarge(value: Any) -> Any:
    """Repeat the items of the outermost lists of objects, each with texts and names of its own."""
    if isinstance(value, Mapping):
        return {key: _enlarge(item) for key, item in value.items()}
    if not isinstance(value, list) or not value or not all(isinstance(item, Mapping) for item in value):
        return value
    size = max(len(json.dumps(value)) // len(value), 1)
    wanted = min(_MANY, max(_MOST_BYTES // size, len(value)))
    return [_named_apart(value[number % len(value)], number) for number in range(wanted)]


def _named_apart(item: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    return {key: _with_number(key, value, number) for key, value in item.items()}


def _with_number(key: str, value: Any, number: int) -> Any:
    """Give what names an item a number of its own: ids differ in a long list as in a short one."""
    if not _NAMES.search(key):
        return value
    if isinstance(value, str) and len(value) < _MOST_TEXT:
        return f"{value}-{number}"
    return value + number if isinstance(value, int) and not isinstance(value, bool) else value


_NAMES = re.compile(r"id$|name|key|hash|fingerprint|guid|slug|title|label$", re.IGNORECASE)

enlarged: Alter = _changed(_enlarge)
"""Lists of objects are longer than any view."""
