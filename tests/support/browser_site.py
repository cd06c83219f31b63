"""A small site for a browser: pages under the documented policy, and the routes over sample integrations."""

import itertools
import secrets
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from html import escape

import uvicorn
from sample_integrations import Gallery, Keyed, Slow
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.ui import CONTENT_SECURITY_POLICY, forms_path, theme_path

__all__ = ["BrowserSite", "browser_site", "running"]

APPS: Mapping[str, Mapping[str, object]] = {
    "gallery": {"url": "http://gallery.test", "password": "p"},
    "slow": {"seconds": 600},
}


class BrowserSite:
    """Where the site is, and what pages it has."""

    def __init__(self, address: str, pages: dict[str, str]) -> None:
        self.address = address
        self._pages = pages
        self._numbers = itertools.count(1)

    def add(
        self, body: str, *, head: str = "", lang: str = "en", direction: str = "ltr", theme: str | None = None
    ) -> str:
        """Keep a page whose body is this HTML; return its URL. All elements are loaded, and a theme if named."""
        sheet = f'<link rel="stylesheet" href="{theme_path(theme)}">' if theme else ""
        name = str(next(self._numbers))
        self._pages[name] = (
            f'<!doctype html><html lang="{escape(lang)}" dir="{direction}"'
            f' class="{f"integration-theme-{theme}" if theme else ""}">'
            f'<head><meta charset="utf-8"><title>Test page</title><meta name="color-scheme" content="light dark">'
            f'<link rel="icon" href="/icon.svg">{sheet}<script type="module" src="{forms_path()}"></script>{head}'
            f"</head><body><main>{body}</main></body></html>"
        )
        return f"{self.address}/pages/{name}"


@contextmanager
def browser_site() -> Iterator[BrowserSite]:
    """Serve it on a free port of this machine."""
    pages: dict[str, str] = {}

    async def page(request: Request) -> Response:
        headers = {"content-security-policy": CONTENT_SECURITY_POLICY}
        body = pages.get(request.path_params["name"])
        return HTMLResponse(body or "There is no such page", headers=headers, status_code=404 if body is None else 200)

    async def icon(request: Request) -> Response:
        return Response('<svg xmlns="http://www.w3.org/2000/svg"/>', media_type="image/svg+xml")

    with running(_app([Route("/pages/{name}", page), Route("/icon.svg", icon)])) as address:
        yield BrowserSite(address, pages)


def _app(routes: list[BaseRoute]) -> Starlette:
    """Put these routes beside those of the integrations."""
    service = _service()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None, None]:
        for name, config in APPS.items():
            await service.apps.create(
                name=name.title(), integration=service.registry.get(name), config=config, app_id=name
            )
        async with service:
            yield

    api = IntegrationApp(service, authorize=lambda request, action: True)
    return Starlette(routes=[*routes, Mount("/", api)], lifespan=lifespan)


def _service() -> IntegrationService:
    registry = Registry()
    for integration in (Gallery, Keyed, Slow):
        registry.register(integration)
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    return IntegrationService(apps=apps, registry=registry, grace=0.1)


@contextmanager
def running(app: Callable[..., Awaitable[None]]) -> Iterator[str]:
    """Run a server in a thread of its own."""
    started = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: object = None) -> None:
            await super().startup(sockets)  # type: ignore[arg-type]
            started.set()

    server = Server(uvicorn.Config(app, port=0, lifespan="on", log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert started.wait(30), "the site does not start"
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(30)
