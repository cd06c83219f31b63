"""What a new integration begins with: a request, how to sign in, and perhaps an answer."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl

from pydantic_core import from_json

from dashboard_integrations.scaffold.auth_plans import AuthKind, AuthPlan, auth_plan
from dashboard_integrations.scaffold.errors import ScaffoldError
from dashboard_integrations.scaffold.from_curl import from_curl
from dashboard_integrations.scaffold.openapi import Operation
from dashboard_integrations.scaffold.planned_request import PlannedRequest
from dashboard_integrations.scaffold.secrets_seen import secret_places

__all__ = ["Start", "read_answer"]

_LONGEST_ANSWER = 4_000_000
_NO_PATH = re.compile(r"[\s\x00-\x1f\x7f\\#]|(^|/)\.\.(/|$)|^[a-z]+://", re.IGNORECASE)
_DEFAULT_PATH = "api/status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """``config`` is what is known to try it with; ``example`` an answer that a description gives."""

    request: PlannedRequest
    auth: AuthPlan
    config: Mapping[str, object] = field(default_factory=dict, repr=False)
    example: object = None
    notes: Sequence[str] = ()

    @classmethod
    def plain(cls, *, auth: AuthKind | None, path: str | None) -> Self:
        """Return what the options alone say."""
        return cls(request=_request(path or _DEFAULT_PATH), auth=auth_plan(auth or AuthKind.NONE))

    @classmethod
    def copied(cls, command: str, *, environ: Mapping[str, str], url: str | None, not_secret: Collection[str]) -> Self:
        """Return what a curl command says."""
        found = from_curl(command, environ=environ, base_url=url, not_secret=not_secret)
        return cls(request=found.request, auth=found.auth, config=found.config, notes=found.notes)

    @classmethod
    def described(cls, operation: Operation, *, auth: AuthKind | None) -> Self:
        """Return what a description says of one operation."""
        plan = operation.auth if auth is None or auth is operation.auth.kind else auth_plan(auth)
        return cls(request=operation.request, auth=plan, example=operation.sample)

    def with_config(self, given: Mapping[str, object]) -> Self:
        """Return this with more to try it with."""
        return replace(self, config={**self.config, **given})


def read_answer(path: Path) -> object:
    """Return the JSON in a file; raise ``ScaffoldError`` when there is none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ScaffoldError(f"the answer {path} cannot be read: {error.strerror}") from error
    if len(content) > _LONGEST_ANSWER:
        raise ScaffoldError(f"the answer {path} is too long: cut its lists to a few entries")
    try:
        answer: object = from_json(content)
        json.dumps(answer, allow_nan=False)
    except ValueError as error:
        raise ScaffoldError(f"the answer {path} is not JSON ({error})") from error
    if not isinstance(answer, dict | list):
        raise ScaffoldError(f"the answer {path} is neither an object nor a list")
    return answer


def _request(text: str) -> PlannedRequest:
    path, _, query = text.lstrip("/").partition("?")
    if _NO_PATH.search(text):
        raise ScaffoldError(f"{text!r} should be a path below the service's URL, as in /api/status?full=true")
    params = dict(parse_qsl(query, keep_blank_values=True))
    for place, _ in secret_places(path="", params=params, headers={}, body=None):
        raise ScaffoldError(f"{place} looks like a secret: leave it out, and declare it with --auth api-key-query")
    return PlannedRequest(path=path, params=params)
