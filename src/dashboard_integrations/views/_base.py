"""What the views share: frozen models with camelCase keys, and the small types inside them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel

__all__ = ["Link", "Number", "Part", "Severity", "ShortText", "Status", "Text", "Time", "Unit", "View", "ViewKind"]


class ViewKind(StrEnum):
    """The closed vocabulary of renderers."""

    STAT_CARD = "stat-card"
    GAUGE = "gauge"
    LIST = "list"
    PROGRESS = "progress"
    ALERT_BANNER = "alert-banner"
    CHART = "chart"


class Status(StrEnum):
    """How something is, for a renderer to show by more than colour."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"
    INFO = "info"

    @classmethod
    def of(cls, value: float | None, *, warning: float, critical: float) -> "Status":
        """Return how bad a value is that is bad when it is high; one that is not known is ``unknown``."""
        if value is None:
            return cls.UNKNOWN
        if value >= critical:
            return cls.CRITICAL
        return cls.WARNING if value >= warning else cls.OK


class Severity(StrEnum):
    """How much an alert matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Return 0 for the most severe."""
        return (Severity.CRITICAL, Severity.WARNING, Severity.INFO).index(self)


def _http_link(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("a link is an absolute http or https URL")
    if any(character.isspace() or ord(character) < 0x20 for character in value):  # noqa: PLR2004
        raise ValueError("a link holds no white space or control characters")
    return value


def _shortened(longest: int) -> Callable[[str], str]:
    return lambda value: value if len(value) <= longest else value[: longest - 1] + "…"


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Number = Annotated[int | float, Field(allow_inf_nan=False)]
"""A finite number; what is not known is ``None``, never 0 and never NaN."""

Text = Annotated[str, AfterValidator(_shortened(10_000)), WithJsonSchema({"type": "string", "maxLength": 10_000})]
"""Text of some sentences; what is longer is cut, with an ellipsis."""

ShortText = Annotated[str, AfterValidator(_shortened(500)), WithJsonSchema({"type": "string", "maxLength": 500})]
"""A line of text; what is longer is cut, with an ellipsis: a service's odd name must not blank the card."""

Unit = Annotated[str, StringConstraints(max_length=16)]
"""Renderers know ``B``, ``B/s``, ``bit/s``, ``%``, ``s``, ``Hz``, ``°C``, ``W``, ``V``, ``A``, ``Wh``; others as is.

Base units only: bytes, not MB; seconds, not minutes. ``%`` runs from 0 to 100.
"""

Time = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A point in time with its offset, kept in UTC."""

Link = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_http_link)]
"""An absolute http or https URL."""


class Part(BaseModel):
    """Base of what stands inside a view. There is no way around its checks: whoever is given one can rely on it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True
    )

    @classmethod
    def model_construct(  # type: ignore[override]  # pydantic's plugin for mypy makes up another signature
        cls, _fields_set: set[str] | None = None, **values: Any
    ) -> Self:
        """Return one that is checked like any other; raise pydantic's ``ValidationError``."""
        return cls(**values)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, with what is new in it checked; raise pydantic's ``ValidationError``."""
        copied = super().model_copy(deep=deep)
        if update is None:
            return copied
        return type(self)(**{name: getattr(copied, name) for name in copied.model_fields_set} | dict(update))


class View(Part):
    """Base of the payload models, one per renderer; ``kind`` tells them apart."""

    kind: Any  # each view narrows it to its own literal

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        self._check_whole()
        return self

    def _check_whole(self) -> None:
        """Raise ``ValueError`` where what is right by itself does not fit together."""
