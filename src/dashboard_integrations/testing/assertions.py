"""Assertions for tests of integrations; when one fails, its text says what to do."""

import difflib
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import TypeVar, overload

from pydantic import BaseModel, SecretStr

from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.redaction import MASK, Redactor
from dashboard_integrations.testing.fake_service import FakeRequest, FakeService
from dashboard_integrations.views import AnyView, View, ViewKind

__all__ = [
    "assert_asked",
    "assert_code",
    "assert_data",
    "assert_no_secret",
    "assert_shows",
    "assert_view",
    "describe",
    "error_of",
]

ViewT = TypeVar("ViewT", bound=View)
DataT = TypeVar("DataT")

_ADVICE: Mapping[ErrorCode, str] = {
    ErrorCode.AUTH_FAILED: "the service refused the credentials. A replayed recording takes those of its 'config':"
    " configure the app with them, and let the integration's 'auth' send them",
    ErrorCode.FORBIDDEN: "the service answered 403. Declare another answer, or send what it asks for",
    ErrorCode.NOT_FOUND: "the service has nothing at this address. Declare it with service.reply(method, path, json=…);"
    " service.requests lists what was asked for",
    ErrorCode.BAD_RESPONSE: "the answer is not what the integration's models describe. Compare them with what the"
    " service sends; describe only fields that are used, and give those a default that may be missing",
    ErrorCode.INTERNAL: "the integration raised what is no IntegrationError. Its traceback is in the captured log;"
    " let core's errors rise, and describe answers with models instead of reaching into them",
    ErrorCode.INVALID_CONFIG: "the configuration is not one of this integration. Give open_app what its form asks for",
    ErrorCode.UNREACHABLE: "nothing listens at this address. Enter the FakeService, and use its 'url' in the config",
    ErrorCode.TIMEOUT: "no answer came in time. Look for a service that hangs, or raise 'timeout' in the config",
    ErrorCode.UNKNOWN_ENDPOINT: "no endpoint has this id: it is the name of a method that is marked with @endpoint",
    ErrorCode.INVALID_REQUEST: "the endpoint takes other parameters. Give those that its model names",
    ErrorCode.UPSTREAM_ERROR: "the service answered with a status of 5xx. A function that answers for a FakeService and"
    " raises does so too: ask the service yourself to see what it says",
}
_WHICH_IS_RIGHT = "look which of both is right, and correct the integration, or what the test expects."
_SHOWN_REQUESTS = 20
_CUT = 200


def describe(error: ErrorBody | None) -> str:
    """Return what ``error`` says and what to do about it, on lines of its own."""
    if error is None:
        return "there is neither data nor an error"
    reason = f", reason {error.reason}" if error.reason else ""
    told = "".join(f"\n  {name}: {problem}" for name, problem in error.fields.items())
    advice = f"\n  What to do: {_ADVICE[error.code]}." if error.code in _ADVICE else ""
    return f"{error.code} ({error.source}{reason}): {error.message}{told}{advice}"


def error_of(envelope: Envelope[object]) -> ErrorBody | None:
    """Return why the envelope has no data, or why its data is not new."""
    return envelope.error if envelope.meta is None else envelope.meta.refresh_error


def assert_data(envelope: Envelope[DataT], *, of: str = "the envelope") -> DataT:
    """Return the envelope's data, or fail with its error. Old data fails as well: its refresh did."""
    error = error_of(envelope)
    if envelope.data is None or error is not None:
        raise AssertionError(f"{of} has no new data: {describe(error)}")
    return envelope.data


@overload
def assert_view(shown: View | Envelope[EndpointData], kind: type[ViewT]) -> ViewT: ...
@overload
def assert_view(shown: View | Envelope[EndpointData], kind: ViewKind) -> AnyView: ...
def assert_view(shown: View | Envelope[EndpointData], kind: type[View] | ViewKind) -> View:
    """Return ``shown`` as a view of this kind, which is a ``ViewKind`` or a class of ``views``; fail if it is not."""
    view = assert_data(shown).payload if isinstance(shown, Envelope) else shown
    if view.kind == kind or (isinstance(kind, type) and isinstance(view, kind)):
        return view
    wanted = kind.__name__ if isinstance(kind, type) else kind.value
    raise AssertionError(
        f"not a {wanted} but a {type(view).__name__} ({view.kind}): {_cut(repr(view))}\n"
        "  What to do: the kind of an endpoint is what its method returns by its annotation; correct one of both."
    )


