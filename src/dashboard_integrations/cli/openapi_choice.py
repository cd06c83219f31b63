"""The operation of an OpenAPI description that a new integration begins with."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import anyio
import click

from dashboard_integrations.cli.output import safe
from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.scaffold.errors import ScaffoldError
from dashboard_integrations.scaffold.openapi import Description, Operation, read_description
from dashboard_integrations.testing.connecting import connect

__all__ = ["chosen_operation"]

_MOST_SHOWN = 30
_SECONDS = 30


def chosen_operation(source: str, *, path: str | None, ask: bool) -> Operation:
    """Return the GET at ``path``, else the one a person chooses, else the one that seems to tell most."""
    description = read_description(_content(source), name=source)
    if path is not None:
        return description.operation(path)
    return _asked(description) if ask else _best(description)


def _best(description: Description) -> Operation:
    operations = description.operations()
    if not operations:
        raise ScaffoldError(
            "the description has no GET that can be asked without knowing more: say one with --from-curl"
        )
    return operations[0]


def _asked(description: Description) -> Operation:
    _best(description)
    operations = description.operations()[:_MOST_SHOWN]
    for number, operation in enumerate(operations, start=1):
        click.echo(safe(f"{number:3}  {operation.path}  {operation.summary}"), err=True)
    if len(description.operations()) > _MOST_SHOWN:
        click.echo("     … say another with --get PATH", err=True)
    number = click.prompt("Begin with", type=click.IntRange(1, len(operations)), default=1, err=True)
    return operations[number - 1]


def _content(source: str) -> bytes:
    if urlsplit(source).scheme in {"http", "https"}:
        return _fetched(source)
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise ScaffoldError(f"the description {source} cannot be read: {error.strerror}") from error


def _fetched(url: str) -> bytes:
    parts = urlsplit(url)
    params = dict(parse_qsl(parts.query, keep_blank_values=True))

    async def fetched() -> bytes:
        connection = connect(config={"url": f"{parts.scheme}://{parts.netloc}", "timeout": _SECONDS})
        return (await connection.request("GET", parts.path, params=params)).content

    try:
        return anyio.run(fetched)
    except IntegrationError as error:
        raise ScaffoldError(f"the description cannot be fetched: {error}") from error
