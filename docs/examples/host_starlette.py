"""A Starlette application with the routes of the integrations mounted in it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hmac import compare_digest

from starlette.applications import Starlette
from starlette.routing import Mount

from dashboard_integrations import AppService, ConfigCipher, InMemoryAppRepository, IntegrationService, Registry
from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.web import Action, Request

service = IntegrationService(
    apps=AppService(InMemoryAppRepository(), cipher=ConfigCipher.from_env()),
    registry=Registry.from_entry_points(),
)


def authorize(request: Request, action: Action) -> bool:
    """Let everybody look; to test connections takes the token."""
    sent = request.headers.get("authorization", "")
    return action is Action.READ or compare_digest(sent, f"Bearer {os.environ['TOKEN']}")


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Keep pools and background tasks while the application runs: a mounted application is not told of its start."""
    async with service:
        yield


app = Starlette(routes=[Mount("/live", app=IntegrationApp(service, authorize=authorize))], lifespan=lifespan)
