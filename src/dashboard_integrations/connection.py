"""The connection: what an integration's methods receive to talk with one app's service."""

import json as json_module
from collections.abc import Collection, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, overload
from urllib.parse import urlencode

from pydantic import BaseModel

from dashboard_integrations.errors import BadResponseError
from dashboard_integrations.exchange import HttpRequest, HttpResponse, QueryParams
from dashboard_integrations.status import error_for_status

__all__ = ["AppInfo", "Connection", "Transport"]

ConfigT = TypeVar("ConfigT", bound=BaseModel)
ModelT = TypeVar("ModelT")


@dataclass(frozen=True, slots=True)
class AppInfo:
    """What an integration may know of the app it works for; ``id`` is empty while an unsaved one is tested."""

    id: str
    name: str


class Transport(Protocol):
    """Sends requests to one app's service; ours to change, never an author's concern."""

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Send and return the response whatever its status; raise an ``IntegrationError`` when there is none."""
        ...


class Connection(Generic[ConfigT]):
    """Validated configuration of one app and calls relative to its URL.

    ``config`` is an instance of the integration's ``auth_config``, ``extra`` of its ``extra_config`` (``None`` without
    one). ``parameters`` are those of this call, an instance of the endpoint's model or ``None``. ``state`` keeps what
    the integration wants to remember for this app, such as a session id: in memory only, empty after every change of
    the configuration. All calls raise ``IntegrationError``; let it rise.
    """

    __slots__ = ("_transport", "answered", "app", "config", "extra", "parameters", "state")

    def __init__(
        self,
        *,
        config: ConfigT,
        app: AppInfo,
        transport: Transport,
        extra: Any = None,
        parameters: Any = None,
        state: MutableMapping[str, Any] | None = None,
    ) -> None:
        self.config = config
        self.extra = extra
        self.app = app
        self.parameters = parameters
        self.state: MutableMapping[str, Any] = {} if state is None else state
        self.answered = False
        self._transport = transport

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: QueryParams | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        accept: Collection[int] = (),
    ) -> HttpResponse:
        """Send one request and return its response.

        The body is one of ``json``, ``form`` or ``content``. A status outside 2xx raises the error it stands for,
        unless ``accept`` lists it.
        """
        sent_headers = {name.lower(): value for name, value in (headers or {}).items()}
        body, content_type = _body(json=json, form=form, content=content)
        if content_type is not None:
            sent_headers.setdefault("content-type", content_type)
        sent = HttpRequest(method=method, path=path, params=_as_text(params or {}), headers=sent_headers, content=body)
        response = await self._transport.send(sent)
        self.answered = True
        error = None if response.status in accept else error_for_status(response)
        if error is not None:
            raise error
        return response

    @overload
    async def get_json(self, path: str, model: None = None, *, params: QueryParams | None = None) -> Any: ...
    @overload
    async def get_json(self, path: str, model: type[ModelT], *, params: QueryParams | None = None) -> ModelT: ...
    async def get_json(self, path: str, model: Any = None, *, params: QueryParams | None = None) -> Any:
        """Return the JSON at ``path``, parsed into ``model`` (any type pydantic knows) when one is given."""
        response = await self.request("GET", path, params=params, headers={"accept": "application/json"})
        return response.json(model)

    @overload
    async def post_json(
        self, path: str, model: None = None, *, json: object = None, params: QueryParams | None = None
    ) -> Any: ...
    @overload
    async def post_json(
        self, path: str, model: type[ModelT], *, json: object = None, params: QueryParams | None = None
    ) -> ModelT: ...
    async def post_json(
        self, path: str, model: Any = None, *, json: object = None, params: QueryParams | None = None
    ) -> Any:
        """Post ``json`` and return the JSON of the answer, parsed into ``model`` when one is given."""
        response = await self.request("POST", path, params=params, headers={"accept": "application/json"}, json=json)
        return response.json(model)

    async def get_text(self, path: str, *, params: QueryParams | None = None) -> str:
        """Return the text at ``path``; a web page raises ``BadResponseError``, as no service means one."""
        response = await self.request("GET", path, params=params)
        if response.is_html:
            raise BadResponseError(f"{response.url} answered with a web page instead of text", reason="html")
        return response.text


def _as_text(params: QueryParams) -> dict[str, str]:
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in params.items()
        if value is not None
    }


def _body(*, json: object, form: Mapping[str, str] | None, content: bytes | None) -> tuple[bytes | None, str | None]:
    if (json is not None) + (form is not None) + (content is not None) > 1:
        raise TypeError("a request has one body: json, form or content")
    if json is not None:
        return json_module.dumps(json, separators=(",", ":")).encode(), "application/json"
    if form is not None:
        return urlencode(dict(form)).encode(), "application/x-www-form-urlencoded"
    return content, None
