"""Asks a service what a definition says, and reads the answers beside the event loop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from anyio import to_thread

from dashboard_integrations.connection import Connection
from dashboard_integrations.declarative._builder import build
from dashboard_integrations.declarative._definition import Asked, TestDefinition, ViewDefinition
from dashboard_integrations.declarative._reader import Reader
from dashboard_integrations.declarative._requests import AnswerFormat, Request
from dashboard_integrations.declarative._values import Values
from dashboard_integrations.errors import BadResponseError, UpstreamError
from dashboard_integrations.exchange import HttpResponse
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.views import View

__all__ = ["Answers", "ask", "report_of", "view_of"]

ResultT = TypeVar("ResultT")

_LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers to what was asked, by the names of the requests; ``service`` is the name to say in errors."""

    by_name: Mapping[str, tuple[Request, HttpResponse]]
    service: str
    url: str


async def ask(asked: Asked, connection: Connection[Any], *, service: str, now: float) -> Answers:
    """Send the requests, one after the other."""
    values = Values.of(connection.config, connection.parameters, moments=asked.moments, now=now)
    answers = {name: (request, await _send(request, connection, values)) for name, request in asked.by_name.items()}
    return Answers(by_name=answers, service=service, url=connection.config.url)


async def view_of(definition: ViewDefinition, answers: Answers) -> View:
    """Return what is shown of the answers; raise ``BadResponseError``."""
    return await _beside_the_loop(partial(_view, definition, answers))


async def report_of(test: TestDefinition, answers: Answers) -> ConnectionReport:
    """Return what is told of the answers to a test; raise ``BadResponseError``."""
    return await _beside_the_loop(partial(_report, test, answers))


async def _beside_the_loop(read: Callable[[], ResultT]) -> ResultT:
    """Run ``read`` in a thread. It ends soon by itself, so who is cancelled does not wait for it."""
    return await to_thread.run_sync(read, abandon_on_cancel=True)


async def _send(request: Request, connection: Connection[Any], values: Values) -> HttpResponse:
    headers = {"accept": "application/json"} if request.format is AnswerFormat.JSON else {}
    headers |= {name.lower(): text for name, text in _given(request.headers, values.header)}
    return await connection.request(
        request.method,
        values.path(request.path),
        params=dict(_given(request.query, values.text)),
        headers=headers,
        json=None if request.json_body is None else values.tree(request.json_body),
        form=None if request.form is None else dict(_given(request.form, values.text)),
    )


def _given(templates: Mapping[str, Any], written: Callable[[Any], str | None]) -> list[tuple[str, str]]:
    texts = ((name, written(template)) for name, template in templates.items())
    return [(name, text) for name, text in texts if text is not None]


def _view(definition: ViewDefinition, answers: Answers) -> View:
    reader = Reader(service=answers.service, url=answers.url)
    return build(definition.view, _document(answers, reader), reader)


def _report(test: TestDefinition, answers: Answers) -> ConnectionReport:
    reader = Reader(service=answers.service, url=answers.url)
    document = _document(answers, reader)
    details = {name: reader.text(part, document, f"test.details.{name}") for name, part in test.details.items()}
    return ConnectionReport(
        version=None if test.version is None else reader.text(test.version, document, "test.version"),
        account=None if test.account is None else reader.text(test.account, document, "test.account"),
        details={name: text for name, text in details.items() if text is not None},
    )


def _document(answers: Answers, reader: Reader) -> object:
    """Return what selectors select of: the answer, or the answers by the names of their requests."""
    documents = {name: _read(request, response, reader) for name, (request, response) in answers.by_name.items()}
    return documents.get("", documents)


def _read(request: Request, response: HttpResponse, reader: Reader) -> object:
    document: object
    if request.format is AnswerFormat.JSON:
        document = response.json()
    elif response.is_html:
        raise BadResponseError(f"{response.url} answered with a web page instead of text", reason="html")
    else:
        document = response.text
    if request.expect is not None and reader.select(request.expect, document, "expect") is not True:
        words = None if request.error is None else reader.select(request.error, document, "error")
        if isinstance(words, str) and words.strip():
            raise UpstreamError(f"{response.url} reports: {words.strip()[:_LONGEST_WORDS]}", reason="reported")
        raise BadResponseError(
            f"{response.url} did not answer as expected: {request.expect.text} is not true", reason="unexpected"
        )
    return document
