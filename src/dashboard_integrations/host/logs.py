"""Logging of a dashboard that runs as a program: one line per event on standard error."""

import json
import logging
import math
import sys
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TextIO

__all__ = ["EventFormatter", "JsonFormatter", "LogFormat", "log_to"]

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "event", "taskName"}
_OURS = ("time", "level", "logger", "fields", "exception", "stack")
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


class JsonFormatter(logging.Formatter):
    """A JSON object per line: ``time`` (RFC 3339, UTC), ``level``, ``logger``, ``event``, and its extra fields.

    An extra field that is called like one of those stands behind them in ``fields``; ``exception`` is a traceback,
    ``stack`` where it was logged. It is ASCII; what JSON has no form for is text.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of ``record``."""
        shown: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        extra = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        clashing = {name: extra.pop(name) for name in _OURS if name in extra}
        if (event := vars(record).get("event", shown["event"])) != shown["event"]:
            clashing["event"] = event
        if clashing:
            extra["fields"] = clashing
        shown.update(extra)
        if record.exc_info:
            shown["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            shown["stack"] = record.stack_info
        return json.dumps(_plain(shown))


class LogFormat(StrEnum):
    """What a line of the log looks like."""

    TEXT = "text"
    JSON = "json"


def log_to(stream: TextIO = sys.stderr, *, level: int = logging.INFO, log_format: LogFormat = LogFormat.TEXT) -> None:
    """Send everybody's log records to ``stream``; those of chatty libraries from a warning upwards."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter() if log_format is LogFormat.JSON else EventFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    for name in _TOLD_BY_US:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _plain(value: object) -> object:
    """Return ``value`` as JSON can hold it."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, Collection) and not isinstance(value, bytes | bytearray):
        return [_plain(item) for item in value]
    return str(value)


def _shown(value: object) -> str:
    text = str(value)
    return text if text.isprintable() and " " not in text and text else json.dumps(text)
