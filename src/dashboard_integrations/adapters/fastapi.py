"""The routes as a FastAPI router."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from dashboard_integrations.adapters._asgi_scope import has_body, request_of
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.web import Authorize, IntegrationRoutes, read_body
from dashboard_integrations.web.routes import BASE_PATH
from dashboard_integrations.web.routing import Route

try:
    from fastapi import APIRouter, Request, Response
    from starlette.convertors import PathConvertor, register_url_convertor
    from starlette.requests import ClientDisconnect

    from dashboard_integrations.adapters._starlette import starlette_response
except ImportError as error:
    raise ImportError("the FastAPI adapter needs FastAPI: pip install 'dashboard-integrations[fastapi]'") from error

__all__ = ["integration_router"]

_REST = "integrations_rest"
_CLIENT_HAS_GONE = 499


def integration_router(service: IntegrationService, *, authorize: Authorize) -> APIRouter:
    """Return a router that answers everything below ``/api/integrations``.

    Include it in an application with ``app.include_router(...)``, whose lifespan then starts and stops ``service``
    unless that is running already; an application that is mounted in another one has no lifespan, so enter the
    service in the outer one's. ``authorize`` finds FastAPI's request in ``request.native``.
    """
    routes = IntegrationRoutes(service, authorize=authorize)

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncGenerator[None, None]:
        if service.running:
            yield
            return
        async with service:
            yield

    router = APIRouter(lifespan=lifespan, tags=["integrations"])
    for route in routes.routes:
        router.add_api_route(
            route.template,
            _endpoint(routes, route.template),
            methods=[route.method],
            name=route.name,
            summary=route.summary,
            response_model=None,
            include_in_schema=route.action is not None,
            openapi_extra=_openapi(route),
        )
    register_url_convertor(_REST, _RestConvertor())
    _answer_the_rest(router, routes, written=BASE_PATH, template=BASE_PATH)
    _answer_the_rest(router, routes, written=f"{BASE_PATH}/{{rest:{_REST}}}", template=f"{BASE_PATH}/{{rest}}")
    return router


class _RestConvertor(PathConvertor):
    """The rest of a path, line breaks included, which FastAPI's own leaves to others."""

    regex = r"[\s\S]*"


def _answer_the_rest(router: APIRouter, routes: IntegrationRoutes, *, written: str, template: str) -> None:
    """Answer unknown routes and other methods (``[]`` is all), which FastAPI would answer in its own shape."""
    router.add_api_route(
        written,
        _endpoint(routes, template),
        methods=[],
        operation_id=f"answer_the_rest_of_{template}",
        response_model=None,
        include_in_schema=False,
    )


def _endpoint(routes: IntegrationRoutes, template: str) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            body = await read_body(request.stream()) if has_body(request.scope) else b""
        except ClientDisconnect:
            return Response(status_code=_CLIENT_HAS_GONE)
        path = _path_below_prefix(request, template)
        answered = await routes.dispatch(request_of(request.scope, path=path, body=body, native=request))
        return starlette_response(answered)

    return endpoint


def _path_below_prefix(request: Request, template: str) -> str:
    whole: str = request.scope["path"]
    path = template.format_map(request.path_params)
    return path if whole.endswith(path) else whole


def _openapi(route: Route) -> dict[str, Any]:
    described: dict[str, Any] = {
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"{(\w+)}", route.template)
        ]
    }
    if route.body is not None:
        schema = route.body.model_json_schema()
        content = {"application/json": {"schema": _inlined(schema, schema.pop("$defs", {}))}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _inlined(value: Any, definitions: Mapping[str, Any]) -> Any:
    """Put definitions where they are referred to: an OpenAPI document keeps its own elsewhere."""
    if isinstance(value, list):
        return [_inlined(item, definitions) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return _inlined(definitions[value["$ref"].rpartition("/")[2]], definitions)
    return {key: _inlined(item, definitions) for key, item in value.items()}
