"""What commands print."""

import io

import pytest

from dashboard_integrations.cli.output import Failed, safe, table
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import ErrorCode, ErrorSource, InvalidConfigError


def test_a_service_cannot_command_the_terminal() -> None:
    """Escape sequences and line breaks of a service are made visible."""
    assert "\ufffd[31mred two" == safe("\x1b[31mred\ntwo")


def test_no_break_spaces_become_spaces() -> None:
    """Values keep their units."""
    assert "1 KiB" == safe("1\N{NO-BREAK SPACE}KiB")


def test_a_table_has_columns() -> None:
    """Columns are as wide as their widest cell."""
    assert ["A     B", "long  b"] == list(table(("A", "B"), [("long", "b")]))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("it does not fit: url: required", "it does not fit: url: required."),
        ("the address changed", "the address changed (url: required)."),
    ],
)
def test_what_a_message_says_of_a_field_is_said_once(message: str, expected: str) -> None:
    """Fields are told beside the message only where it leaves them out."""
    shown = io.StringIO()
    Failed(ErrorBody.of(InvalidConfigError(message, fields={"url": "required"}))).show(shown)

    assert shown.getvalue().startswith(f"error: invalid-config: {expected} ")


@pytest.mark.parametrize(
    ("code", "step"),
    [
        (ErrorCode.AUTH_FAILED, "Change the configuration you gave"),
        (ErrorCode.UNREACHABLE, "Try again when the service is up"),
        (ErrorCode.BAD_RESPONSE, "Tell the author"),
    ],
)
def test_the_next_step_follows_from_the_kind_of_error(code: ErrorCode, step: str) -> None:
    """A code has the kind of the class it belongs to."""
    shown = io.StringIO()
    Failed(ErrorBody(code=code, message="m", source=ErrorSource.UPSTREAM)).show(shown)

    assert step in shown.getvalue()
