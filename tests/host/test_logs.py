"""Log lines."""

import io
import json
import logging
from pathlib import Path

import pytest

from dashboard_integrations.host.logs import EventFormatter, JsonFormatter, LogFormat, log_to


def record(**extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": "some.module", "levelname": "INFO", "msg": "an-event"})
    vars(made).update(extra)
    return made


def test_extra_fields_follow_the_event() -> None:
    """What the event is about stands behind it."""
    assert (
        EventFormatter()
        .format(record(app="a1", told="two words"))
        .endswith('INFO    some.module: an-event app=a1 told="two words"')
    )


def test_an_extra_field_cannot_begin_a_line() -> None:
    """A path with a line break does not look like another record."""
    assert "\n" not in EventFormatter().format(record(path="/a\n2026 INFO forged"))


def test_a_line_of_json_holds_the_whole_event() -> None:
    """Fields keep their types; what is no JSON is text, and a field with a name of ours stands apart."""
    line = JsonFormatter().format(record(created=0.25, app="a1\n", seconds=1.5, path=Path("/x"), level="high"))
    assert {
        "time": "1970-01-01T00:00:00.250+00:00",
        "level": "info",
        "logger": "some.module",
        "event": "an-event",
        "fields": {"level": "high"},
        "app": "a1\n",
        "seconds": 1.5,
        "path": "/x",
    } == json.loads(line)
    assert "\n" not in line


def test_a_line_of_json_is_json_whatever_is_in_it() -> None:
    """In any encoding of standard error: what JSON has no form for is text, and nothing is lost."""
    odd = {"rate": float("nan"), "rows": {("a", 1): b"x", "ü": "\ud800"}, "some": (1, {2}), "event": "other"}
    line = JsonFormatter().format(record(**odd, exception="mine", name_of_it="Café 😀"))
    assert line.isascii()
    assert {
        "rate": "nan",
        "rows": {"('a', 1)": "b'x'", "ü": "\ud800"},
        "some": [1, [2]],
        "name_of_it": "Café 😀",
        "event": "an-event",
        "fields": {"event": "other", "exception": "mine"},
    }.items() <= json.loads(line).items()


def test_json_holds_the_stack() -> None:
    """Where it was asked for."""
    assert "line 1" == json.loads(JsonFormatter().format(record(stack_info="line 1")))["stack"]


def test_json_holds_the_traceback() -> None:
    """As one text."""
    error = ValueError("told")
    line = JsonFormatter().format(record(exc_info=(ValueError, error, None)))
    assert "ValueError: told" == json.loads(line)["exception"]


@pytest.fixture
def root() -> logging.Logger:
    root = logging.getLogger()
    before = (list(root.handlers), root.level, logging.getLogger("httpx").level)
    yield root
    root.handlers[:], level, httpx_level = before
    root.setLevel(level)
    logging.getLogger("httpx").setLevel(httpx_level)


def test_chatty_libraries_are_kept_quiet(root: logging.Logger) -> None:
    """At debug level we tell more, and the HTTP client still tells no URLs."""
    stream = io.StringIO()
    log_to(stream, level=logging.DEBUG)
    logging.getLogger("httpx").info("GET http://example.org/?key=canary")
    logging.getLogger("dashboard_integrations.some").debug("seen")

    assert [False, True] == ["canary" in stream.getvalue(), "seen" in stream.getvalue()]


def test_a_log_of_json(root: logging.Logger) -> None:
    """Every line is an object."""
    stream = io.StringIO()
    log_to(stream, log_format=LogFormat.JSON)
    logging.getLogger("dashboard_integrations.some").info("seen", extra={"app": "a1"})
    logging.getLogger("other").warning("line %s", "one\ntwo")
    assert [("seen", "a1"), ("line one\ntwo", None)] == [
        (line["event"], line.get("app")) for line in map(json.loads, stream.getvalue().splitlines())
    ]
