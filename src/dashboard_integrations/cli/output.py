"""What commands print: text that is safe for a terminal, JSON, and one clear line for a failure."""

import json
import sys
from collections.abc import Callable, Sequence
from typing import IO, Any, NoReturn, TypeVar

import click

from dashboard_integrations.envelope import Envelope, ErrorBody
from dashboard_integrations.errors import ErrorKind, ErrorSource, IntegrationError

__all__ = ["Failed", "finish", "print_json", "print_lines", "safe", "table"]

DataT = TypeVar("DataT")


class Failed(click.ClickException):
    """A failure that an envelope tells; exit code 1."""

    exit_code = 1

    def __init__(self, error: ErrorBody) -> None:
        super().__init__(error.message)
        self._error = error

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the code, the message and the next step in one line, and below it what the error tells in detail."""
        message = self._error.message
        told_apart = [f"{name}: {problem}" for name, problem in self._error.fields.items() if problem not in message]
        told = f"{message} ({'; '.join(told_apart)})" if told_apart else message
        text = f"error: {self._error.code}: {told}{_next_step(self._error)}"
        click.echo(safe(text), file=file or sys.stderr)
        for name, fact in self._error.details.items():
            click.echo(safe(f"  {name}: {fact}"), file=file or sys.stderr)


def finish(envelope: Envelope[DataT], *, as_json: bool, show: Callable[[Envelope[DataT]], Sequence[str]]) -> None:
    """Print the envelope; raise ``Failed`` or exit with 1 when it holds an error."""
    if as_json:
        click.echo(envelope.to_json())
        if not envelope.success:
            _exit_failed()
        return
    if envelope.error is not None:
        raise Failed(envelope.error)
    print_lines(show(envelope))


def print_lines(lines: Sequence[str]) -> None:
    """Print lines."""
    for line in lines:
        click.echo(safe(line).rstrip())


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def safe(text: str) -> str:
    """Return ``text`` without what would command a terminal: a service may send anything."""
    spaced = "".join(" " if character.isspace() else character for character in text)
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in spaced)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Sequence[str]:
    """Return rows below a head, in columns."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows)]


def _exit_failed() -> NoReturn:
    raise click.exceptions.Exit(Failed.exit_code)


def _next_step(error: ErrorBody) -> str:
    kind = _kind_of(error)
    if kind is ErrorKind.REPORT and error.source is ErrorSource.HOST:
        return ""
    return {
        ErrorKind.CONFIGURE: ". Change the configuration you gave, then try again",
        ErrorKind.RETRY: ". Try again when the service is up",
        ErrorKind.REPORT: ". Tell the author of the integration",
        ErrorKind.REQUEST: "",
    }[kind]


def _kind_of(error: ErrorBody) -> ErrorKind:
    waiting: list[type[IntegrationError]] = [IntegrationError]
    while waiting:
        found = waiting.pop()
        if found.code is error.code and found is not IntegrationError:
            return found.kind
        waiting.extend(found.__subclasses__())
    return ErrorKind.REPORT
