"""What to try instead of a name that nobody has."""

import difflib
from collections.abc import Iterable

__all__ = ["suggestion"]

_SHOWN = 20
_COMPARED = 100


def suggestion(name: str, known: Iterable[str], *, noun: str = "known") -> str:
    """Return the tail of an error message: ``; did you mean 'x'? known: x, y``."""
    names = sorted(known)
    close = difflib.get_close_matches(name[:_COMPARED], names, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ";"
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{hint} {noun}: {', '.join(names[:_SHOWN]) or 'none'}{more}"
