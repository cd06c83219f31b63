"""What the registry says when it cannot give what was asked for: what, which, and what next."""

import difflib
from collections.abc import Sequence

from dashboard_integrations.registry._entries import PluginEntry, PluginOrigin, PluginState

__all__ = ["described", "not_installed", "not_usable"]

_LONGEST = 300
_SHOWN_IDS = 30
_LONGEST_ID = 80


def described(error: BaseException) -> str:
    """Return the type and text of a foreign exception in one line of bounded length."""
    try:
        text = " ".join(str(error).split())
    except Exception:  # noqa: BLE001  (the exception is foreign code as well)
        text = "its text cannot be read"
    shown = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def not_installed(asked: object, ids: Sequence[str]) -> str:
    """Return the message for an id that nothing offers; ``ids`` are those that something does."""
    text = str(asked)
    shown = repr(text if len(text) <= _LONGEST_ID else f"{text[:_LONGEST_ID]}…")
    if not ids:
        return f"no integration named {shown}; none is installed: install a package that offers it"
    close = difflib.get_close_matches(text[:_LONGEST_ID].lower(), ids, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ";"
    more = f" and {len(ids) - _SHOWN_IDS} more" if len(ids) > _SHOWN_IDS else ""
    return f"no integration named {shown}{hint} installed: {', '.join(ids[:_SHOWN_IDS])}{more}"


def not_usable(entry: PluginEntry) -> str:
    """Return the message for a plugin that is there and cannot be used."""
    what_next = {
        PluginState.BROKEN: f"; update or uninstall {entry.distribution or 'it'}, or tell its author",
        PluginState.BLOCKED: "; allow it where the host makes its registry",
    }.get(entry.state, "")
    if entry.origin is PluginOrigin.FILE:
        what_next = "; mend the file, or remove it"
    verb = {PluginState.CONFLICT: "in conflict"}.get(entry.state, entry.state.value)
    return f"the integration {entry.id!r} is {verb}: {entry.reason}{what_next}"
