"""Asking a server directly, past the library under test."""

import http.client
import json as json_module
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """What the server said; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.content.decode()

    def json(self) -> Any:
        """Return the body's JSON."""
        return json_module.loads(self.content)


def ask(
    port: int,
    path: str,
    *,
    method: str | None = None,
    json: object = None,
    form: Mapping[str, str] | None = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    basic: tuple[str, str] | None = None,
    seconds: float = 60.0,
) -> RawAnswer:
    """Send one request to 127.0.0.1 and return the answer, whatever its status; POST when there is a body."""
    sent = {name.lower(): value for name, value in (headers or {}).items()}
    body = content
    if json is not None:
        body, kind = json_module.dumps(json).encode(), "application/json"
        sent.setdefault("content-type", kind)
    elif form is not None:
        body, kind = urlencode(dict(form)).encode(), "application/x-www-form-urlencoded"
        sent.setdefault("content-type", kind)
    if basic is not None:
        sent["authorization"] = "Basic " + b64encode(":".join(basic).encode()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request(method or ("GET" if body is None else "POST"), path, body=body, headers=sent)
        response = connection.getresponse()
        received = {name.lower(): value for name, value in response.getheaders()}
        return RawAnswer(status=response.status, headers=received, content=response.read())
    finally:
        connection.close()
