"""What an app may be called."""

import re
import unicodedata

from dashboard_integrations.errors import InvalidRequestError

__all__ = ["checked_id", "checked_name", "may_exist"]

_LONGEST_NAME = 200
_LONGEST_ID = 200
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}")
_UNWANTED = frozenset({"Cc", "Cs"})


def checked_name(name: str) -> str:
    """Return ``name`` trimmed; raise ``InvalidRequestError`` unless it has 1 to 200 characters, none of control."""
    trimmed = name.strip()
    if not trimmed:
        raise _invalid("name", "give the app a name")
    if len(trimmed) > _LONGEST_NAME:
        raise _invalid("name", f"use at most {_LONGEST_NAME} characters, not {len(trimmed)}")
    if _has_unwanted(trimmed):
        raise _invalid("name", "leave out line breaks and control characters")
    return trimmed


def checked_id(app_id: str) -> str:
    """Return ``app_id``; raise ``InvalidRequestError`` unless it fits into a path and a column."""
    if not _ID.fullmatch(app_id):
        raise _invalid("id", "use 1 to 100 letters, digits, '.', '_', '~' and '-', the first a letter or digit")
    return app_id


def may_exist(app_id: str) -> bool:
    """Return whether a store can be asked for ``app_id`` at all: some refuse NUL or half a surrogate pair."""
    return 0 < len(app_id) <= _LONGEST_ID and not _has_unwanted(app_id)


def _has_unwanted(text: str) -> bool:
    return any(unicodedata.category(character) in _UNWANTED for character in text)


def _invalid(field: str, problem: str) -> InvalidRequestError:
    return InvalidRequestError(f"{field}: {problem}", fields={field: problem})
