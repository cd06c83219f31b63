"""Log lines."""

import io
import logging

import pytest

from dashboard_integrations.host.logs import EventFormatter, log_to


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
