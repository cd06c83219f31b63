"""The envelope: the one shape of every answer, for success and for failure.

In JSON its keys are camelCase: ``{"success": true, "data": …, "error": null, "meta": {…}}``.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Generic, Self, TypeVar

from pydantic.alias_generators import to_camel
from pydantic_core import PydanticSerializationError, from_json, to_json

from dashboard_integrations.errors import ErrorCode, ErrorSource, IntegrationError
from dashboard_integrations.views import AnyView, any_view

__all__ = ["EndpointData", "Envelope", "ErrorBody", "Meta"]

DataT = TypeVar("DataT")
DataT_co = TypeVar("DataT_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody:
    """A failure, as it is told to the outside; secrets in it are masked already."""

    code: ErrorCode
    message: str
    source: ErrorSource
    reason: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    retry_after: float | None = None

    @classmethod
    def of(cls, error: IntegrationError) -> Self:
        """Describe ``error``."""
        return cls(
            code=error.code,
            message=error.message,
            source=error.source,
            reason=error.reason,
            fields=dict(error.fields),
            details=dict(error.details),
            retry_after=error.retry_after,
        )

    def to_json(self) -> bytes:
        """Return its JSON in UTF-8."""
        return _encoded(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """How old live data is.

    Times are UTC; ``age`` is in seconds. ``refresh_error`` says why the last refresh failed. ``next_refresh`` is
    from when on asking causes a call: ``None`` when a person has to act first.
    """

    fetched_at: datetime
    expires_at: datetime
    age: float
    stale: bool = False
    refresh_error: ErrorBody | None = None
    next_refresh: datetime | None = None

    @classmethod
    def at(
        cls,
        now: float,
        *,
        fetched_at: float,
        expires_at: float,
        refresh_error: ErrorBody | None = None,
        next_try: float = 0.0,
    ) -> Self:
        """Build from times in epoch seconds; ``next_try`` may be infinite."""
        next_refresh = max(expires_at, next_try)
        return cls(
            fetched_at=datetime.fromtimestamp(fetched_at, UTC),
            expires_at=datetime.fromtimestamp(expires_at, UTC),
            age=round(max(now - fetched_at, 0.0), 3),
            stale=now >= expires_at,
            refresh_error=refresh_error,
            next_refresh=datetime.fromtimestamp(next_refresh, UTC) if math.isfinite(next_refresh) else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointData:
    """Live data of one endpoint. ``encoded`` is the payload's JSON, made once when it was fetched."""

    endpoint_id: str
    view: str
    encoded: bytes = field(repr=False)

    @property
    def payload(self) -> AnyView:
        """The payload as its view model, parsed on each access."""
        return any_view.validate_json(self.encoded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope(Generic[DataT_co]):
    """Either data or an error, never both; ``meta`` is there with live data.

    A foreseeable failure is an envelope, not an exception.
    """

    success: bool
    data: DataT_co | None = None
    error: ErrorBody | None = None
    meta: Meta | None = None

    @classmethod
    def of(cls, data: DataT, *, meta: Meta | None = None) -> "Envelope[DataT]":
        """Wrap ``data``."""
        return Envelope(success=True, data=data, meta=meta)

    @classmethod
    def failure(cls, error: IntegrationError | ErrorBody) -> "Envelope[DataT_co]":
        """Wrap a failure."""
        return Envelope(success=False, error=error if isinstance(error, ErrorBody) else ErrorBody.of(error))

    @property
    def tag(self) -> str | None:
        """Names live data and its state, for an ``ETag``: its age alone makes no new one. ``None`` for all else."""
        if not isinstance(self.data, EndpointData) or self.meta is None:
            return None
        error = self.meta.refresh_error
        return state_tag(
            data_digest(self.data, fetched_at=self.meta.fetched_at.timestamp()),
            stale=self.meta.stale,
            refresh_error=error,
        )

    def to_json(self) -> bytes:
        """Return the envelope's JSON in UTF-8."""
        return b"".join(
            (
                b'{"success":true,"data":' if self.success else b'{"success":false,"data":',
                _encoded(self.data),
                b',"error":',
                _encoded(self.error),
                b',"meta":',
                b"{}" if self.meta is None else _encoded(self.meta),
                b"}",
            )
        )

    def to_dict(self) -> dict[str, object]:
        """Return what ``to_json`` encodes, as plain Python values."""
        value: dict[str, object] = from_json(self.to_json())
        return value


def data_digest(data: EndpointData, *, fetched_at: float) -> str:
    """Return hexadecimal digits that name the data fetched then, the same in every process."""
    named = f"{fetched_at!r} {data.endpoint_id} {data.view}\0".encode()
    return hashlib.sha256(named + data.encoded).hexdigest()[:32]


def state_tag(digest: str, *, stale: bool, refresh_error: ErrorBody | None) -> str:
    """Return the tag of data with this digest, in this state."""
    return f"{digest}{'-stale' if stale else ''}{'' if refresh_error is None else f'-{refresh_error.code}'}"


def _encoded(value: object) -> bytes:
    if isinstance(value, EndpointData):
        head = to_json({"endpointId": value.endpoint_id, "view": value.view})
        return head[:-1] + b',"payload":' + value.encoded + b"}"
    if isinstance(value, Envelope):
        return value.to_json()
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return b"[" + b",".join(map(_encoded, value)) + b"]"
    plain = _plain(value)
    try:
        return to_json(plain, by_alias=True)
    except PydanticSerializationError:  # text that is not Unicode: half of a surrogate pair
        return to_json(_unicode(plain), by_alias=True)


def _unicode(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_unicode(key): _unicode(item) for key, item in value.items()}
    return [_unicode(item) for item in value] if isinstance(value, list) else value


def _plain(value: object) -> object:
    """Return ``value`` with its dataclasses as mappings with camelCase keys."""
    if hasattr(type(value), "__dataclass_fields__"):
        return {to_camel(item.name): _plain(getattr(value, item.name)) for item in fields(value)}  # type: ignore[arg-type]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
