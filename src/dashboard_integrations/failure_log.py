"""How a failure nobody foresaw is logged: where it happened and its type, never the values in its message."""

import logging
import traceback

__all__ = ["log_failure"]

_MOST_LINKS = 5
_MOST_FRAMES = 15


def log_failure(logger: logging.Logger, event: str, error: BaseException, **extra: str) -> None:
    """Log ``error`` and its causes with their frames. Messages stay out: they may hold what a service or user sent."""
    logger.error("%s: %s", event, _told(error), extra={"event": event, "error": type(error).__name__, **extra})


def _told(error: BaseException) -> str:
    try:
        return "\ncaused by ".join(_links(error))
    except Exception as problem:  # noqa: BLE001  (an exception is foreign code as well: looking at it may raise)
        return f"{type(error).__name__} (its frames cannot be read: {type(problem).__name__})"


def _links(error: BaseException) -> list[str]:
    parts: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen and len(parts) < _MOST_LINKS:
        seen.add(id(link))
        parts.append(f"{type(link).__qualname__}\n{_frames(link)}".rstrip())
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return parts


def _frames(error: BaseException) -> str:
    """Return the outermost and innermost frames: an endless recursion has a thousand in between."""
    summary = traceback.extract_tb(error.__traceback__)
    if len(summary) <= 2 * _MOST_FRAMES:
        return "".join(summary.format())
    left_out = f"  … {len(summary) - 2 * _MOST_FRAMES} frames left out\n"
    first, last = (traceback.StackSummary.from_list(part) for part in (summary[:_MOST_FRAMES], summary[-_MOST_FRAMES:]))
    return "".join((*first.format(), left_out, *last.format()))
