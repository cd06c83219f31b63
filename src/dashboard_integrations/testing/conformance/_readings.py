"""Readings: what an integration may make of a fault, given what its service answers when it is well."""

import json
from collections.abc import Collection, Mapping
from enum import Enum, auto

from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing.fake_service import FakeReply
from dashboard_integrations.testing.faults import CONTENT_FAULTS, FRAMING_FAULTS, STATUS_FAULTS, Fault

__all__ = ["BodyKind", "body_kind", "is_of_answers", "readings"]

_OF_ANSWERS = frozenset(fault.name for fault in (*STATUS_FAULTS, *CONTENT_FAULTS, *FRAMING_FAULTS))
_STATUSES = frozenset(fault.name for fault in STATUS_FAULTS)
_REFUSED = frozenset(
    {
        ErrorCode.AUTH_FAILED,
        ErrorCode.BAD_RESPONSE,
        ErrorCode.FORBIDDEN,
        ErrorCode.NOT_FOUND,
        ErrorCode.UPSTREAM_ERROR,
    }
)
_NOT_KNOWN = frozenset({ErrorCode.INVALID_CONFIG, ErrorCode.UNSUPPORTED_VERSION})
_BEHIND_IT = frozenset({ErrorCode.UPSTREAM_ERROR, ErrorCode.UNREACHABLE, ErrorCode.TIMEOUT, ErrorCode.RATE_LIMITED})
_MISREAD = frozenset(
    {ErrorCode.BAD_RESPONSE, ErrorCode.AUTH_FAILED, ErrorCode.UPSTREAM_ERROR, ErrorCode.UNSUPPORTED_VERSION}
)
_EXACT = frozenset({ErrorCode.AUTH_FAILED, ErrorCode.RATE_LIMITED})
_FIRST_OF_SERVERS = 500
_NO_LIST = frozenset({"null", "empty-list", "answers-twice"})
_SCALARS = frozenset({"string", "number"})
_PAGES = frozenset({"sign-in-page", "sign-in-page-called-json"})


class BodyKind(Enum):
    """What the body of a healthy answer is."""

    OBJECT = auto()
    LIST = auto()
    SCALAR = auto()
    PAGE = auto()
    TEXT = auto()


def body_kind(reply: FakeReply) -> BodyKind:
    """Return what a healthy answer is; nothing at all counts as text."""
    body, _ = reply.content()
    if body.lstrip()[:1] == b"<":
        return BodyKind.PAGE
    try:
        value: object = json.loads(body)
    except ValueError:
        return BodyKind.TEXT
    if isinstance(value, Mapping):
        return BodyKind.OBJECT
    return BodyKind.LIST if isinstance(value, list) else BodyKind.SCALAR


def is_of_answers(fault: Fault) -> bool:
    """Return whether the fault is in what is answered, and not in how it is transported."""
    return fault.name in _OF_ANSWERS


def readings(fault: Fault, kind: BodyKind) -> Collection[ErrorCode | None]:
    """Return the codes that a call may end with, ``None`` for data.

    What breaks a connection has one code. What an answer says is for the integration to read, but nobody may take a
    failure for data, or an object where there should be another.
    """
    if fault.name in _STATUSES:
        return _readings_of_status(fault)
    if fault.name not in _OF_ANSWERS or fault.reason == "too-large":
        return {fault.code}
    return {*_MISREAD, *({None} if _may_be_data(fault, kind) else ())}


def _readings_of_status(fault: Fault) -> Collection[ErrorCode | None]:
    status = int((fault.reason or "").removeprefix("http-"))
    if fault.code in _EXACT:
        return {fault.code}
    if fault.code is ErrorCode.FORBIDDEN:
        return {ErrorCode.FORBIDDEN, ErrorCode.AUTH_FAILED}
    return {*_BEHIND_IT, *_NOT_KNOWN} if status >= _FIRST_OF_SERVERS else {*_REFUSED, *_NOT_KNOWN}


def _may_be_data(fault: Fault, kind: BodyKind) -> bool:
    match kind:
        case BodyKind.PAGE:
            return True
        case BodyKind.TEXT:
            return fault.name not in _PAGES
        case BodyKind.LIST:
            return fault.name in _NO_LIST
        case BodyKind.SCALAR:
            return fault.name in _SCALARS
        case BodyKind.OBJECT:
            return False
