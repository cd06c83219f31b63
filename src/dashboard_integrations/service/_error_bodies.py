"""Errors on their way out: whatever an integration made of one, it is plain, masked and of bounded length."""

import math
from collections.abc import Mapping
from types import MappingProxyType

import dashboard_integrations.errors as all_errors
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import ErrorCode, ErrorSource, IntegrationError, InternalError
from dashboard_integrations.redaction import Redactor

__all__ = ["error_body", "plain_error"]

_MOST_READ = 65_536
_LONGEST_MESSAGE = 2_000
_LONGEST_REASON = 80
_LONGEST_NAME = 200
_LONGEST_FACT = 4_000
_MOST_FACTS = 50

_KINDS: Mapping[ErrorCode, type[IntegrationError]] = MappingProxyType(
    {
        kind.code: kind
        for kind in map(vars(all_errors).__getitem__, sorted(all_errors.__all__))
        if isinstance(kind, type) and issubclass(kind, IntegrationError) and "code" in vars(kind)
    }
)


def plain_error(error: IntegrationError) -> IntegrationError:
    """Return a copy of ``error`` of one of our own classes, made of texts and numbers only.

    An integration may have a subclass of its own, and put anything into it.
    """
    try:
        return _KINDS[ErrorCode(error.code)](
            _start(error.message),
            reason=None if error.reason is None else _start(error.reason),
            source=ErrorSource(error.source),
            fields=_starts(error.fields),
            details=_starts(error.details),
            retry_after=_seconds(error.retry_after),
        )
    except Exception as problem:  # noqa: BLE001  (reading it runs code of the integration)
        return InternalError(
            f"an integration raised an error that cannot be read ({type(problem).__name__}): report this to its author",
            reason="wrong-error",
        )


def error_body(error: IntegrationError, *, redactor: Redactor) -> ErrorBody:
    """Describe ``error`` to the outside, its secrets masked before anything is cut off."""
    told = redactor.error(plain_error(error))
    return ErrorBody(
        code=told.code,
        message=_cut(told.message, _LONGEST_MESSAGE),
        source=told.source,
        reason=None if told.reason is None else _cut(told.reason, _LONGEST_REASON),
        fields=_cut_all(told.fields, redactor),
        details=_cut_all(told.details, redactor),
        retry_after=told.retry_after,
    )


def _start(value: object) -> str:
    # Of the type itself: a subclass of ``str`` may do anything when it is cut or joined.
    return str.__str__(str(value))[:_MOST_READ]


def _starts(values: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in values.items():
        if len(found) == _MOST_FACTS:
            break
        found[_start(name)] = _start(value)
    return found


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _cut_all(texts: Mapping[str, str], redactor: Redactor) -> dict[str, str]:
    return {_cut(redactor.text(name), _LONGEST_NAME): _cut(text, _LONGEST_FACT) for name, text in texts.items()}
