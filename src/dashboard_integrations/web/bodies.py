"""Request bodies: read with a cap, parsed strictly."""

import json
import math
from collections.abc import AsyncIterable
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import from_json

from dashboard_integrations.errors import InvalidRequestError
from dashboard_integrations.problems import problems
from dashboard_integrations.web.messages import MAX_BODY

__all__ = ["ConnectionTestBody", "DataRequestsBody", "RetryBody", "is_json", "parse_body", "read_body"]

ModelT = TypeVar("ModelT", bound=BaseModel)

_MAX_BATCH = 100
_SHOWN_FIELDS = 20
_SHOWN_LENGTH = 100

_Identifier = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]


class _Body(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, hide_input_in_errors=True)


class ConnectionTestBody(_Body):
    """Body of a connection test."""

    app_id: _Identifier | None = None
    integration_type: _Identifier | None = None
    config: dict[str, object]


class DataRequestBody(_Body):
    """One of the requests for data in a batch."""

    app_id: _Identifier
    endpoint_id: _Identifier
    parameters: dict[str, object] = {}


class DataRequestsBody(_Body):
    """Body of a batch of requests for data."""

    requests: list[DataRequestBody] = Field(min_length=1, max_length=_MAX_BATCH)


class RetryBody(_Body):
    """Body of a retry: an empty object, which no page of another site can send without asking first."""


async def read_body(chunks: AsyncIterable[bytes], *, limit: int = MAX_BODY) -> bytes:
    """Return the body, or the start of one that is longer than ``limit``: enough to see that it is too long."""
    read: list[bytes] = []
    size = 0
    try:
        async for chunk in chunks:
            read.append(chunk)
            size += len(chunk)
            if size > limit:
                break
    finally:
        # left early, a generator has to be closed here: trio refuses to let the garbage collector do it
        close = getattr(chunks, "aclose", None)
        if close is not None:
            await close()
    return b"".join(read)[: limit + 1]


def is_json(content_type: str) -> bool:
    """Tell whether ``content_type`` is JSON, which no page of another site can send without asking first (CORS)."""
    return content_type.partition(";")[0].strip().lower() == "application/json"


def parse_body(body: bytes, model: type[ModelT]) -> ModelT:
    """Return ``body`` as ``model``; raise ``InvalidRequestError`` whose fields say what is wrong."""
    try:
        value = _parse_json(body)
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError("the request body is not valid JSON", fields={"body": _short(str(error))}) from None
    try:
        return model.model_validate(value)
    except ValidationError as error:
        fields = _fields(error)
        raise InvalidRequestError(
            f"the request body is not what this route takes: {'; '.join(map(': '.join, fields.items()))}",
            fields=fields,
        ) from None


def _parse_json(body: bytes) -> object:
    from_json(body, allow_inf_nan=False)  # refuses bad UTF-8, lone surrogates and deep nesting, and json.loads does not
    return json.loads(body, object_pairs_hook=_without_duplicates, parse_float=_finite)


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("an object has the same key twice")
    return value


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is out of range")
    return value


def _fields(error: ValidationError) -> dict[str, str]:
    shown = problems(error)[:_SHOWN_FIELDS]
    return {_short(".".join(map(str, where)) or "body"): told for where, told in shown}


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}…"
