"""Names that people give to boards and widgets."""

import unicodedata

from dashboard_integrations.errors import InvalidRequestError

__all__ = ["checked_name", "checked_text"]

_LONGEST = 200
_UNWANTED = frozenset({"Cc", "Cs"})


def checked_text(text: str, *, field: str) -> str:
    """Return ``text`` without space around it; raise ``InvalidRequestError`` for what is too long or no line."""
    trimmed = text.strip()
    if len(trimmed) > _LONGEST or any(unicodedata.category(character) in _UNWANTED for character in trimmed):
        problem = f"use at most {_LONGEST} characters, none of control"
        raise InvalidRequestError(f"{field}: {problem}", fields={field: problem})
    return trimmed


def checked_name(text: str, *, field: str = "name") -> str:
    """Return ``text`` likewise; raise ``InvalidRequestError`` when nothing is left of it."""
    name = checked_text(text, field=field)
    if not name:
        raise InvalidRequestError(f"the {field} is empty: give one", fields={field: "give one"})
    return name
