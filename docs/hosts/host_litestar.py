"""A Litestar application with the routes of the integrations mounted in it."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from hmac import compare_digest
from typing import Any
from urllib.parse import unquote

from litestar import Litestar, asgi, get

from dashboard_integrations import AppService, ConfigCipher, InMemoryAppRepository, IntegrationService, Registry
from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.web import Access, Action, Request

service = IntegrationService(
    apps=AppService(InMemoryAppRepository(), cipher=ConfigCipher.from_env()),
    registry=Registry.from_entry_points(),
)


def authorize(request: Request, action: Action) -> Access:
    """Let in who has the token."""
    sent = request.headers.get("authorization", "")
    allowed = compare_digest(sent, f"Bearer {os.environ['TOKEN']}")
    return Access.ALLOW if allowed else Access.UNAUTHENTICATED


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncGenerator[None, None]:
    """Keep pools and background tasks while the application runs: a mounted application is not told of its start."""
    async with service:
        yield


@get("/")
async def start() -> str:
    """Stand for the pages that the application has already."""
    return "A page of yours"


routes = IntegrationApp(service, authorize=authorize)


@asgi("/api/integrations", is_mount=True, copy_scope=True)
async def live(scope: Any, receive: Any, send: Any) -> None:
    """Pass requests on with their paths as they came: Litestar's mounts shorten them and add a slash."""
    await routes({**scope, "path": unquote(scope["raw_path"].decode())}, receive, send)


app = Litestar([start, live], lifespan=[lifespan])
