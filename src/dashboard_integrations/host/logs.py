"""Logging of a dashboard that runs as a program: one line per event on standard error."""

import json
import logging
import sys
from typing import TextIO

__all__ = ["EventFormatter", "log_to"]

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "event", "taskName"}
_CHATTY = ("httpx", "httpcore", "uvicorn", "asyncio", "alembic")
"""Others' loggers: what they tell below a warning holds whole URLs and headers, or is of no use here."""

_TOLD_BY_US = ("coredis",)
"""Others' loggers: what they tell with a traceback each time, we tell once."""


class EventFormatter(logging.Formatter):
    """Time, level, logger, event, and its extra fields as ``name=value``."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname:<7} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (a method of logging.Formatter)
        """Return the line of ``record``."""
        extra = " ".join(f"{name}={_shown(value)}" for name, value in vars(record).items() if name not in _STANDARD)
        return " ".join(filter(None, (super().formatMessage(record), extra)))


def log_to(stream: TextIO = sys.stderr, *, level: int = logging.INFO) -> None:
    """Send everybody's log records to ``stream``; those of chatty libraries from a warning upwards."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(EventFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    for name in _TOLD_BY_US:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _shown(value: object) -> str:
    text = str(value)
    return text if text.isprintable() and " " not in text and text else json.dumps(text)