def assert_shows(shown: View | Envelope[EndpointData], expected: View) -> None:
    """Fail, with the differences, when ``shown`` is not ``expected``: compared as a browser would get them."""
    view = assert_data(shown).payload if isinstance(shown, Envelope) else shown
    lines, wanted = (item.model_dump_json(indent=2).splitlines() for item in (view, expected))
    if lines != wanted:
        found = "\n".join(difflib.unified_diff(wanted, lines, "expected", "shown", lineterm=""))
        raise AssertionError(f"something else is shown than expected:\n{found}\n  What to do: {_WHICH_IS_RIGHT}")


def assert_code(told: Envelope[object] | ErrorBody, *codes: ErrorCode, reason: str | None = None) -> ErrorBody:
    """Return the error of ``told``, or fail when it has none or none of these codes, or another ``reason``."""
    error = told if isinstance(told, ErrorBody) else error_of(told)
    wanted = " or ".join(codes) + (f" with reason {reason}" if reason else "")
    if error is None:
        raise AssertionError(
            f"no error, but {wanted} was expected: {_cut(repr(told))}\n"
            "  What to do: let the error rise; an integration that shows something in its place hides it from users."
        )
    if error.code not in codes or (reason is not None and error.reason != reason):
        raise AssertionError(f"not {wanted} but {describe(error)}")
    return error


def assert_no_secret(told: object, secrets: Iterable[str | SecretStr]) -> None:
    """Fail when ``told`` holds one of ``secrets``, plain or in any usual encoding.

    ``told`` is a text, bytes, an envelope, a view, an exception (its traceback is looked at), or mappings and lists of
    these. The failure's text does not repeat the secret.
    """
    words = [secret.get_secret_value() if isinstance(secret, SecretStr) else secret for secret in secrets]
    if not any(word.strip() for word in words):
        raise ValueError("no secret was given to look for: configure the app with one, at least 8 characters long")
    redactor = Redactor(words)
    places = [_around(masked) for text in _texts(told) if MASK in (masked := redactor.text(text)) and masked != text]
    if places:
        raise AssertionError(
            f"a secret is told: {'; '.join(places[:3])}\n"
            "  What to do: leave it out of texts, titles, links and errors. Credentials in a link are never needed:"
            " browsers have their own."
        )


def _around(masked: str) -> str:
    at = masked.index(MASK)
    return f"…{masked[max(at - 60, 0) : at + 60]!r}…"


def _texts(told: object) -> Iterable[str]:
    parts = _parts(told)
    if parts is None:
        yield _text(told)
    else:
        for part in parts:
            yield from _texts(part)


def _parts(told: object) -> Iterable[object] | None:
    match told:
        case Envelope() | type():
            return None
        case Mapping():
            return [*told, *told.values()]
        case list() | tuple() | set() | frozenset():
            return told
    return [getattr(told, field.name) for field in fields(told)] if is_dataclass(told) else None


def _text(told: object) -> str:
    match told:
        case bytes() | bytearray():
            return bytes(told).decode(errors="replace")
        case Envelope():
            return told.to_json().decode()
        case BaseModel():
            return f"{told.model_dump_json()}\n{told!r}"
        case BaseException():
            return "".join(traceback.format_exception(told))
    return str(told)


def assert_asked(service: FakeService, method: str, path: str) -> FakeRequest:
    """Return the last request that ``service`` got for ``method`` and ``path``; fail with what it was asked for."""
    requests = service.requests
    found = [request for request in requests if (request.method, request.path) == (method.upper(), path)]
    if found:
        return found[-1]
    lines = "".join(f"\n    {request.method} {request.path}" for request in requests[-_SHOWN_REQUESTS:])
    raise AssertionError(
        f"nobody asked for {method.upper()} {path}; asked for was{lines or ' nothing'}\n"
        "  What to do: ask for it, or correct the path here: it starts with a slash, and has no query."
    )


def _cut(text: str) -> str:
    return text if len(text) <= _CUT else f"{text[:_CUT]}…"
