"""One HTTP request to a service and its response, in our own words."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar, overload

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from dashboard_integrations.errors import BadResponseError
from dashboard_integrations.problems import problems

__all__ = ["HttpRequest", "HttpResponse", "QueryParams"]

QueryParams = Mapping[str, str | int | float | bool | None]
"""Query parameters; ``None`` leaves one out, ``True`` is sent as ``true``."""

ModelT = TypeVar("ModelT")

_SHOWN_PROBLEMS = 3
# What Python decodes and is no charset of HTTP. Punycode takes hours for a body that is as long as allowed.
_NO_CHARSETS = frozenset({"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request to a path below the app's URL. ``digest`` is a user and password for HTTP Digest."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)
    digest: tuple[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """A response, read whole. Header names are lower case; ``cookies`` are those it set; ``url`` has no query."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    url: str
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def text(self) -> str:
        """The body as text in its declared encoding, else in UTF-8; what cannot be decoded is replaced."""
        try:
            return self.content.decode(_charset(self.headers.get("content-type", "")), errors="replace")
        except LookupError:  # what Python decodes, but not to text
            return self.content.decode("utf-8", errors="replace")

    @property
    def is_html(self) -> bool:
        """Whether the body is a web page, whatever its headers say."""
        return self.content[:512].lstrip()[:15].lower().startswith((b"<!doctype html", b"<html", b"<head", b"<body"))

    @overload
    def json(self, model: None = None) -> Any: ...
    @overload
    def json(self, model: type[ModelT]) -> ModelT: ...
    def json(self, model: Any = None) -> Any:
        """Return the body's JSON, as an instance of ``model`` (any type pydantic knows) when one is given.

        Raise ``BadResponseError`` with reason ``empty``, ``html``, ``not-json`` or ``shape``.
        """
        if not self.content.strip():
            raise BadResponseError(f"{self.url} answered with an empty body instead of JSON", reason="empty")
        if self.is_html:
            raise BadResponseError(
                f"{self.url} answered with a web page instead of JSON: check the URL, and whether a sign-in page or"
                " a proxy stands in front of the service",
                reason="html",
            )
        try:
            value = from_json(self.content.removeprefix(codecs.BOM_UTF8))
        except ValueError as error:
            raise BadResponseError(f"{self.url} answered with something that is not JSON", reason="not-json") from error
        return value if model is None else self.parse(value, model)

    def parse(self, value: object, model: type[ModelT]) -> ModelT:
        """Return ``value``, a part of the body, as an instance of ``model``; raise ``BadResponseError`` (``shape``)."""
        try:
            parsed: ModelT = _adapter_of(model).validate_python(value)
        except ValidationError as error:
            found = [f"{'.'.join(map(str, place)) or 'the answer'}: {told}" for place, told in problems(error)]
            more = f" (and {len(found) - _SHOWN_PROBLEMS} more)" if len(found) > _SHOWN_PROBLEMS else ""
            raise BadResponseError(
                f"{self.url} answered in an unexpected shape: {'; '.join(found[:_SHOWN_PROBLEMS])}{more}",
                reason="shape",
            ) from None
        return parsed


def _adapter_of(model: Any) -> TypeAdapter[Any]:
    try:
        return _adapter(model)
    except TypeError:  # a type that cannot be hashed, such as one annotated with a list
        return TypeAdapter(model)


@lru_cache(maxsize=512)
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _charset(content_type: str) -> str:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return _known(value.strip().strip("\"'"))
    return "utf-8"


def _known(charset: str) -> str:
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if name in _NO_CHARSETS else name
