"""Ids: text at our border, whatever they are in a host's table."""

from collections.abc import Callable
from typing import Any

__all__ = ["IdColumn"]

_INTEGERS = range(-(2**63), 2**63)


class IdColumn:
    """Turns an app's id into the value of its column; a text that no value of the column reads as has none."""

    def __init__(self, column: Any) -> None:
        kind: Callable[[str], object] = column.type.python_type
        self._kind = kind
        self.description = "text" if kind is str else f"of type {column.type.python_type.__name__}"

    def key(self, app_id: str) -> object:
        """Return the value, or ``None``."""
        try:
            value = self._kind(app_id)
        except (TypeError, ValueError):
            return None
        fits = value in _INTEGERS if isinstance(value, int) else True
        # "07" is 7 for Python, but it is not the id of any app.
        return value if fits and str(value) == app_id else None
