"""HTML forms: reading what was sent."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from dashboard_integrations.errors import InvalidRequestError
from dashboard_integrations.web import read_body
from dashboard_integrations.web.messages import MAX_BODY

__all__ = ["read_form"]

_MOST_FIELDS = 500


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the fields of an URL-encoded form; raise ``InvalidRequestError``."""
    body = await read_body(request.stream())
    if len(body) > MAX_BODY:
        raise InvalidRequestError(f"the form is longer than {MAX_BODY} bytes")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise InvalidRequestError("the form cannot be read: send it again from its page") from None
    return {name: value.replace("\r\n", "\n") for name, value in pairs}
