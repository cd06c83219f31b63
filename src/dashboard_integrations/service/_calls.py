"""Calls of an integration: under a deadline, checked, and with every failure turned into its typed error."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import to_json, to_jsonable_python

from dashboard_integrations.connection import Connection
from dashboard_integrations.errors import (
    BadResponseError,
    ErrorKind,
    IntegrationError,
    InternalError,
)
from dashboard_integrations.failure_log import log_failure
from dashboard_integrations.integration import ConnectionReport, Endpoint, Integration
from dashboard_integrations.problems import problems
from dashboard_integrations.redaction import Redactor
from dashboard_integrations.service._classify import classify
from dashboard_integrations.service._observing import ObservedCall, Observer, observed
from dashboard_integrations.service._supervisor import Supervisor
from dashboard_integrations.views import View, any_view
from dashboard_integrations.views._as_made import json_as_made

__all__ = ["call_endpoint", "call_test"]

logger = logging.getLogger(__name__)

ResultT = TypeVar("ResultT")

_MAX_PAYLOAD = 1024 * 1024
_LONGEST_FACT = 1_000
_MOST_FACTS = 50


async def call_endpoint(
    integration: Integration,
    endpoint: Endpoint,
    connection: Connection[Any],
    *,
    supervisor: Supervisor,
    deadline: float,
    redactor: Redactor,
    observer: Observer | None = None,
) -> bytes:
    """Return the JSON of the endpoint's view, secrets masked; raise an ``IntegrationError``."""

    async def call() -> bytes:
        view = await _awaited(integration.fetch_data(endpoint.id, connection), "fetch_data", integration)
        return _encoded(view, endpoint, redactor, integration)

    with _observed(observer, integration, connection, endpoint.id):
        return await _guarded(call, integration, connection, supervisor=supervisor, deadline=deadline)


async def call_test(
    integration: Integration,
    connection: Connection[Any],
    *,
    supervisor: Supervisor,
    deadline: float,
    redactor: Redactor,
    observer: Observer | None = None,
) -> ConnectionReport:
    """Return what a test of the connection found, secrets masked; raise an ``IntegrationError``."""

    async def call() -> ConnectionReport:
        report = await _awaited(integration.test_connection(connection), "test_connection", integration)
        return _checked_report(report, redactor, integration)

    with _observed(observer, integration, connection, None):
        return await _guarded(call, integration, connection, supervisor=supervisor, deadline=deadline)


async def _guarded(
    call: Callable[[], Coroutine[Any, Any, ResultT]],
    integration: Integration,
    connection: Connection[Any],
    *,
    supervisor: Supervisor,
    deadline: float,
) -> ResultT:
    ended = await supervisor.run(call, integration=integration, app_id=connection.app.id, deadline=deadline)
    if ended.error is None:
        return ended.result  # type: ignore[return-value]  # what returned has a result
    typed = classify(ended.error, integration=integration.name, answered=connection.answered)
    if typed.kind is ErrorKind.REPORT and not isinstance(ended.error, IntegrationError):
        log_failure(logger, "integration-failed", ended.error, integration=integration.id)
    raise typed from ended.error


def _observed(
    observer: Observer | None, integration: Integration, connection: Connection[Any], endpoint_id: str | None
) -> AbstractContextManager[None]:
    if observer is None:
        return nullcontext()
    app_id = connection.app.id or None
    return observed(observer, ObservedCall(integration_id=integration.id, app_id=app_id, endpoint_id=endpoint_id))


async def _awaited(call: object, method: str, integration: Integration) -> object:
    if not isinstance(call, Awaitable):
        raise InternalError(
            f"{method} of {integration.name} returned {type(call).__name__} instead of being awaited: it should be"
            " an async method; report this to the integration's author",
            reason="wrong-type",
        )
    return await call


def _checked_report(report: object, redactor: Redactor, integration: Integration) -> ConnectionReport:
    if not isinstance(report, ConnectionReport):
        raise InternalError(
            f"test_connection of {integration.name} returned {type(report).__name__} instead of a ConnectionReport:"
            " report this to the integration's author",
            reason="wrong-type",
        )
    return ConnectionReport(
        version=None if report.version is None else _fact(report.version, redactor),
        account=None if report.account is None else _fact(report.account, redactor),
        details={
            _fact(name, redactor): _fact(value, redactor) for name, value in list(report.details.items())[:_MOST_FACTS]
        },
    )


def _fact(value: object, redactor: Redactor) -> str:
    text = redactor.text(str(value)[: 10 * _LONGEST_FACT])
    return text if len(text) <= _LONGEST_FACT else f"{text[: _LONGEST_FACT - 1]}…"


def _encoded(view: object, endpoint: Endpoint, redactor: Redactor, integration: Integration) -> bytes:
    """Return the JSON of ``view``, read back where an integration may have made something else of it."""
    if not isinstance(view, View) or view.kind != endpoint.view:
        raise _wrong_view(endpoint, integration, view.kind if isinstance(view, View) else type(view).__name__)
    text = json_as_made(view)
    if text is None:
        view = _read_back(view, endpoint, integration)
        text = view.model_dump_json(by_alias=True)
    encoded = text.encode()
    _check_size(encoded, endpoint, integration)
    # An escape within the text of an escape is seen for certain only where each value is looked at by itself.
    is_simple = "\\\\" not in text
    if is_simple and redactor.text(text) == text:
        return encoded
    return _masked_view(view, endpoint, redactor, integration)


def _check_size(encoded: bytes, endpoint: Endpoint, integration: Integration) -> None:
    if len(encoded) > _MAX_PAYLOAD:
        raise BadResponseError(
            f"endpoint {endpoint.id!r} of {integration.name} returned {len(encoded)} bytes, more than a card can show",
            reason="too-large",
        )


def _read_back(view: View, endpoint: Endpoint, integration: Integration) -> View:
    try:
        encoded = view.model_dump_json(by_alias=True, warnings="none").encode()
    except ValueError:
        raise _wrong_view(endpoint, integration, "a view that cannot be written as JSON") from None
    _check_size(encoded, endpoint, integration)
    try:
        plain = any_view.validate_json(encoded)
    except ValidationError as error:
        where = ".".join(map(str, problems(error)[0][0])) or "the whole"
        raise _wrong_view(endpoint, integration, f"a view that is not valid ({where})") from None
    if plain.kind != endpoint.view:
        raise _wrong_view(endpoint, integration, plain.kind)
    return plain


def _masked_view(view: View, endpoint: Endpoint, redactor: Redactor, integration: Integration) -> bytes:
    encoded = to_json(_masked(to_jsonable_python(view, by_alias=True), redactor))
    try:
        any_view.validate_json(encoded)
    except ValidationError:
        raise BadResponseError(
            f"endpoint {endpoint.id!r} of {integration.name} returned one of the app's secrets where it cannot be"
            " hidden: choose a secret that is no ordinary word",
            reason="secret-in-view",
        ) from None
    return encoded


def _wrong_view(endpoint: Endpoint, integration: Integration, returned: str) -> InternalError:
    return InternalError(
        f"endpoint {endpoint.id!r} of {integration.name} returned {returned} instead of {endpoint.view.value}:"
        " report this to the integration's author",
        reason="wrong-view",
    )


def _masked(value: object, redactor: Redactor) -> object:
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, dict):
        return {key: _masked(item, redactor) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, redactor) for item in value]
    return value
