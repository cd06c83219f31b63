"""Recordings: what a real service answered, scrubbed, in a file that ``FakeService.replay`` answers from."""

import base64 as base64_module
import json as json_module
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    ValidationError,
    field_validator,
    model_serializer,
    model_validator,
)

from dashboard_integrations.problems import problems

__all__ = ["RecordedExchange", "RecordedRequest", "RecordedResponse", "Recording", "RecordingError"]

_FORMAT = 1
_BODIES = ("json", "text", "base64")
_SHOWN_PROBLEMS = 5
_HOW_TO_MAKE_ONE = "make one with: dashboard-integrations record TYPE --url URL"


class RecordingError(ValueError):
    """A recording cannot be read; the message names the file, and says what to do next."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, serialize_by_alias=True)


class _Body(_Frozen):
    """A body is one of ``json``, ``text`` or ``base64``; none of them is no body. JSON ``null`` is a ``text``."""

    json_value: JsonValue = Field(default=None, alias="json")
    text: str | None = None
    base64: str | None = None

    @model_validator(mode="after")
    def _has_one_body(self) -> Self:
        if sum(body is not None for body in (self.json_value, self.text, self.base64)) > 1:
            raise ValueError("a body is one of json, text or base64")
        return self

    @field_validator("base64")
    @classmethod
    def _is_base64(cls, value: str | None) -> str | None:
        base64_module.b64decode(value or "", validate=True)
        return value

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        plain: dict[str, Any] = handler(self)
        return {name: value for name, value in plain.items() if name not in _BODIES or value is not None}

    def content(self) -> bytes:
        """Return the body as it is sent, empty without one."""
        if self.json_value is not None:
            return json_module.dumps(self.json_value, ensure_ascii=False).encode()
        return (self.text or "").encode() or base64_module.b64decode(self.base64 or "")


class RecordedRequest(_Body):
    """A request as it was sent: ``path`` without the service's base path, ``query`` with every value of a name.

    Header names are lower case. In Python the JSON of the body is ``json_value``.
    """

    method: str
    path: str = Field(pattern="^/")
    query: Mapping[str, Sequence[str]] = {}
    headers: Mapping[str, str] = {}

    @classmethod
    def of(
        cls,
        method: str,
        path: str,
        *,
        query: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
    ) -> Self:
        """Return a request with the bytes of its body written as readably as they can be."""
        return cls.model_validate(
            {"method": method, "path": path, "query": query or {}, "headers": headers or {}, **_readable(content)}
        )


class RecordedResponse(_Body):
    """A response; a header with several values, as ``set-cookie`` may have, is a list. Header names are lower case."""

    status: int = Field(ge=100, le=599)
    headers: Mapping[str, str | Sequence[str]] = {}

    @classmethod
    def of(cls, status: int, *, headers: Mapping[str, str | Sequence[str]] | None = None, content: bytes = b"") -> Self:
        """Return a response with the bytes of its body written as readably as they can be."""
        return cls.model_validate({"status": status, "headers": headers or {}, **_readable(content)})


class RecordedExchange(_Frozen):
    """A request and its response; ``during`` is ``test`` or the id of the endpoint that asked."""

    during: str
    request: RecordedRequest
    response: RecordedResponse


class Recording(_Frozen):
    """Exchanges with a real service, scrubbed of secrets and of what identifies it.

    ``config`` is what the integration has to be configured with to be answered (all but the URL), ``extra`` likewise;
    ``parameters`` are those that endpoints were asked with; ``software`` is the version of the service.
    """

    FORMAT: ClassVar[int] = _FORMAT

    format: int = Field(default=_FORMAT, ge=1, le=_FORMAT)
    integration: str
    software: str | None = None
    config: Mapping[str, JsonValue] = {}
    extra: Mapping[str, JsonValue] = {}
    parameters: Mapping[str, Mapping[str, JsonValue]] = {}
    exchanges: Sequence[RecordedExchange] = ()

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Return the recording in the file ``path``; raise ``RecordingError`` when there is none that can be read."""
        try:
            data: object = json_module.loads(Path(path).read_bytes())
        except FileNotFoundError:
            raise RecordingError(f"no recording at {path}: {_HOW_TO_MAKE_ONE}") from None
        except OSError as error:
            raise RecordingError(f"the recording {path} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise RecordingError(f"the recording {path} is not JSON ({error}): {_HOW_TO_MAKE_ONE}") from error
        made_by = data.get("format") if isinstance(data, Mapping) else None
        if isinstance(made_by, int) and made_by > cls.FORMAT:
            raise RecordingError(
                f"the recording {path} has format {made_by}, and this version reads format {cls.FORMAT}: install a"
                " newer dashboard-integrations, or record it again with this one"
            )
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise RecordingError(f"the recording {path} is not one: {_told(error)}") from None

    def save(self, path: str | Path) -> None:
        """Write the recording to ``path``, the same bytes for the same recording; folders are made."""
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(self.to_json().encode())

    def to_json(self) -> str:
        """Return the text of the file: indented, in a stable order, so that a difference can be read."""
        plain = self.model_dump(mode="json")
        if not self.parameters:
            del plain["parameters"]
        for exchange in plain["exchanges"]:
            for side in (exchange["request"], exchange["response"]):
                side["headers"] = dict(sorted(side["headers"].items()))
        return json_module.dumps(plain, indent=2, ensure_ascii=False) + "\n"


def _told(error: ValidationError) -> str:
    found = [f"{'.'.join(map(str, place)) or 'the file'}: {told}" for place, told in problems(error)]
    more = f" (and {len(found) - _SHOWN_PROBLEMS} more)" if len(found) > _SHOWN_PROBLEMS else ""
    return f"{'; '.join(found[:_SHOWN_PROBLEMS])}{more}"


def _readable(content: bytes) -> dict[str, object]:
    """Return ``content`` as ``json`` where that says the same, else as ``text``, else as ``base64``."""
    if not content:
        return {}
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return {"base64": base64_module.b64encode(content).decode()}
    try:
        value: object = json_module.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return {"text": text}
    return {"json": value} if isinstance(value, dict | list) else {"text": text}


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")
